import { failureLines, faultTable } from '../exploration';
import { parseCaseId } from './case/case-id';
import { FAULT_KINDS } from './case/fault-kinds';
import type { CaseResult } from './evaluate';
import { CHECKS, UNAVOIDABLE, type UnavoidableName } from './judge';

/** Result of an exploration. Printed by `--json`, so its names are a contract. */
export interface Report {
  /** Whether every check held in every case. */
  readonly ok: boolean;
  readonly cases: number;
  /** Cases in which a check failed. */
  readonly failures: number;
  /** Refresh tokens presented again after a successful answer. */
  readonly redeemedTwice: number;
  /** Attempts in which a refresh token was presented again after an ambiguous answer or a kill. */
  readonly ambiguousReplays: number;
  /** Cases that were left without a live token where nothing could have kept one. */
  readonly unavoidable: number;
  /** Of these, cases with two tokens. */
  readonly unavoidableWithTwoTokens: number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Sums the cases up. */
export const summarize = (results: readonly CaseResult[]): Report => {
  const lost = results.filter(({ unavoidable }) => unavoidable !== undefined);
  const failures = results.filter((result) => result.failures.length > 0).length;
  return {
    ok: failures === 0,
    cases: results.length,
    failures,
    redeemedTwice: sum(results.map((result) => result.redeemedTwice)),
    ambiguousReplays: sum(results.map((result) => result.ambiguousReplays)),
    unavoidable: lost.length,
    unavoidableWithTwoTokens: lost.filter(({ id }) => parseCaseId(id).tokens === 2).length,
  };
};

const unavoidableLines = (results: readonly CaseResult[]): readonly string[] => {
  const names = new Set(results.flatMap(({ unavoidable }) => unavoidable ?? []));
  return [...names].sort().map((name: UnavoidableName) => {
    const count = results.filter(({ unavoidable }) => unavoidable === name).length;
    return `  ${name} (${count}): ${UNAVOIDABLE[name]}`;
  });
};

/** The exploration in lines for people. */
export const describe = (results: readonly CaseResult[]): readonly string[] => {
  const { cases, failures, redeemedTwice, ambiguousReplays, unavoidable, unavoidableWithTwoTokens } =
    summarize(results);
  return [
    ...faultTable(
      FAULT_KINDS,
      results.flatMap(({ struck }) => struck.map(({ kind, operation }) => ({ kind, place: operation }))),
    ),
    '',
    `${cases} cases, ${failures} failed; ${redeemedTwice} redeemed twice, ${ambiguousReplays} ambiguous replays`,
    `${unavoidable} were left without a live token where nothing could have kept one, ${unavoidableWithTwoTokens} of them with two tokens${unavoidable === 0 ? '' : ':'}`,
    ...unavoidableLines(results),
    ...failureLines(results, CHECKS, 'npm run faults:rotation --'),
  ];
};
