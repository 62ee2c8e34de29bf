import fc from 'fast-check';
import { budgetWindows } from '../../../../tools/bench/benchmarks/throughput';
import { MovableClock } from '../../../../tools/local-cloud/clock';
import { RateLimiter } from '../../../../tools/local-cloud/genesys/rate-limiter';

test('a minute begins with the first request after the one before has ended', () => {
  expect(budgetWindows([0, 59_999, 60_000, 200_000, 259_999, 260_000])).toEqual([2, 1, 2, 1]);
});

test('requests count alike in whatever order they are told', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1_000_000)), (times) => {
      expect(budgetWindows(times.toReversed())).toEqual(budgetWindows(times));
    }),
  );
});

test("the minutes are those of the simulator's limiter", () => {
  const clock = new MovableClock();
  const startMs = clock.now();
  const limiter = new RateLimiter({ now: () => clock.now() });
  const times = [0, 1_000, 59_000, 61_000, 119_000, 122_000].map((ms) => startMs + ms);
  const counts = times.map((atMs) => {
    clock.advanceTo(atMs);
    return limiter.hit('token', 300).count;
  });
  expect(counts).toEqual([1, 2, 3, 1, 2, 1]);
  expect(budgetWindows(times)).toEqual([3, 2, 1]);
});
