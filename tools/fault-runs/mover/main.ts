import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../../../cli/whole-number';
import { prepareStack } from './prepared-stack';
import { ProgressLine } from './progress';
import { humanReport, jsonReport, shortcomings } from './report';
import { runFaults } from './worlds';

interface Arguments {
  readonly events: number;
  readonly seed: number;
  readonly faults: number;
  readonly json?: true;
}

const share = (text: string): number => {
  const value = Number(text);
  if (!/^(0|1|0?\.\d+)$/.test(text) || value > MOST_FAULTS) {
    throw new InvalidArgumentError(`expected a share from 0 to ${MOST_FAULTS}, such as 0.2.`);
  }
  return value;
};

/** With more than this a move, which takes about ten calls, hardly ever gets through. */
const MOST_FAULTS = 0.8;

const program = (): Command =>
  new Command('npm run faults --')
    .description(
      'Moves voicemails through the real bundles while calls fail, processes die, tokens change and events are lost, and ' +
        'checks that nothing is lost, stored twice or stored wrong.',
    )
    .addOption(
      new Option('--events <number>', 'voicemails and events without one')
        .argParser(wholeNumber(10, 100_000))
        .default(1000),
    )
    .addOption(
      new Option('--seed <number>', 'decides what goes wrong; the same seed plans the same')
        .argParser(wholeNumber(0, 2 ** 32 - 1))
        .default(1),
    )
    .addOption(
      new Option('--faults <share>', 'share of the calls that go wrong').argParser(share).default(0.2),
    )
    .option(
      '--json',
      'print one JSON object on the last line of standard output; progress goes to standard error',
    )
    .addHelpText(
      'after',
      `
The seed decides events, arrivals, repeats, late uploads and, by voicemail, kind of call and number of the try, every fault
and every death of a process. Not decided by it: ids and tokens, the mover's own jitter, and which container works on what
when; so two runs of a seed agree in the plan, not in every call.`,
    );

const main = async (): Promise<void> => {
  const { events, seed, faults, json } = program().parse().opts<Arguments>();
  const projectFolder = join(__dirname, '../../..');
  const { stack, remove } = await prepareStack(projectFolder);
  const progress = new ProgressLine();
  try {
    const verdict = await runFaults({
      stack,
      events,
      seed,
      faults,
      onProgress: (state) => progress.show(state),
    });
    progress.end();
    process.exitCode = verdict.ok ? 0 : 1;
    if (!verdict.ok) {
      process.stderr.write(
        `failed: ${shortcomings(verdict).join('; ')}\n` +
          `replay with: npm run faults -- --events ${events} --seed ${seed} --faults ${faults}\n`,
      );
    }
    process.stdout.write(
      json === true
        ? `${JSON.stringify(jsonReport(seed, verdict))}\n`
        : `${humanReport(verdict)}\n\n${verdict.ok ? 'All held' : 'Not all held'}: seed ${seed}, ${faults} of the calls faulty.\n`,
    );
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
