import { budgetWindows } from '../../../../tools/bench/benchmarks/throughput';
import { MovableClock } from '../../../../tools/local-cloud/clock';
import { RateLimiter } from '../../../../tools/local-cloud/genesys/rate-limiter';

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
