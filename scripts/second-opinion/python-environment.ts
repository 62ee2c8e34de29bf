import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { EXIT_CODE, OpinionImpossibleError } from './errors';

/** The oldest Python that the pinned requirements were resolved for: 3.10. */
const PYTHON_MINOR = 10;

/** A Python environment that holds exactly the packages of one requirements file. */
export interface PythonEnvironment {
  /** Its folder. */
  readonly folder: string;
  /** Requirements with a hash for every file that may be installed. */
  readonly requirements: string;
}

const run = (program: string, args: readonly string[]): { readonly ok: boolean; readonly output: string } => {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  return { ok: status === 0, output: error?.message ?? `${stdout}${stderr}` };
};

/**
 * Finds a Python that can make an environment.
 *
 * @param names What to look for on the PATH. @default python3, python
 * @throws OpinionImpossibleError where there is none.
 */
export const findPython = (names: readonly string[] = ['python3', 'python']): string => {
  const isUsable = `import sys, venv, ensurepip; sys.exit(sys.version_info < (3, ${PYTHON_MINOR}))`;
  const found = names.find((name) => run(name, ['-c', isUsable]).ok);
  if (found === undefined) {
    throw new OpinionImpossibleError(
      EXIT_CODE.noPython,
      `the second opinion needs Python 3.${PYTHON_MINOR} or later with its venv module, as ${names.join(' or ')} on the PATH; none was found, so NOBODY WAS ASKED`,
    );
  }
  return found;
};

/**
 * Makes an environment, or finds it made from the same requirements.
 *
 * @returns the Python of that environment.
 * @throws OpinionImpossibleError where its packages cannot be installed.
 */
export const preparePython = (system: string, { folder, requirements }: PythonEnvironment): string => {
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const stamp = join(folder, 'requirements.sha256');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && run(python, ['--version']).ok) {
    return python;
  }
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  // Wheels only: nothing of a package runs while it is installed.
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:'];
  for (const [program, args] of [
    [system, ['-m', 'venv', folder]],
    [python, [...pip, '--require-hashes', '--requirement', requirements]],
  ] as const) {
    const ended = run(program, args);
    if (!ended.ok) {
      throw new OpinionImpossibleError(
        EXIT_CODE.notAsked,
        `${folder} could not be made, so NOBODY WAS ASKED: ${program} ${args.join(' ')}\n${ended.output}`,
      );
    }
  }
  writeFileSync(stamp, wanted);
  return python;
};
