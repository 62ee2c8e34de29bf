import { CaseRunner } from '../../../../../tools/fault-runs/mover/exploration/case/case-runner';
import type { FaultKind } from '../../../../../tools/fault-runs/mover/exploration/case/fault-kinds';
import { type CaseResult, evaluate } from '../../../../../tools/fault-runs/mover/exploration/evaluate';
import type { CheckName } from '../../../../../tools/fault-runs/mover/exploration/judge';
import { MUTANTS } from '../../../../../tools/fault-runs/mover/exploration/mutants';
import type { ScenarioName } from '../../../../../tools/fault-runs/mover/exploration/scenarios';
import { VirtualBundler } from '../../../../../tools/fault-runs/virtual/function-code';

/** A fault that shows that a safeguard is missing, and the check that then fails. */
interface Telling {
  readonly scenario: ScenarioName;
  /** `undefined` where no fault is needed. */
  readonly fault?: { readonly operation: string; readonly kind: FaultKind };
  readonly check: CheckName;
}

const MESSAGE = 'GET /api/v2/voicemail/messages/{messageId}';
const MEDIA = 'GET /voicemail/{messageId}/{formatId}';

const TELLING: Readonly<Record<string, Telling>> = {
  'ids-not-compared': {
    scenario: 'plain',
    fault: { operation: MESSAGE, kind: 'other-id' },
    check: 'outside-selection-touched',
  },
  'selection-not-checked': {
    scenario: 'plain',
    fault: { operation: 'GET /api/v2/conversations/callbacks/{conversationId}', kind: 'other-id' },
    check: 'outside-selection-touched',
  },
  'no-audio-stored': {
    scenario: 'plain',
    fault: { operation: MEDIA, kind: 'page-of-bytes' },
    check: 'wrong-bytes',
  },
  'cut-audio-stored': {
    scenario: 'plain',
    fault: { operation: MEDIA, kind: 'short-unframed-body' },
    check: 'wrong-bytes',
  },
  'tombstone-not-seen-before': { scenario: 'erase', check: 'erased-back' },
  'tombstone-not-seen-after': {
    scenario: 'erase',
    fault: { operation: 'PutObject', kind: 'erased' },
    check: 'erased-back',
  },
  'no-wait': { scenario: 'late', check: 'lost' },
  'heir-does-not-act': {
    scenario: 'after-store',
    fault: { operation: `DELETE${MESSAGE.slice('GET'.length)}`, kind: 'killed-before' },
    check: 'left-undone',
  },
  'no-conditional-put': {
    scenario: 'plain',
    fault: { operation: 'PutObject', kind: 'killed-after' },
    check: 'duplicate',
  },
};

const bundler = new VirtualBundler('move-voicemail-to-s3');
afterAll(() => bundler.dispose());

const withRunner = async <Result>(
  mutantName: string | undefined,
  act: (runner: CaseRunner) => Promise<Result>,
): Promise<Result> => {
  const mutant = MUTANTS.find(({ name }) => name === mutantName);
  const runner = new CaseRunner(await bundler.bundle(mutant), 1);
  try {
    return await act(runner);
  } finally {
    await runner.close();
  }
};

/** The calls of each scenario without a fault: those of the mover as it is. */
const faultlessCalls = new Map<ScenarioName, CaseResult['targets']>();

/** The checks that fail with the telling fault, or without one where none is needed. */
const failuresOf = async (
  runner: CaseRunner,
  { scenario, fault }: Telling,
): Promise<readonly CheckName[]> => {
  const call = faultlessCalls.get(scenario)?.find(({ operation }) => operation === fault?.operation)?.number;
  const faults = fault === undefined ? [] : [{ call: call ?? 0, kind: fault.kind, isLasting: false }];
  return (await evaluate({ scenario, isTwice: false, faults }, runner)).failures;
};

test('the mover as it is passes what its mutants fail', async () => {
  await withRunner(undefined, async (runner) => {
    for (const scenario of new Set(Object.values(TELLING).map((telling) => telling.scenario))) {
      const { targets, failures } = await evaluate({ scenario, isTwice: false, faults: [] }, runner);
      expect(failures).toEqual([]);
      faultlessCalls.set(scenario, targets);
    }
    for (const telling of Object.values(TELLING).filter(({ fault }) => fault !== undefined)) {
      expect(await failuresOf(runner, telling)).toEqual([]);
    }
  });
}, 60_000);

test.each(Object.entries(TELLING))(
  'without its safeguard (%s) the mover fails a check',
  async (name, telling) => {
    expect(await withRunner(name, (runner) => failuresOf(runner, telling))).toContain(telling.check);
  },
  60_000,
);

test('every safeguard that is taken out has a case that shows it', () => {
  expect(MUTANTS.map(({ name }) => name).sort()).toEqual(Object.keys(TELLING).sort());
});
