import { Draw } from '../../draw';
import type { RunCases } from '../../exploration';
import { type Case, caseId, parseCaseId } from './case/case-id';
import { kindsFor, mayLast } from './case/fault-kinds';
import type { CaseResult } from './evaluate';
import { SCENARIO_NAMES, SCENARIOS, type ScenarioName } from './scenarios';

/** Which cases are run beside those without a fault. */
export interface Scope {
  /** Every pair of faults, and not only every single one. */
  readonly hasPairs: boolean;
  /** Draws this many of the cases, by the seed. @default - all are run */
  readonly sample?: number | undefined;
  readonly seed: number;
  /** @default - every scenario */
  readonly scenarios?: readonly ScenarioName[] | undefined;
}

/** Without any fault: shows which calls there are. */
const faultlessCases = ({ scenarios = SCENARIO_NAMES }: Scope): readonly Case[] =>
  scenarios.flatMap((scenario) => [
    { scenario, isTwice: false, faults: [] },
    // Where the caller left nothing, nothing can be stored twice.
    ...(SCENARIOS[scenario].appearsAfterMs === undefined ? [] : [{ scenario, isTwice: true, faults: [] }]),
  ]);

/** The cases with one more fault than this one, at any call behind its last fault. */
const withOneMoreFault = ({ id, targets }: CaseResult): readonly Case[] => {
  const one = parseCaseId(id);
  return targets.flatMap(({ number, ...site }) =>
    kindsFor(site, SCENARIOS[one.scenario].isErased).map((kind) => ({
      ...one,
      faults: [...one.faults, { call: number, kind, isLasting: false }],
    })),
  );
};

/**
 * Trouble that lasts, at each operation where it is met for the first time: for a second message, or in another scenario, it
 * is the same.
 */
const withLastingFaults = (faultless: readonly CaseResult[]): readonly Case[] => {
  const met = new Set<string>();
  return faultless.flatMap(({ id, targets }) =>
    targets.flatMap(({ number, ...site }) => {
      const isNew = !met.has(site.operation);
      met.add(site.operation);
      return isNew
        ? kindsFor(site, false)
            .filter(mayLast)
            .map((kind) => ({ ...parseCaseId(id), faults: [{ call: number, kind, isLasting: true }] }))
        : [];
    }),
  );
};

const draw = (cases: readonly Case[], { sample = cases.length, seed }: Scope): readonly Case[] => {
  const chance = new Draw(seed);
  return sample >= cases.length
    ? cases
    : cases
        .map((one) => ({ one, rank: chance.number('case', caseId(one)) }))
        .sort((left, right) => left.rank - right.rank)
        .slice(0, sample)
        .map(({ one }) => one);
};

/** Runs the cases of a scope. */
export const explore = async (
  scope: Scope,
  run: RunCases<Case, CaseResult>,
): Promise<readonly CaseResult[]> => {
  const faultless = await run('no fault', faultlessCases(scope));
  const singles = [...faultless.flatMap(withOneMoreFault), ...withLastingFaults(faultless)];
  if (!scope.hasPairs) {
    const drawn = draw(singles, scope);
    const what = drawn.length < singles.length ? `of ${singles.length} single faults` : 'every single fault';
    return [...faultless, ...(await run(what, drawn))];
  }
  const struckOnce = await run('every single fault', singles);
  const pairs = struckOnce.flatMap(withOneMoreFault);
  const drawn = draw(pairs, scope);
  return [...faultless, ...struckOnce, ...(await run(`of ${pairs.length} pairs of faults`, drawn))];
};
