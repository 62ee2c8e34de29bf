import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { buildFunctions } from '../../build/bundling';
import { CheckImpossibleError, EXIT_CODE } from '../python/errors';
import { installCheckov, runCheckov } from './checkov';
import { DEPLOYMENT, judge, type Verdict } from './judge';
import { KNOWN_BAD } from './known-bad';
import { readStack, synthesizeScannedStacks, writeStacks } from './scanned-stacks';
import { EXCUSED_BY_OPTION, SUPPRESSIONS } from './suppressions';

const ROOT = join(__dirname, '../../..');

const scan = async (deployment: string | undefined): Promise<Verdict> => {
  const python = installCheckov(ROOT);
  await buildFunctions({ root: ROOT });
  const folder = mkdtempSync(join(tmpdir(), 'policy-scan-'));
  try {
    const stacks = new Map([
      ...synthesizeScannedStacks(ROOT, folder),
      ...(deployment === undefined ? [] : [[DEPLOYMENT, readStack(deployment)] as const]),
    ]);
    const scanned = join(folder, 'scanned');
    const output = join(folder, 'report');
    mkdirSync(output);
    writeStacks(stacks, scanned);
    const report = runCheckov(python, scanned, output);
    return judge({
      stacks,
      report,
      suppressions: SUPPRESSIONS,
      knownBad: KNOWN_BAD,
      excusedByOption: EXCUSED_BY_OPTION,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const inWords = ({
  ok,
  problems,
  checkovVersion,
  passedChecks,
  suppressedChecks,
  knownBad,
}: Verdict): string => {
  const width = Math.max(...knownBad.map(({ id }) => id.length));
  return [
    `checkov ${checkovVersion}: the example passes ${passedChecks} distinct checks; excused from ${suppressedChecks.length}:`,
    ...SUPPRESSIONS.map(({ checkId, asks, reason }) => `  ${checkId.padEnd(12)} ${asks}: ${reason}`),
    `${knownBad.length} stacks that are known to be bad, and who notices:`,
    ...knownBad.map(({ id, checkov }) => `  ${id.padEnd(width)}  ${checkov.join(', ')}`),
    ...problems.map((problem) => `PROBLEM  ${problem}`),
    ok ? 'nothing found' : `${problems.length} problems`,
  ].join('\n');
};

const program = new Command('check:policies')
  .description('Scans the synthesized example with checkov, and stacks that are known to be bad.')
  .option('--stack <file>', 'scan this cdk.tf.json too: the deployment that is to be planned')
  .option('--json', 'print the verdict as JSON')
  .addHelpText(
    'after',
    `\nThe first run installs checkov into .venv/checkov, pinned by hash.\n\nExit codes: 0 nothing found, ${EXIT_CODE.found} something found, ${EXIT_CODE.noPython} no Python 3.11 or later, ${EXIT_CODE.notRun} checkov could not be installed or run.`,
  )
  .action(async ({ stack, json }: { readonly stack?: string; readonly json?: true }) => {
    try {
      const verdict = await scan(stack);
      process.stdout.write(`${json === true ? JSON.stringify(verdict) : inWords(verdict)}\n`);
      process.exitCode = verdict.ok ? 0 : EXIT_CODE.found;
    } catch (error) {
      if (!(error instanceof CheckImpossibleError)) {
        throw error;
      }
      process.stderr.write(`${error.message}\n`);
      process.exitCode = error.exitCode;
    }
  });

void program.parseAsync();
