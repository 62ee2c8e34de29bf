import { NoSamplesError, quantile, summarize } from '../../../tools/bench/statistics';

describe('the summary of samples', () => {
  test('interpolates between samples as spreadsheets do', () => {
    expect(summarize([4, 1, 3, 2])).toEqual({ count: 4, median: 2.5, q1: 1.75, q3: 3.25 });
    expect(summarize([7])).toEqual({ count: 1, median: 7, q1: 7, q3: 7 });
    expect(quantile([10, 20, 30, 40, 50], 0.9)).toBeCloseTo(46);
  });

  test('of nothing is refused', () => {
    expect(() => summarize([])).toThrow(NoSamplesError);
  });
});
