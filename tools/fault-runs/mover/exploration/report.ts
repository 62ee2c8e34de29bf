import { createHash } from 'node:crypto';
import { failureLines, faultTable } from '../../exploration';
import { FAULT_KINDS } from './case/fault-kinds';
import type { CaseResult } from './evaluate';
import { CHECKS, type CheckName } from './judge';

/** Result of an exploration. Printed by `--json`, so its names are a contract. All but `ok` and the hash count cases. */
export interface Report {
  /** Whether every check held in every case. */
  readonly ok: boolean;
  readonly cases: number;
  /** Cases in which a check failed. */
  readonly failures: number;
  /** SHA-256 of everything that happened, in lower-case hex: the same for the same seed and mover. */
  readonly journalSha256: string;
  readonly outsideSelectionTouched: number;
  readonly deletedUnproven: number;
  readonly wrongBytes: number;
  readonly erasedBack: number;
  readonly duplicates: number;
  readonly secretsInOutput: number;
}

/** Sums the cases up. */
export const summarize = (results: readonly CaseResult[]): Report => {
  const countOf = (check: CheckName) => results.filter(({ failures }) => failures.includes(check)).length;
  const failures = results.filter((result) => result.failures.length > 0).length;
  const hash = createHash('sha256');
  for (const { journal } of results) {
    hash.update(`${journal}\n`);
  }
  return {
    ok: failures === 0,
    cases: results.length,
    failures,
    journalSha256: hash.digest('hex'),
    outsideSelectionTouched: countOf('outside-selection-touched'),
    deletedUnproven: countOf('deleted-unproven'),
    wrongBytes: countOf('wrong-bytes'),
    erasedBack: countOf('erased-back'),
    duplicates: countOf('duplicate'),
    secretsInOutput: countOf('secret-in-output'),
  };
};

/** The exploration in lines for people. */
export const describe = (results: readonly CaseResult[], seed: number): readonly string[] => {
  const { cases, failures, journalSha256 } = summarize(results);
  const ends = (end: CaseResult['end']) => results.filter((result) => result.end === end).length;
  return [
    ...faultTable(
      FAULT_KINDS,
      results.flatMap(({ struck }) => struck.map(({ kind, service }) => ({ kind, place: service }))),
    ),
    '',
    `${cases} cases, ${failures} failed; ${ends('stored')} stored, ${ends('failed')} failed with a class, ` +
      `${ends('waiting')} waiting, ${ends('erased')} erased, ${ends('gone')} without a voicemail`,
    `journal: SHA-256 ${journalSha256}`,
    ...failureLines(results, CHECKS, `npm run faults:mover -- --seed ${seed}`),
  ];
};
