import type { Figure, Goal } from '../../../tools/bench/benchmark';
import { judge, PeerNotMeasuredError } from '../../../tools/bench/verdict';

const figure = (goals: readonly Goal[], samples: Figure['samples']): Figure => ({
  name: 'a/figure',
  title: 'A figure',
  unit: 'ms',
  samples,
  goals,
});

describe('a goal', () => {
  test('against a peer is held against the ratio of the medians, not the mean of the ratios', () => {
    const { goals } = judge(
      figure([{ against: 'baseline', atMost: 0.5 }], { ours: [1, 2, 9], baseline: [4, 4, 100] }),
    );
    expect(goals).toMatchObject([{ value: 0.5, holds: true }]);
  });

  test('without a peer is held against our own median', () => {
    const { goals } = judge(figure([{ atMost: 3 }], { ours: [4, 3, 5] }));
    expect(goals).toMatchObject([{ value: 4, holds: false }]);
  });

  test.each([
    { goal: { atMost: 2 }, ours: 2, holds: true },
    { goal: { atMost: 2 }, ours: 2.01, holds: false },
    { goal: { atLeast: 2 }, ours: 2, holds: true },
    { goal: { atLeast: 2 }, ours: 1.99, holds: false },
    { goal: { atLeast: 1, atMost: 2 }, ours: 3, holds: false },
  ])('$goal may be reached and not passed: $ours', ({ goal, ours, holds }) => {
    expect(judge(figure([goal], { ours: [ours] })).holds).toBe(holds);
  });

  test('against a peer that was not measured is an error, and not held', () => {
    expect(() => judge(figure([{ against: 'limit', atMost: 3 }], { ours: [1] }))).toThrow(
      PeerNotMeasuredError,
    );
    expect(() => judge(figure([{ atMost: 3 }], { ours: [] }))).toThrow(PeerNotMeasuredError);
  });
});
