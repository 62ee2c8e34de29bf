/** Summary of samples: the median, and how far the middle half spreads. */
export interface Summary {
  readonly count: number;
  readonly median: number;
  /** The first quartile: a quarter of the samples lie at or below it. */
  readonly q1: number;
  /** The third quartile. */
  readonly q3: number;
}

/** There is nothing to summarize. */
export class NoSamplesError extends RangeError {
  override readonly name = 'NoSamplesError';

  constructor() {
    super('expected at least one sample, got none');
  }
}

const at = (sorted: readonly number[], index: number): number => {
  const value = sorted[index];
  if (value === undefined) {
    throw new NoSamplesError();
  }
  return value;
};

/**
 * The value below which `share` of the samples lie, between two samples by linear interpolation (type 7 of Hyndman and Fan,
 * as R, NumPy and spreadsheets have it).
 *
 * @param share from 0 to 1
 * @throws NoSamplesError
 */
export const quantile = (samples: readonly number[], share: number): number => {
  const sorted = [...samples].sort((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = Math.floor(position);
  const lower = at(sorted, below);
  const upper = at(sorted, Math.ceil(position));
  return lower + (upper - lower) * (position - below);
};

/** The median. @throws NoSamplesError */
export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

/** Median and quartiles. @throws NoSamplesError */
export const summarize = (samples: readonly number[]): Summary => ({
  count: samples.length,
  median: median(samples),
  q1: quantile(samples, 0.25),
  q3: quantile(samples, 0.75),
});
