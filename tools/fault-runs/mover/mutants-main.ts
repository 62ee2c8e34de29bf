import { join } from 'node:path';
import { Command } from 'commander';
import { MUTANTS } from './mutants';
import { withMutatedStack } from './mutated-stack';
import { prepareStack } from './prepared-stack';
import { ProgressLine } from './progress';
import { shortcomings } from './report';
import { runFaults } from './worlds';

/** Enough for each of the faults that a mutant has to stumble over, few enough for six runs in a row. */
const RUN = { events: 300, seed: 1, faults: 0.2 } as const;

const program = (): Command =>
  new Command('npm run faults:mutants').description(
    `Proves that the fault run can fail: takes one safeguard at a time away from a copy of the mover, and expects a run of ${RUN.events} events to notice.`,
  );

const main = async (): Promise<void> => {
  program().parse();
  const projectFolder = join(__dirname, '../../..');
  const { stack, remove } = await prepareStack(projectFolder);
  const progress = new ProgressLine();
  const run = async (tested: typeof stack): Promise<readonly string[]> => {
    const verdict = await runFaults({ stack: tested, ...RUN, onProgress: (state) => progress.show(state) });
    progress.end();
    return shortcomings(verdict);
  };
  try {
    const whole = await run(stack);
    let isProven = whole.length === 0;
    process.stdout.write(`nothing taken away: ${whole.join('; ') || 'passes'}\n`);
    for (const mutant of MUTANTS) {
      const noticed = await withMutatedStack(projectFolder, stack, mutant, run);
      isProven &&= noticed.length > 0;
      process.stdout.write(`without ${mutant.without}: ${noticed.join('; ') || 'NOT NOTICED'}\n`);
    }
    process.exitCode = isProven ? 0 : 1;
  } finally {
    remove();
  }
};

// The SDK says on every start that it will leave Node 20 in 2027; the lockfile holds the version that does not.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
