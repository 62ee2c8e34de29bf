import { table } from '../../command';
import { type Counts, MUST_BE_ZERO, type Verdict } from './judge';
import type { RunProgress } from './run';

/** Shape of `--json`: a contract of the project. */
export type JsonReport = { readonly ok: boolean; readonly seed: number } & Counts;

/** The JSON of a run. */
export const jsonReport = (seed: number, { ok, counts }: Verdict): JsonReport => ({ ok, seed, ...counts });

const WORDS: Readonly<Record<keyof Counts, string>> = {
  distinct: 'voicemails and events without one',
  stored: '  stored',
  absent: '  absent',
  skipped: '  skipped',
  failed: '  failed, with a class',
  lost: '  lost',
  alreadyStored: 'repeats that found it stored',
  duplicateObjects: 'duplicate objects',
  extraVersions: 'extra versions',
  wrongBytes: 'wrong bytes',
  unclassified: 'failures without a class',
  secretsInOutput: 'secrets in output',
  phoneNumbersInOutput: 'phone numbers in output',
  overBudgetRequests: 'requests above the rate budget',
  authorizationToMedia: 'requests with a token to a media host',
};

const ORDER = Object.keys(WORDS) as readonly (keyof Counts)[];

const isBroken = (name: keyof Counts, counts: Counts): boolean =>
  MUST_BE_ZERO.some((zero) => zero === name) && counts[name] !== 0;

/** The counts that a run has to have at zero and does not, and the promises that it broke. */
export const shortcomings = ({ counts, brokenPromises }: Verdict): readonly string[] => [
  ...MUST_BE_ZERO.filter((name) => counts[name] !== 0).map((name) => `${name} is ${counts[name]}`),
  ...brokenPromises.map(({ promise, times }) => `${times} times not true: ${promise}`),
];

const HOUR_MS = 60 * 60_000;

/** How far a run is, in a line. */
export const describeProgress = ({ happened, events, waiting, atMs }: RunProgress): string =>
  `${happened} of ${events} events, ${waiting} messages waiting, ${(atMs / HOUR_MS).toFixed(1)} h of the run`;

/** The table that a person reads. */
export const humanReport = (verdict: Verdict): string => {
  const { counts, brokenPromises, faults } = verdict;
  const struck = [...faults].sort(([, one], [, other]) => other - one);
  return [
    ...table([
      ...ORDER.map(
        (name) =>
          [`${WORDS[name]}${isBroken(name, counts) ? '  <- must be 0' : ''}`, String(counts[name])] as const,
      ),
      ...brokenPromises.map(({ promise, times }) => [`broken: ${promise}`, String(times)] as const),
    ]),
    '',
    `faults: ${struck.map(([kind, times]) => `${times} ${kind}`).join(', ') || 'none'}`,
  ].join('\n');
};
