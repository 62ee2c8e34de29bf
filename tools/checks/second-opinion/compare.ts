import type { PromiseResult } from './suite';

/** A promise of AWS that an emulator is known not to keep. */
export interface ExpectedDifference {
  /** The title of its test. */
  readonly promise: string;
  /** Says what the emulator does instead of AWS, and why that is its fault. */
  readonly because: string;
  /** The page that says what AWS does. */
  readonly source: string;
  /** The failed test's message must contain this: another failure of the same test is another difference. */
  readonly shows: RegExp;
}

/** How an opinion compares with what is known of whose it is. */
export interface Comparison {
  /** Promises that are kept. */
  readonly kept: number;
  /** Differences that are expected and are there. */
  readonly expected: readonly ExpectedDifference[];
  /** One line each; what follows in a problem is jest's own message. */
  readonly problems: readonly string[];
}

/** Compares what became of the promises with the differences that are expected. */
export const compare = (
  results: readonly PromiseResult[],
  differences: readonly ExpectedDifference[],
): Comparison => {
  const known = new Map(differences.map((difference) => [difference.promise, difference]));
  const seen = new Set(results.map(({ title }) => title));
  const expected: ExpectedDifference[] = [];
  const problems: string[] = differences
    .filter(({ promise }) => !seen.has(promise))
    .map(({ promise }) => `expected to differ, but there is no such test: ${promise}`);
  for (const { title, broken } of results) {
    const difference = known.get(title);
    if (broken === undefined && difference !== undefined) {
      problems.push(`expected to differ, but does not any more; take it from the list: ${title}`);
    } else if (broken !== undefined && difference === undefined) {
      problems.push(`differs, which is not expected: ${title}\n${broken}`);
    } else if (broken !== undefined && difference?.shows.test(broken) === false) {
      problems.push(`differs in another way than expected (${difference.shows}): ${title}\n${broken}`);
    } else if (difference !== undefined) {
      expected.push(difference);
    }
  }
  return { kept: results.filter(({ broken }) => broken === undefined).length, expected, problems };
};
