import fc from 'fast-check';
import { BENCHMARKS } from '../../../../tools/bench/benchmarks';
import { usdPerVoicemail } from '../../../../tools/bench/benchmarks/growth/cost';
import { arrivalsByMinute, MINUTES_PER_DAY } from '../../../../tools/bench/benchmarks/growth/day-curve';
import {
  ONE_INSTANCE,
  perDayWithoutWaiting,
  servedPerMinute,
  simulateScenario,
} from '../../../../tools/bench/benchmarks/growth/scenarios';
import { QueueNeverEmptyError, simulate } from '../../../../tools/bench/benchmarks/growth/simulate';

const BACKOFF = { baseMs: 60_000, maximumMs: 3_600_000 };

const sum = (numbers: Iterable<number>): number => [...numbers].reduce((total, number) => total + number, 0);

test('every voicemail of a day is left in it, in whole voicemails', () => {
  fc.assert(
    fc.property(fc.nat(2_000_000), (perDay) => {
      const arrivals = arrivalsByMinute(perDay);
      expect(arrivals).toHaveLength(MINUTES_PER_DAY);
      expect(arrivals.every((count) => Number.isInteger(count) && count >= 0)).toBe(true);
      expect(sum(arrivals)).toBe(perDay);
    }),
  );
});

test('every voicemail is stored once, no minute is above the budget, and the queue ends empty', () => {
  const arrivals = fc.array(fc.nat(200), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(arrivals, fc.integer({ min: 20, max: 120 }), (arriving, perMinute) => {
      const { served, waiting, deliveries, waitedMinutes } = simulate({
        arrivals: arriving,
        servedPerMinute: perMinute,
        backoff: BACKOFF,
      });
      expect(waitedMinutes).toHaveLength(sum(arriving));
      expect(sum(served)).toBe(sum(arriving));
      expect(Math.max(...served)).toBeLessThanOrEqual(perMinute);
      expect(waiting.at(-1)).toBe(0);
      expect(sum(deliveries)).toBeGreaterThanOrEqual(sum(served));
    }),
    { numRuns: 50 },
  );
});

test('nobody waits while each minute brings no more than its budget', () => {
  const { waitedMinutes, deliveries } = simulate({
    arrivals: [95, 0, 95, 95, 3],
    servedPerMinute: 95,
    backoff: BACKOFF,
  });
  expect(new Set(waitedMinutes)).toEqual(new Set([0]));
  expect(deliveries).toEqual([95, 0, 95, 95, 3]);
});

test('a voicemail that meets a spent budget again and again is tried less and less often', () => {
  const { deliveries, served } = simulate({ arrivals: [400], servedPerMinute: 1, backoff: BACKOFF });
  expect(served.length).toBeGreaterThan(400);
  // Once a minute would be 200 times each on average.
  expect(sum(deliveries) / 400).toBeLessThan(15);
  expect(sum(deliveries) / 400).toBeGreaterThan(5);
});

test('a queue that can never be worked off is refused, with how many wait', () => {
  expect(() => simulate({ arrivals: [2], servedPerMinute: 0, backoff: BACKOFF })).toThrow(
    new QueueNeverEmptyError(2),
  );
});

test("what one token stores in a minute is Genesys' limit less the margin of each container, by three requests", () => {
  expect(servedPerMinute(ONE_INSTANCE)).toBe((300 - 5 * 3) / 3);
  expect(servedPerMinute({ requestsPerMinute: 300, maximumConcurrency: 20 })).toBe(80);
});

test('up to the stated number a day nobody waits, and with a twentieth more some do', () => {
  const day = (voicemailsPerDay: number) => simulateScenario({ ...ONE_INSTANCE, voicemailsPerDay });
  expect(day(perDayWithoutWaiting()).waitedMostMinutes).toBe(0);
  expect(day(Math.round(perDayWithoutWaiting() * 1.05)).waitedMostMinutes).toBeGreaterThan(0);
});

test('as many instances with as much more voicemail have the same waits', () => {
  const one = simulateScenario({ ...ONE_INSTANCE, voicemailsPerDay: 70_000 });
  const three = simulateScenario({ ...ONE_INSTANCE, voicemailsPerDay: 210_000, instances: 3 });
  expect(three.waitedMostMinutes).toBe(one.waitedMostMinutes);
  expect(three.mostWaiting).toBe(3 * one.mostWaiting);
  expect(three.usdPerVoicemailInAll).toBeCloseTo(one.usdPerVoicemailInAll, 12);
});

test('a delivery in vain costs something, and far less than the one that stores', () => {
  const inVain = usdPerVoicemail(2) - usdPerVoicemail(1);
  expect(inVain).toBeGreaterThan(0);
  expect(inVain).toBeLessThan(usdPerVoicemail(1) / 10);
});

test('every benchmark has a name of its own, and only those without goals wait to be named', () => {
  const names = BENCHMARKS.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(BENCHMARKS.filter(({ onlyWhenNamed }) => onlyWhenNamed).map(({ name }) => name)).toEqual([
    'install',
    'tests',
  ]);
});
