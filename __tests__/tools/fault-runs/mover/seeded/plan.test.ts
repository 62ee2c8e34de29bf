import fc from 'fast-check';
import { planRun } from '../../../../../tools/fault-runs/mover/seeded/plan';

const options = fc.record({
  events: fc.integer({ min: 10, max: 400 }),
  seed: fc.nat(),
  faults: fc.double({ min: 0, max: 0.8, noNaN: true }),
});

test('a seed always plans the same', () => {
  fc.assert(
    fc.property(options, (given) => {
      expect(planRun(given)).toEqual(planRun(given));
    }),
    { numRuns: 20 },
  );
});

test('every number of events has each kind of poison, and three rotations around an hour without a token', () => {
  fc.assert(
    fc.property(options, (given) => {
      const { events, acts, spanMs } = planRun(given);
      expect(events).toHaveLength(given.events);
      expect(new Set(events.map(({ nature }) => nature))).toEqual(
        new Set([
          ...(given.events > 5 ? ['sound'] : []),
          'too-short',
          'abandoned',
          'upload-failed',
          'key-taken',
          'malformed',
        ]),
      );
      expect(acts.reauthorizedAtMs - acts.revokedAtMs).toBe(60 * 60_000);
      expect(acts.rotationsAtMs).toHaveLength(3);
      for (const atMs of acts.rotationsAtMs) {
        expect(atMs < acts.revokedAtMs || atMs > acts.reauthorizedAtMs).toBe(true);
        expect(atMs).toBeLessThan(spanMs);
      }
    }),
    { numRuns: 20 },
  );
});

test('the worlds of a run share its events', () => {
  const run = { events: 100, seed: 1, faults: 0.2 };
  const ofWorld = (number: number) => planRun({ ...run, world: { number, of: 3 } }).events;
  const shared = [0, 1, 2].flatMap(ofWorld).map(({ index, nature }) => ({ index, nature }));
  const whole = planRun(run).events.map(({ index, nature }) => ({ index, nature }));
  const byIndex = (one: { index: number }, other: { index: number }) => one.index - other.index;
  expect(shared.sort(byIndex)).toEqual(whole.sort(byIndex));
});

test('the shares of a large plan are those of the run: repeats, lost events, poison', () => {
  const { events } = planRun({ events: 10_000, seed: 1, faults: 0.2 });
  const share = (matches: (event: (typeof events)[number]) => boolean) =>
    events.filter(matches).length / events.length;
  expect(share(({ nature }) => nature !== 'sound')).toBe(0.01);
  expect(share(({ isUndelivered }) => isUndelivered)).toBeCloseTo(0.05, 2);
  expect(share(({ repeatsAtMs }) => repeatsAtMs.length > 0)).toBeCloseTo(0.19, 1);
  expect(share(({ appearsAfterMs }) => appearsAfterMs > 0)).toBeCloseTo(0.1, 1);
});
