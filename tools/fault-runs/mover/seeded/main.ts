import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../../../../cli/whole-number';
import { type CommandArguments, jsonOption, runCommand, seedOption } from '../../command';
import { prepareStack } from './prepared-stack';
import { describeProgress, humanReport, jsonReport, shortcomings } from './report';
import { runFaults } from './worlds';

interface Arguments extends CommandArguments {
  readonly events: number;
  readonly seed: number;
  readonly faults: number;
  readonly tokens: number;
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
    .addOption(seedOption('decides what goes wrong; the same seed plans the same'))
    .addOption(
      new Option('--faults <share>', 'share of the calls that go wrong').argParser(share).default(0.2),
    )
    .addOption(
      new Option(
        '--tokens <number>',
        'tokens of the deployment; with more than one, only the first is revoked in the middle of the run',
      )
        .argParser(wholeNumber(1, 10))
        .default(1),
    )
    .addOption(jsonOption())
    .addHelpText(
      'after',
      `
The seed decides events, arrivals, repeats, late uploads and, by voicemail, kind of call and number of the try, every fault
and every death of a process. Not decided by it: ids and tokens, the mover's own jitter, and which container works on what
when; so two runs of a seed agree in the plan, not in every call.`,
    );

void runCommand<Arguments>(program(), async ({ events, seed, faults, tokens }, output) => {
  const { stack, remove } = await prepareStack(tokens);
  try {
    const verdict = await runFaults({
      stack,
      events,
      seed,
      faults,
      onProgress: (state) => output.progress(describeProgress(state)),
    });
    const { ok } = verdict;
    output.print(humanReport(verdict));
    output.print(`\n${ok ? 'All held' : 'Not all held'}: seed ${seed}, ${faults} of the calls faulty.`);
    if (!ok) {
      output.print(
        `failed: ${shortcomings(verdict).join('; ')}\n` +
          `replay with: npm run faults -- --events ${events} --seed ${seed} --faults ${faults} --tokens ${tokens}`,
      );
    }
    return { ok, report: jsonReport(seed, verdict) };
  } finally {
    remove();
  }
});
