import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CheckImpossibleError, EXIT_CODE } from './errors';

/** A Python environment that holds exactly the packages of one requirements file. */
export interface PythonEnvironment {
  /** Its folder. */
  readonly folder: string;
  /** Requirements with a hash for every file that may be installed. */
  readonly requirements: string;
  /** Whether everything comes as wheels, so that nothing of a package runs while it is installed. */
  readonly wheelsOnly: boolean;
}

/** Which Python a check needs. */
export interface PythonNeed {
  /** Names what needs it in an error: `the policy scan`. */
  readonly check: string;
  /** The oldest version that the pinned requirements were resolved for, behind the `3.`. */
  readonly minor: number;
  /** Names looked for on the PATH. @default python3, python */
  readonly names?: readonly string[];
}

const run = (program: string, args: readonly string[]): { readonly ok: boolean; readonly output: string } => {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  return { ok: status === 0, output: error?.message ?? `${stdout}${stderr}` };
};

/**
 * Finds a Python that can make an environment.
 *
 * @throws CheckImpossibleError where there is none.
 */
export const findPython = ({ check, minor, names = ['python3', 'python'] }: PythonNeed): string => {
  const isUsable = `import sys, venv, ensurepip; sys.exit(sys.version_info < (3, ${minor}))`;
  const found = names.find((name) => run(name, ['-c', isUsable]).ok);
  if (found === undefined) {
    throw new CheckImpossibleError(
      EXIT_CODE.noPython,
      `${check} needs Python 3.${minor} or later with its venv module, as ${names.join(' or ')} on the PATH; none was found, so NOTHING WAS CHECKED`,
    );
  }
  return found;
};

/**
 * Makes an environment, or finds it made from the same requirements.
 *
 * @returns the Python of that environment.
 * @throws CheckImpossibleError without Python, or where its packages cannot be installed.
 */
export const preparePython = (
  need: PythonNeed,
  { folder, requirements, wheelsOnly }: PythonEnvironment,
): string => {
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const stamp = join(folder, 'requirements.sha256');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && run(python, ['--version']).ok) {
    return python;
  }
  const system = findPython(need);
  process.stderr.write(`installing what ${need.check} needs into a folder of its own, once\n`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(dirname(folder), { recursive: true });
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  const wheels = wheelsOnly ? ['--only-binary', ':all:'] : [];
  for (const [program, args] of [
    [system, ['-m', 'venv', folder]],
    [python, [...pip, ...wheels, '--require-hashes', '--requirement', requirements]],
  ] as const) {
    const ended = run(program, args);
    if (!ended.ok) {
      throw new CheckImpossibleError(
        EXIT_CODE.notRun,
        `${folder} could not be made, so NOTHING WAS CHECKED: ${program} ${args.join(' ')}\n${ended.output}`,
      );
    }
  }
  writeFileSync(stamp, wanted);
  return python;
};
