import { createHash } from 'node:crypto';
import type { RunCases } from '../exploration';
import { type Case, caseId, parseCaseId, RESPONSES, TOKEN_COUNTS, type TokenCount } from './case/case-id';
import { isDelayed, isStale, kindsFor } from './case/fault-kinds';
import type { CaseResult, Target } from './evaluate';

/**
 * Which cases are run. Every scope begins with the case without a fault and every single fault under every response, with
 * one token and with two.
 *
 * - `singles`: no more than that.
 * - `sample`: besides, `count` pairs, drawn from all.
 * - `pairs`: besides, every pair with one token under Secrets Manager's own repeats, and `peopleCount` pairs drawn from the
 *   others: two tokens, or the responses of people.
 */
export type Scope = {
  /** @default - one token, and two */
  readonly tokens?: TokenCount | undefined;
} & (
  | { readonly kind: 'singles' }
  | { readonly kind: 'sample'; readonly count: number; readonly seed: number }
  | { readonly kind: 'pairs'; readonly peopleCount: number; readonly seed: number }
);

/** Without any fault: shows which calls there are. */
const faultlessCases = (only: TokenCount | undefined): readonly Case[] =>
  TOKEN_COUNTS.filter((tokens) => only === undefined || only === tokens).map((tokens) => ({
    tokens,
    response: 'retry',
    faults: [],
  }));

const lastFaultOf = ({ faults }: Case): number => faults.at(-1)?.call ?? 0;

/** The same faults with every other response; only where an attempt fails after the last fault does that matter. */
const withOtherResponses = ({ id, lastCallOfFailedAttempt }: CaseResult): readonly Case[] => {
  const one = parseCaseId(id);
  return lastCallOfFailedAttempt !== undefined && lastFaultOf(one) <= lastCallOfFailedAttempt
    ? RESPONSES.filter((response) => response !== one.response).map((response) => ({ ...one, response }))
    : [];
};

/**
 * The cases with one more fault than this one.
 *
 * The calls that the further fault can strike are those of the run with the earlier one: every call up to the end of the
 * rotation, repeats by Secrets Manager included. The next rotation is struck where it begins with labels that a rotation
 * without faults does not leave; otherwise it is what the first rotation was, but for a single stale read: what that sees
 * was written by an earlier rotation.
 */
const withOneMoreFault = ({ id, targets, lastCallOfFailedAttempt = 0 }: CaseResult): readonly Case[] => {
  const one = parseCaseId(id);
  // Before the response it makes no difference which one it will be.
  const isNew = ({ number }: Target) => one.response === 'retry' || number > lastCallOfFailedAttempt;
  return targets.filter(isNew).flatMap((target) =>
    kindsFor(target)
      .filter(
        (kind) =>
          (!target.isNext || (one.faults.length === 0 && isStale(kind))) &&
          !(isDelayed(kind) && one.faults.some((fault) => isDelayed(fault.kind))),
      )
      .map((kind) => ({ ...one, faults: [...one.faults, { call: target.number, kind }] })),
  );
};

/** Draws cases: the same ones for the same seed, whatever their order. */
const draw = (cases: readonly Case[], count: number, seed: number): readonly Case[] =>
  cases
    .map((one) => ({
      one,
      rank: createHash('sha256')
        .update(`${seed}/${caseId(one)}`)
        .digest('hex'),
    }))
    .sort((left, right) => (left.rank < right.rank ? -1 : 1))
    .slice(0, count)
    .map(({ one }) => one);

/** Runs the cases of a scope. */
export const explore = async (
  scope: Scope,
  run: RunCases<Case, CaseResult>,
): Promise<readonly CaseResult[]> => {
  const faultless = await run('no fault', faultlessCases(scope.tokens));
  const retried = await run('every single fault', faultless.flatMap(withOneMoreFault));
  const answered = await run('the same, with what people do about it', retried.flatMap(withOtherResponses));
  const singles = [...faultless, ...retried, ...answered];
  if (scope.kind === 'singles') {
    return singles;
  }
  const pairs = [...retried, ...answered].flatMap(withOneMoreFault);
  if (scope.kind === 'sample') {
    const drawn = draw(pairs, scope.count, scope.seed);
    return [...singles, ...(await run(`a sample of ${pairs.length} pairs, seed ${scope.seed}`, drawn))];
  }
  const isRetried = ({ tokens, response }: Case): boolean => tokens === 1 && response === 'retry';
  const pairsRetried = await run('every pair of faults', pairs.filter(isRetried));
  const pairsAnswered = [
    ...pairs.filter((pair) => !isRetried(pair)),
    ...pairsRetried.flatMap(withOtherResponses),
  ];
  const drawn = await run(
    `pairs with two tokens or with what people do about them, drawn from ${pairsAnswered.length}, seed ${scope.seed}`,
    draw(pairsAnswered, scope.peopleCount, scope.seed),
  );
  return [...singles, ...pairsRetried, ...drawn];
};
