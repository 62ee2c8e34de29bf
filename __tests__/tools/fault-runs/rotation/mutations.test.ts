import type { Response } from '../../../../tools/fault-runs/rotation/case-id';
import type { FaultKind } from '../../../../tools/fault-runs/rotation/fault-kinds';
import type { CheckName } from '../../../../tools/fault-runs/rotation/judge';
import { bundleWith } from '../../../../tools/fault-runs/rotation/mutant-bundle';
import { MUTATIONS, mutate } from '../../../../tools/fault-runs/rotation/mutations';
import { WorkerPool } from '../../../../tools/fault-runs/rotation/worker-pool';

/** A fault that shows that a safeguard is missing, and the check that then fails. */
interface Telling {
  readonly operation: string;
  readonly kind: FaultKind;
  readonly response: Response;
  readonly check: CheckName;
}

const FAILED_TEST = { operation: 'GET /api/v2/tokens/me', kind: 'killed-before' } as const;

const TELLING: Readonly<Record<string, Telling>> = {
  'no-latest-grant-label': { ...FAILED_TEST, response: 'release', check: 'pair-lost' },
  'no-write-retry': {
    operation: 'PutSecretValue',
    kind: 'throttled',
    response: 'retry',
    check: 'pair-lost',
  },
  'no-time-budget': {
    operation: 'POST /oauth/token',
    kind: 'throttled-long',
    response: 'retry',
    check: 'spent-without-time',
  },
  'no-pending-check': { ...FAILED_TEST, response: 'retry', check: 'stuck' },
  'latest-grant-never-counts': { ...FAILED_TEST, response: 'release', check: 'redeemed-twice' },
  'latest-grant-always-counts': { ...FAILED_TEST, response: 'reseed', check: 'person-overridden' },
};

const withPool = async <Result>(
  mutationName: string | undefined,
  act: (pool: WorkerPool) => Promise<Result>,
): Promise<Result> => {
  const mutation = MUTATIONS.find(({ name }) => name === mutationName);
  const pool = new WorkerPool(await bundleWith(mutation), 1);
  try {
    return await act(pool);
  } finally {
    await pool.close();
  }
};

/** The checks that fail without a fault, and those that fail with the telling one. */
const failuresOf = async (pool: WorkerPool, { operation, kind, response }: Telling) => {
  const [faultless] = await pool.run([{ response, faults: [] }]);
  const call = faultless?.targets.find((target) => target.operation === operation)?.number ?? 0;
  const [told] = await pool.run([{ response, faults: [{ call, kind }] }]);
  return { faultless: faultless?.failures, told: told?.failures };
};

test.each(Object.entries(TELLING))(
  'without its safeguard (%s) the function fails a check',
  async (name, telling) => {
    const { faultless, told } = await withPool(name, (pool) => failuresOf(pool, telling));
    expect(faultless).toEqual([]);
    expect(told).toContain(telling.check);
  },
  60_000,
);

test('the function as it is passes what its mutants fail', async () => {
  await withPool(undefined, async (pool) => {
    for (const telling of Object.values(TELLING)) {
      expect(await failuresOf(pool, telling)).toEqual({ faultless: [], told: [] });
    }
  });
}, 60_000);

test('every safeguard that is taken out has a fault that shows it', () => {
  expect(MUTATIONS.map(({ name }) => name).sort()).toEqual(Object.keys(TELLING).sort());
});

test('a mutation that does not fit the sources any more says so, and never passes for one that was missed', () => {
  for (const mutation of MUTATIONS) {
    expect(() => mutate(mutation, 'rewritten')).toThrow(`mutation ${mutation.name} does not fit`);
  }
});
