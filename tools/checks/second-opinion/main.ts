import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { buildFunctions } from '../../build/bundling';
import { findPython, type PythonNeed, preparePython } from '../python/environment';
import { CheckImpossibleError, EXIT_CODE } from '../python/errors';
import { type Comparison, compare } from './compare';
import { type EmulatorName, startEmulator } from './emulator';
import { EXPECTED_DIFFERENCES } from './expected-differences';
import { runSuite } from './suite';

const ROOT = join(__dirname, '../../..');
const EMULATORS: readonly EmulatorName[] = ['ministack', 'moto'];

/** An opinion, and how long it took to have it. */
interface Opinion extends Comparison {
  readonly of: EmulatorName | 'local-aws';
  readonly seconds: number;
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const timed = async (of: Opinion['of'], ask: () => Promise<Comparison>): Promise<Opinion> => {
  const startMs = performance.now();
  const comparison = await ask();
  return { of, ...comparison, seconds: Math.round((performance.now() - startMs) / 1000) };
};

const PYTHON_NEED: PythonNeed = { check: 'the second opinion', minor: 10 };

const askEmulator = async (name: EmulatorName, folder: string): Promise<Comparison> => {
  say(`${name}: preparing .venv/${name}, which takes up to a minute the first time`);
  const python = preparePython(PYTHON_NEED, {
    folder: join(ROOT, '.venv', name),
    requirements: join(__dirname, 'requirements', `${name}.txt`),
    wheelsOnly: true,
  });
  const home = join(folder, name);
  mkdirSync(home);
  const emulator = await startEmulator(name, python, home);
  say(`${name}: asking it at ${emulator.origin}`);
  try {
    const results = await runSuite({ name, origin: emulator.origin }, join(folder, `${name}.json`));
    return compare(results, EXPECTED_DIFFERENCES[name]);
  } finally {
    await emulator.stop();
  }
};

const ask = async (): Promise<readonly Opinion[]> => {
  findPython(PYTHON_NEED);
  const folder = mkdtempSync(join(tmpdir(), 'second-opinion-'));
  try {
    await buildFunctions({ root: ROOT });
    say('local-aws: making sure that it keeps every promise itself');
    const opinions = [
      await timed('local-aws', async () =>
        compare(await runSuite(undefined, join(folder, 'local-aws.json')), []),
      ),
    ];
    for (const name of EMULATORS) {
      opinions.push(await timed(name, () => askEmulator(name, folder)));
    }
    return opinions;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const inWords = ({ of, kept, expected, problems, seconds }: Opinion): string =>
  [
    `${of}: keeps ${kept} promises, differs in ${expected.length} as expected, ${problems.length} problems (${seconds} s)`,
    ...expected.map(({ promise, because }) => `  differs  ${promise}\n           ${because}`),
    ...problems.map((problem) => `  PROBLEM  ${problem}`),
  ].join('\n');

const inJson = (opinions: readonly Opinion[]): string =>
  JSON.stringify({
    ok: opinions.every(({ problems }) => problems.length === 0),
    opinions: opinions.map(({ expected, ...opinion }) => ({
      ...opinion,
      expected: expected.map(({ promise, because, source }) => ({ promise, because, source })),
    })),
  });

const run = async ({ json }: { readonly json?: true }): Promise<void> => {
  try {
    const opinions = await ask();
    // With --json, standard output is for the script and standard error for the person.
    (json === true ? process.stderr : process.stdout).write(`${opinions.map(inWords).join('\n')}\n`);
    if (json === true) {
      process.stdout.write(`${inJson(opinions)}\n`);
    }
    process.exitCode = opinions.some(({ problems }) => problems.length > 0) ? EXIT_CODE.found : 0;
  } catch (error) {
    if (!(error instanceof CheckImpossibleError)) {
      throw error;
    }
    say(error.message);
    process.exitCode = error.exitCode;
  }
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  // Ends by way of "exit", which takes the emulator along.
  process.once(signal, () => process.exit(1));
}

void new Command('npm run --silent test:second-opinion --')
  .description(
    'Runs the functions, as they would be deployed, against MiniStack and moto in the place of our own local AWS, and ' +
      'compares what differs with what is known to differ.',
  )
  .option('--json', 'print the opinions as one JSON object on one line')
  .addHelpText(
    'after',
    `
The first run installs both emulators below .venv, pinned by hash. They listen on 127.0.0.1 only.

Exit codes:
  0  every difference is expected, and every expected difference is there
  ${EXIT_CODE.found}  another difference, or one that has vanished
  ${EXIT_CODE.noPython}  there is no Python 3.10 or later; nobody was asked
  ${EXIT_CODE.notRun}  an emulator could not be installed or started, or the tests could not be run`,
  )
  .action(run)
  .parseAsync();
