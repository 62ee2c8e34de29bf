const WINDOW_MS = 60_000;

/**
 * Requests of a token in each of its minutes, counted as the simulator counts them: a minute begins with the first request
 * after the one before has ended.
 *
 * @param sentAtMs when each request was sent, in milliseconds, in any order
 */
export const budgetWindows = (sentAtMs: readonly number[]): readonly number[] => {
  const counts: number[] = [];
  let endMs = Number.NEGATIVE_INFINITY;
  for (const atMs of sentAtMs.toSorted((one, other) => one - other)) {
    if (atMs >= endMs) {
      endMs = atMs + WINDOW_MS;
      counts.push(0);
    }
    counts[counts.length - 1] = (counts.at(-1) ?? 0) + 1;
  }
  return counts;
};
