import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../../../cli/whole-number';
import { buildFunctions } from '../../build/bundling';
import { type Case, CaseIdInvalidError, parseCaseId } from './case-id';
import { CaseRunner } from './case-runner';
import { describeHistory } from './describe-history';
import { type CaseResult, evaluate } from './evaluate';
import { explore, type Scope } from './exploration';
import { FAULT_KINDS } from './fault-kinds';
import { prepareBundle } from './function-code';
import { describe, summarize } from './report';
import { WorkerPool } from './worker-pool';

interface Arguments {
  readonly singles?: true;
  readonly sample?: number;
  readonly people: number;
  readonly seed: number;
  readonly case?: Case;
  readonly json?: true;
}

/** Of cases, or of draws: nine digits are more than anybody waits for. */
const number = wholeNumber(0, 999_999_999);

const caseArgument = (text: string): Case => {
  try {
    return parseCaseId(text);
  } catch (error) {
    throw error instanceof CaseIdInvalidError ? new InvalidArgumentError(error.message) : error;
  }
};

const HELP = `
A case is named by what it does: retry:8.killed-before+14.throttled is Secrets Manager's own retries, the process killed
before call 8 takes effect, and call 14 throttled. Calls are counted over the whole history. Before the colon stands what
happens once an attempt has failed:
  retry      nobody does anything; Secrets Manager repeats the attempt with the same version
  release    an operator takes AWSPENDING away, so that the next rotation gets a new version
  authorize  a person logs in again: AWSCURRENT and LATEST_GRANT go to the new pair, AWSPENDING is taken away
  reseed     a person logs in again and writes AWSCURRENT alone

Kinds of fault: ${FAULT_KINDS.join(', ')}.
After a call without an effect (a read), "before" and "after" are the same, so there is only "before".
The second fault of a pair strikes any later call of the run with the first one: repeats by the function and by Secrets
Manager included, up to the end of the rotation. The rotation that follows, which shows that nothing is stuck, is struck
only where it begins with labels that a rotation without faults does not leave.

By default: every single fault under all four, every pair of faults under retry, and --people pairs under the others.`;

const program = (): Command =>
  new Command('npm run faults:rotation --')
    .description(
      'Replays whole rotations of the token secret with every single fault and every pair of faults at the calls that the ' +
        'rotation function makes, and checks that no refresh token is spent twice or lost. Runs the real bundle over real ' +
        'HTTP, in a time of its own that passes only while the function waits.',
    )
    .option('--singles', 'only single faults')
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
    .addOption(new Option('--seed <number>', 'what the draws depend on').argParser(number).default(1))
    .addOption(
      new Option(
        '--case <id>',
        'replay one case, such as retry:8.killed-before, and print its whole history',
      ).argParser(caseArgument),
    )
    .option(
      '--json',
      'print one JSON object on the last line of standard output; the rest goes to standard error',
    )
    .addHelpText('after', HELP);

const scopeOf = ({ singles, sample, people, seed }: Arguments): Scope => {
  if (singles === true) {
    return { kind: 'singles' };
  }
  return sample === undefined
    ? { kind: 'pairs', peopleCount: people, seed }
    : { kind: 'sample', count: sample, seed };
};

const replay = async (one: Case, bundle: string, write: (line: string) => void): Promise<CaseResult> => {
  const runner = new CaseRunner(bundle);
  try {
    const history = await runner.run(one);
    describeHistory(history).forEach(write);
    return evaluate(one, history);
  } finally {
    await runner.close();
  }
};

/** Cases between two words of progress. */
const PROGRESS_CASES = 500;

const exploreAll = async (scope: Scope, bundle: string): Promise<readonly CaseResult[]> => {
  const say = (line: string) => process.stderr.write(`${line}\n`);
  const pool = new WorkerPool(bundle);
  try {
    return await explore(
      scope,
      (cases) => {
        let done = 0;
        return pool.run(cases, ({ failures, id }) => {
          done += 1;
          if (failures.length > 0) {
            say(`failed: ${id} (${failures.join(', ')})`);
          }
          if (done % PROGRESS_CASES === 0) {
            say(`  ${done} of ${cases.length}`);
          }
        });
      },
      say,
    );
  } finally {
    await pool.close();
  }
};

const main = async (): Promise<void> => {
  const options = program().parse().opts<Arguments>();
  const startedAt = performance.now();
  const root = join(__dirname, '../../..');
  await buildFunctions({ root });
  const bundle = await prepareBundle(
    await readFile(join(root, 'dist/functions/refresh-auth-token/index.js'), 'utf8'),
  );
  const people = options.json === true ? process.stderr : process.stdout;
  const write = (line: string) => people.write(`${line}\n`);
  const results =
    options.case === undefined
      ? await exploreAll(scopeOf(options), bundle)
      : [await replay(options.case, bundle, write)];
  describe(results).forEach(write);
  write(`${Math.round((performance.now() - startedAt) / 1000)} s`);
  const report = summarize(results);
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
  }
  process.exitCode = report.ok ? 0 : 1;
};

// The SDK says on every start that it will leave Node 20 in 2027; the lockfile holds the version that does not.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
void main();
