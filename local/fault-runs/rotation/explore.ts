import { type Case, parseCaseId, RESPONSES, type Response } from './case-id';
import type { CaseResult, Target } from './evaluate';
import { kindsFor } from './fault-kinds';

/** Runs cases, in any order; the results come in the order of the cases. */
export type RunCases = (cases: readonly Case[]) => Promise<readonly CaseResult[]>;

/** Without any fault: shows which calls there are. */
export const FAULTLESS: Case = { response: 'retry', faults: [] };

const withOneMoreFault = (one: Case, targets: readonly Target[]): readonly Case[] =>
  targets.flatMap((target) =>
    kindsFor(target).map((kind) => ({ ...one, faults: [...one.faults, { call: target.number, kind }] })),
  );

/** The responses beside Secrets Manager's own repeats. */
const RESPONSES_OF_PEOPLE: readonly Response[] = RESPONSES.filter((response) => response !== 'retry');

/** The same faults with every other response; only where an attempt fails after the last fault does that matter. */
const withOtherResponses = ({ id, lastCallOfFailedAttempt }: CaseResult): readonly Case[] => {
  const one = parseCaseId(id);
  const lastFault = one.faults.at(-1)?.call ?? 0;
  return lastCallOfFailedAttempt !== undefined && lastFault <= lastCallOfFailedAttempt
    ? RESPONSES_OF_PEOPLE.map((response) => ({ ...one, response }))
    : [];
};

/** The cases with one more fault than each of these results had. */
export const nextFaults = (results: readonly CaseResult[]): readonly Case[] =>
  results.flatMap(({ id, targets, lastCallOfFailedAttempt = 0 }) => {
    const one = parseCaseId(id);
    // Up to the response, a case is the same as the one with `retry`.
    const isNew = ({ number }: Target) => one.response === 'retry' || number > lastCallOfFailedAttempt;
    return withOneMoreFault(one, targets.filter(isNew));
  });

/** Runs the cases, and those that differ from them by the response of people. */
export const runWithResponses = async (cases: readonly Case[], run: RunCases): Promise<readonly CaseResult[]> => {
  const results = await run(cases);
  const others = await run(results.flatMap(withOtherResponses));
  return [...results, ...others];
};
