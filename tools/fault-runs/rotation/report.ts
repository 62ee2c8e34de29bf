import { table } from '../command';
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
  /** Cases that lost the pair where nothing could have kept it. */
  readonly unavoidable: number;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Sums the cases up. */
export const summarize = (results: readonly CaseResult[]): Report => {
  const failures = results.filter((result) => result.failures.length > 0).length;
  return {
    ok: failures === 0,
    cases: results.length,
    failures,
    redeemedTwice: sum(results.map((result) => result.redeemedTwice)),
    ambiguousReplays: sum(results.map((result) => result.ambiguousReplays)),
    unavoidable: results.filter(({ unavoidable }) => unavoidable !== undefined).length,
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
  const { cases, failures, redeemedTwice, ambiguousReplays, unavoidable } = summarize(results);
  return [
    ...faultTable(results),
    '',
    `${cases} cases, ${failures} failed; ${redeemedTwice} redeemed twice, ${ambiguousReplays} ambiguous replays`,
    `${unavoidable} lost the pair where nothing could have kept it${unavoidable === 0 ? '' : ':'}`,
    ...unavoidableLines(results),
    ...failureLines(results),
  ];
};
