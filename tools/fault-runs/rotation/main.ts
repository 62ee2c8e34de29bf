import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../../../cli/whole-number';
import { type CommandArguments, type CommandOutput, jsonOption, runCommand, seedOption } from '../command';
import { caseArgument } from '../exploration';
import { bundleForVirtualTime } from '../virtual/function-code';
import { type Case, parseCaseId, TOKEN_COUNTS, type TokenCount } from './case/case-id';
import { CaseRunner } from './case/case-runner';
import { FAULT_KINDS } from './case/fault-kinds';
import { describeHistory } from './case/history';
import { type CaseResult, evaluate } from './evaluate';
import type { Scope } from './exploration';
import { describe, summarize } from './report';
import { exploreRotation } from './run-cases';

interface Arguments extends CommandArguments {
  readonly tokens?: TokenCount;
  readonly singles?: true;
  readonly sample?: number;
  readonly people: number;
  readonly seed: number;
  readonly case?: Case;
}

/** Upper limit of cases and of draws: nobody waits for more. */
const number = wholeNumber(0, 999_999_999);

const tokenCount = (text: string): TokenCount => {
  const count = TOKEN_COUNTS.find((one) => String(one) === text);
  if (count === undefined) {
    throw new InvalidArgumentError(`expected one of ${TOKEN_COUNTS.join(', ')}`);
  }
  return count;
};

const HELP = `
A case is named by what it does: retry:8.killed-before+14.throttled is Secrets Manager's own retries, the process killed
before call 8 takes effect, and call 14 throttled. Calls are counted over the whole history. Before the colon stands what
happens once an attempt has failed (and before that 2: where the deployment has two tokens):
  retry      nobody does anything; Secrets Manager repeats the attempt with the same version
  release    an operator takes AWSPENDING away, so that the next rotation gets a new version
  authorize  a person logs in again: AWSCURRENT and LATEST_GRANT go to the new pair, AWSPENDING is taken away
  reseed     a person logs in again and writes AWSCURRENT alone

Kinds of fault: ${FAULT_KINDS.join(', ')}.
  slow           the answer takes as long as the function may wait for it
  stale          a read sees the secret as before its last change; stale-current as before AWSCURRENT last moved
  odd-success    HTTP 201 where 200 is expected
  no-json        HTTP 200 with a page of somebody on the way
  overlap        another container begins the same step, and the call takes effect later
After a call without an effect (a read), "before" and "after" are the same, so there is only "before".
The second fault of a pair strikes any later call of the run with the first one: repeats by the function and by Secrets
Manager included, up to the end of the rotation. The rotation that follows, which shows that nothing is stuck, is struck
only where it begins with labels that a rotation without faults does not leave.

By default: every single fault under all four with one token and with two, every pair of faults under retry with one token,
and --people pairs of the others.`;

const program = (): Command =>
  new Command('npm run faults:rotation --')
    .description(
      'Replays whole rotations of the token secret with every single fault and every pair of faults at the calls that the ' +
        'rotation function makes, and checks that no refresh token is spent twice or lost. Runs the real bundle over real ' +
        'HTTP, in a time of its own that passes only while the function waits.',
    )
    .option('--singles', 'only single faults')
    .addOption(
      new Option(
        '--tokens <number>',
        'only with this many tokens, each with a secret and a login of its own',
      ).argParser(tokenCount),
    )
    .addOption(
      new Option('--sample <number>', 'single faults and this many pairs, drawn by the seed').argParser(
        number,
      ),
    )
    .addOption(
      new Option(
        '--people <number>',
        'pairs to draw from those in which a person acts after the first failed attempt',
      )
        .argParser(number)
        .default(500),
    )
    .addOption(seedOption('what the draws depend on'))
    .addOption(
      new Option(
        '--case <id>',
        'replay one case, such as retry:8.killed-before, and print its whole history',
      ).argParser(caseArgument(parseCaseId)),
    )
    .addOption(jsonOption())
    .addHelpText('after', HELP);

const scopeOf = ({ tokens, singles, sample, people, seed }: Arguments): Scope => {
  if (singles === true) {
    return { tokens, kind: 'singles' };
  }
  return sample === undefined
    ? { tokens, kind: 'pairs', peopleCount: people, seed }
    : { tokens, kind: 'sample', count: sample, seed };
};

const replay = async (one: Case, code: string, { print }: CommandOutput): Promise<CaseResult> => {
  const runner = new CaseRunner(code);
  try {
    const history = await runner.run(one);
    describeHistory(history).forEach(print);
    return evaluate(one, history);
  } finally {
    await runner.close();
  }
};

void runCommand<Arguments>(program(), async (options, output) => {
  const code = await bundleForVirtualTime('refresh-auth-token');
  const results =
    options.case === undefined
      ? await exploreRotation(code, scopeOf(options), output)
      : [await replay(options.case, code, output)];
  describe(results).forEach(output.print);
  const report = summarize(results);
  return { ok: report.ok, report };
});
