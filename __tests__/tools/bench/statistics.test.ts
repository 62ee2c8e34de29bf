import fc from 'fast-check';
import { median, NoSamplesError, quantile, summarize } from '../../../tools/bench/statistics';

const samples = fc.array(fc.integer({ min: -1_000_000, max: 1_000_000 }), { minLength: 1, maxLength: 50 });

describe('the summary of samples', () => {
  test('interpolates between samples as spreadsheets do', () => {
    expect(summarize([4, 1, 3, 2])).toEqual({ count: 4, median: 2.5, q1: 1.75, q3: 3.25 });
    expect(summarize([7])).toEqual({ count: 1, median: 7, q1: 7, q3: 7 });
    expect(quantile([10, 20, 30, 40, 50], 0.9)).toBeCloseTo(46);
  });

  test('does not depend on the order of the samples', () => {
    fc.assert(
      fc.property(samples, (values) => {
        expect(summarize([...values].reverse())).toEqual(summarize(values));
      }),
    );
  });

  test('has as many samples at or below the median as at or above it', () => {
    fc.assert(
      fc.property(samples, (values) => {
        const middle = median(values);
        const below = values.filter((value) => value <= middle).length;
        const above = values.filter((value) => value >= middle).length;
        expect(below).toBeGreaterThanOrEqual(values.length / 2);
        expect(above).toBeGreaterThanOrEqual(values.length / 2);
      }),
    );
  });

  test('of nothing is refused', () => {
    expect(() => summarize([])).toThrow(NoSamplesError);
  });
});
