import { table } from '../command';
import { parseCaseId } from './case/case-id';
import { FAULT_KINDS } from './case/fault-kinds';
import type { CaseResult } from './evaluate';
import { CHECKS, type CheckName, UNAVOIDABLE, type UnavoidableName } from './judge';

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

/** How often each kind of fault struck each call. */
const faultTable = (results: readonly CaseResult[]): readonly string[] => {
  const struck = results.flatMap((result) => result.struck);
  const operations = [...new Set(struck.map(({ operation }) => operation))].sort();
  const count = (kind: string, operation: string): number =>
    struck.filter((fault) => fault.kind === kind && fault.operation === operation).length;
  return table([
    ['faults', ...operations],
    ...FAULT_KINDS.map((kind) => [
      kind,
      ...operations.map((operation) => String(count(kind, operation) || '-')),
    ]),
  ]);
};

/** Failing cases that are named for each check. */
const MOST_EXAMPLES = 10;

const failureLines = (results: readonly CaseResult[]): readonly string[] => {
  const checks = new Set(results.flatMap(({ failures }) => failures));
  return [...checks].flatMap((check: CheckName) => {
    const failed = results.filter(({ failures }) => failures.includes(check));
    return [
      `${check} (${failed.length}): ${CHECKS[check]}`,
      ...failed.slice(0, MOST_EXAMPLES).map(({ id }) => `  replay: npm run faults:rotation -- --case ${id}`),
    ];
  });
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
    ...faultTable(results),
    '',
    `${cases} cases, ${failures} failed; ${redeemedTwice} redeemed twice, ${ambiguousReplays} ambiguous replays`,
    `${unavoidable} were left without a live token where nothing could have kept one, ${unavoidableWithTwoTokens} of them with two tokens${unavoidable === 0 ? '' : ':'}`,
    ...unavoidableLines(results),
    ...failureLines(results),
  ];
};
