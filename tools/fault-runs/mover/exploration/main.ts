import { Command, Option } from 'commander';
import { wholeNumber } from '../../../../cli/whole-number';
import { type CommandArguments, type CommandOutput, jsonOption, runCommand, seedOption } from '../../command';
import { caseArgument } from '../../exploration';
import { bundleForVirtualTime } from '../../virtual/function-code';
import { type Case, parseCaseId } from './case/case-id';
import { CaseRunner } from './case/case-runner';
import { FAULT_KINDS } from './case/fault-kinds';
import { type CaseResult, evaluate } from './evaluate';
import { describe, summarize } from './report';
import { exploreMover } from './run-cases';
import { SCENARIO_NAMES } from './scenarios';

interface Arguments extends CommandArguments {
  readonly pairs?: true;
  readonly sample?: number;
  readonly seed: number;
  readonly case?: Case;
}

const HELP = `
A case is named by what it does: after-store-twice:3.killed-before+5.always-error-before has the message of the scenario
after-store arrive twice, the process killed before call 3 takes effect, and every call of the operation of call 5 from there on
answered with an error. Calls are counted over the whole case.

Scenarios: ${SCENARIO_NAMES.join(', ')}.
Kinds of fault: ${FAULT_KINDS.join(', ')}.`;

const program = (): Command =>
  new Command('npm run faults:mover --')
    .description(
      'Moves one voicemail after the other with every single fault at every call that the mover makes, with and without a ' +
        'second delivery of the message, and checks that nothing is lost, wrong, stored twice or touched that must not be. ' +
        'Runs the real bundle over real HTTP, in a time of its own that passes only while the function waits.',
    )
    .option('--pairs', 'every pair of faults as well: hours, unless --sample draws some of them')
    .addOption(
      new Option('--sample <number>', 'only this many of the cases, drawn by the seed').argParser(
        wholeNumber(0, 999_999_999),
      ),
    )
    .addOption(seedOption('what the draws, the jitter and the cut of bodies depend on'))
    .addOption(
      new Option(
        '--case <id>',
        'replay one case, such as plain:3.killed-before, and print its journal',
      ).argParser(caseArgument(parseCaseId)),
    )
    .addOption(jsonOption())
    .addHelpText('after', HELP);

const replay = async (
  one: Case,
  code: string,
  seed: number,
  { print }: CommandOutput,
): Promise<CaseResult> => {
  const runner = new CaseRunner(code, seed);
  try {
    const result = await evaluate(one, runner);
    print(result.journal);
    if (result.misbehaviour !== undefined) {
      print(result.misbehaviour);
    }
    return result;
  } finally {
    await runner.close();
  }
};

void runCommand<Arguments>(program(), async ({ pairs, sample, seed, case: one }, output) => {
  const code = await bundleForVirtualTime('move-voicemail-to-s3');
  const results =
    one === undefined
      ? await exploreMover(code, { hasPairs: pairs === true, sample, seed }, output)
      : [await replay(one, code, seed, output)];
  describe(results, seed).forEach(output.print);
  const report = summarize(results);
  return { ok: report.ok, report };
});
