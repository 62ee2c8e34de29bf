import * as v from 'valibot';
import { MoveVoicemailToS3Environment } from '../../../../functions/move-voicemail-to-s3/contract/environment';
import { UNANSWERED_REQUESTS } from '../../../../functions/move-voicemail-to-s3/genesys/request-pacing';
import { DEFAULT_MAXIMUM_CONCURRENCY } from '../../../../modules/genesys-voicemail-to-s3/options/defaults';
import { fixedUsdPerMonth, usdPerVoicemail } from './cost';
import { arrivalsByMinute, BUSIEST_HOUR_PERCENT } from './day-curve';
import { ASSUMPTIONS } from './prices';
import { type Simulated, simulate } from './simulate';

/** Genesys' default limit of requests per token and minute (`token.rate.per.minute`). */
export const DEFAULT_REQUESTS_PER_MINUTE = 300;

/** A day, and what is set up for it. Voicemails are spread evenly over the instances. */
export interface Scenario {
  readonly voicemailsPerDay: number;
  /** Deployments of the module, each with an OAuth client and a token of its own. */
  readonly instances: number;
  /** What Genesys allows each token. */
  readonly requestsPerMinute: number;
  /** Of each instance. */
  readonly maximumConcurrency: number;
}

/** What such a day is like. */
export interface ScenarioResult extends Scenario {
  /** Voicemails that all instances together can store in a minute. */
  readonly servedPerMinute: number;
  /** Voicemails that are left in the busiest minute. */
  readonly busiestMinute: number;
  /** The most that wait at the end of a minute, in all instances together. */
  readonly mostWaiting: number;
  /** Minutes within which 95 of 100 voicemails are stored. */
  readonly waited95Minutes: number;
  /** Minutes that the last of all voicemails waited. */
  readonly waitedMostMinutes: number;
  /** Containers that work at the same time in the busiest minute, in all instances together. */
  readonly busyContainers: number;
  readonly deliveriesPerVoicemail: number;
  readonly usdPerVoicemail: number;
  /** All that a month costs, divided by its voicemails: what is fixed counts as well. */
  readonly usdPerVoicemailInAll: number;
  readonly simulated: Simulated;
}

/**
 * Voicemails a minute that the request budget of one token lets through: the pacing leaves a margin for each container.
 *
 * @param requestsPerVoicemail - what a voicemail takes. @default - as assumed for the days
 */
export const servedPerMinute = (
  { requestsPerMinute, maximumConcurrency }: Pick<Scenario, 'requestsPerMinute' | 'maximumConcurrency'>,
  requestsPerVoicemail: number = ASSUMPTIONS.requestsPerVoicemail.value,
): number =>
  Math.floor((requestsPerMinute - maximumConcurrency * UNANSWERED_REQUESTS) / requestsPerVoicemail);

/** One deployment with default options, and a token with Genesys' default limit. */
export const ONE_INSTANCE = {
  instances: 1,
  requestsPerMinute: DEFAULT_REQUESTS_PER_MINUTE,
  maximumConcurrency: DEFAULT_MAXIMUM_CONCURRENCY,
} as const;

/** Share of a day's voicemails that is left in its busiest minute. */
const BUSIEST_SHARE = BUSIEST_HOUR_PERCENT / 100 / 60;

/** Voicemails a day that one token serves without any of them waiting for the next minute's budget. */
export const perDayWithoutWaiting = (): number => Math.floor(servedPerMinute(ONE_INSTANCE) / BUSIEST_SHARE);

/** Instances with which no voicemail waits for the next minute's budget. */
const instancesWithoutWaiting = (voicemailsPerDay: number): number =>
  Math.ceil(voicemailsPerDay / perDayWithoutWaiting());

/** The days that are simulated. */
export const SCENARIOS: readonly Scenario[] = [
  { ...ONE_INSTANCE, voicemailsPerDay: 1_000 },
  { ...ONE_INSTANCE, voicemailsPerDay: 100_000 },
  { ...ONE_INSTANCE, voicemailsPerDay: 100_000, instances: instancesWithoutWaiting(100_000) },
  { ...ONE_INSTANCE, voicemailsPerDay: 1_000_000, instances: 10 },
  { ...ONE_INSTANCE, voicemailsPerDay: 1_000_000, instances: instancesWithoutWaiting(1_000_000) },
  { voicemailsPerDay: 1_000_000, instances: 1, requestsPerMinute: 5_000, maximumConcurrency: 50 },
];

const { BACKOFF_BASE_MS, BACKOFF_MAXIMUM_MS } = MoveVoicemailToS3Environment.entries;

const BACKOFF = {
  baseMs: v.parse(BACKOFF_BASE_MS, undefined),
  maximumMs: v.parse(BACKOFF_MAXIMUM_MS, undefined),
};

const atShare = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const largest = (numbers: readonly number[]): number =>
  numbers.reduce((most, number) => Math.max(most, number), 0);

const simulations = new Map<string, Simulated>();

/** A day of one instance. Ten instances with a tenth each are ten times the same day, which is simulated once. */
const simulateDay = (voicemails: number, perMinute: number): Simulated => {
  const key = `${voicemails} ${perMinute}`;
  const known = simulations.get(key);
  const simulated =
    known ??
    simulate({ arrivals: arrivalsByMinute(voicemails), servedPerMinute: perMinute, backoff: BACKOFF });
  simulations.set(key, simulated);
  return simulated;
};

/** Simulates one day. One instance stands for all: each has the same share of the voicemails. */
export const simulateScenario = (scenario: Scenario): ScenarioResult => {
  const { voicemailsPerDay, instances } = scenario;
  const arrivals = arrivalsByMinute(voicemailsPerDay / instances);
  const perInstance = servedPerMinute(scenario);
  const simulated = simulateDay(voicemailsPerDay / instances, perInstance);
  const { waiting, served, deliveries, waitedMinutes } = simulated;
  const deliveriesPerVoicemail = sum(deliveries) / waitedMinutes.length;
  const variableUsd = usdPerVoicemail(deliveriesPerVoicemail);
  const perMonth = voicemailsPerDay * ASSUMPTIONS.daysPerMonth.value;
  const busySeconds = served.map(
    (stored, minute) =>
      stored * ASSUMPTIONS.secondsPerVoicemail.value +
      ((deliveries[minute] ?? 0) - stored) * ASSUMPTIONS.secondsInVain.value,
  );
  return {
    ...scenario,
    servedPerMinute: perInstance * instances,
    busiestMinute: largest(arrivals) * instances,
    mostWaiting: largest(waiting) * instances,
    waited95Minutes: atShare(waitedMinutes, 0.95),
    waitedMostMinutes: atShare(waitedMinutes, 1),
    busyContainers: (largest(busySeconds) / 60) * instances,
    deliveriesPerVoicemail,
    usdPerVoicemail: variableUsd,
    usdPerVoicemailInAll: variableUsd + (instances * fixedUsdPerMonth()) / perMonth,
    simulated,
  };
};
