import type { Case, Response } from '../../../../tools/fault-runs/rotation/case/case-id';
import { CaseRunner } from '../../../../tools/fault-runs/rotation/case/case-runner';
import type { FaultKind } from '../../../../tools/fault-runs/rotation/case/fault-kinds';
import { type CaseResult, evaluate } from '../../../../tools/fault-runs/rotation/evaluate';
import type { CheckName } from '../../../../tools/fault-runs/rotation/judge';
import { MUTANTS } from '../../../../tools/fault-runs/rotation/mutants';
import { VirtualBundler } from '../../../../tools/fault-runs/virtual/function-code';

/** A fault that shows that a safeguard is missing, and the check that then fails. */
interface Telling {
  readonly operation: string;
  /** Which of the calls of that operation. @default 1 */
  readonly nth?: number;
  readonly kind: FaultKind;
  readonly response: Response;
  readonly check: CheckName;
}

/** The first one looks at the token in use. */
const FAILED_TEST = { operation: 'GET /api/v2/tokens/me', nth: 2, kind: 'killed-before' } as const;
const NOT_PROMOTED = { operation: 'UpdateSecretVersionStage', kind: 'killed-before' } as const;

const TELLING: Readonly<Record<string, Telling>> = {
  'no-latest-grant-label': { ...NOT_PROMOTED, response: 'release', check: 'pair-lost' },
  'no-write-retry': {
    operation: 'PutSecretValue',
    // The first one announces the grant.
    nth: 2,
    kind: 'throttled',
    response: 'retry',
    check: 'pair-lost',
  },
  'no-time-budget': {
    operation: 'POST /oauth/token',
    kind: 'hang-before',
    response: 'retry',
    check: 'spent-without-time',
  },
  'no-pending-check': { ...FAILED_TEST, response: 'retry', check: 'stuck' },
  'latest-grant-never-counts': { ...NOT_PROMOTED, response: 'release', check: 'redeemed-twice' },
  // The run dies with the grant in hand, and a person puts the secret right meanwhile.
  'latest-grant-always-counts': {
    operation: 'PutSecretValue',
    nth: 2,
    kind: 'killed-before',
    response: 'reseed',
    check: 'stuck',
  },
  'short-grant': {
    operation: 'POST /oauth/token',
    kind: 'slow',
    response: 'retry',
    check: 'redeemed-twice',
  },
  // The first run is at its write when the second one begins.
  'no-wait-for-another-run': {
    operation: 'PutSecretValue',
    nth: 2,
    kind: 'overlap',
    response: 'retry',
    check: 'redeemed-twice',
  },
  'announcement-for-all': {
    operation: 'PutSecretValue',
    kind: 'overlap',
    response: 'retry',
    check: 'redeemed-twice',
  },
  'odd-success-refused': {
    operation: 'POST /oauth/token',
    kind: 'odd-success',
    response: 'retry',
    check: 'redeemed-twice',
  },
};

const bundler = new VirtualBundler('refresh-auth-token');
afterAll(() => bundler.dispose());

const withRunner = async <Result>(
  mutantName: string | undefined,
  act: (runner: CaseRunner) => Promise<Result>,
): Promise<Result> => {
  const mutant = MUTANTS.find(({ name }) => name === mutantName);
  const runner = new CaseRunner(await bundler.bundle(mutant));
  try {
    return await act(runner);
  } finally {
    await runner.close();
  }
};

/** The calls of a rotation without a fault: those of the function as it is, whatever people would do after a failure. */
let faultlessCalls: CaseResult['targets'] = [];

const failuresOf = async (
  runner: CaseRunner,
  { operation, nth = 1, kind, response }: Telling,
): Promise<readonly CheckName[]> => {
  const calls = faultlessCalls.filter((target) => target.operation === operation);
  const fault = { call: calls[nth - 1]?.number ?? 0, kind };
  const one: Case = { tokens: 1, response, faults: [fault] };
  return evaluate(one, await runner.run(one)).failures;
};

test('the function as it is passes what its mutants fail', async () => {
  await withRunner(undefined, async (runner) => {
    const one: Case = { tokens: 1, response: 'retry', faults: [] };
    const { targets, failures } = evaluate(one, await runner.run(one));
    expect(failures).toEqual([]);
    faultlessCalls = targets;
    for (const telling of Object.values(TELLING)) {
      expect(await failuresOf(runner, telling)).toEqual([]);
    }
  });
}, 60_000);

test.each(Object.entries(TELLING))(
  'without its safeguard (%s) the function fails a check',
  async (name, telling) => {
    const failures = await withRunner(name, (runner) => failuresOf(runner, telling));
    expect(failures).toContain(telling.check);
  },
  60_000,
);

test('every safeguard that is taken out has a fault that shows it', () => {
  expect(MUTANTS.map(({ name }) => name).sort()).toEqual(Object.keys(TELLING).sort());
});
