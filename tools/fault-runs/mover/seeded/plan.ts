import { Draw } from '../../draw';

/**
 * The trouble of one event, and so how it has to end.
 *
 * - `sound`: a voicemail that has to be stored, whatever happens on the way.
 * - `too-short`: a voicemail below the deployment's minimum; skipped.
 * - `abandoned`: the caller left nothing; absent.
 * - `upload-failed`: Genesys never got the recording; failed.
 * - `key-taken`: another recording lies under the voicemail's key; failed, and that recording untouched.
 * - `malformed`: a message that is neither event nor queue message; failed.
 */
export type Nature = 'sound' | Poison;

const POISONS = ['too-short', 'abandoned', 'upload-failed', 'key-taken', 'malformed'] as const;
type Poison = (typeof POISONS)[number];

/** One event of a run. Times are milliseconds from the start of the run. */
export interface PlannedEvent {
  readonly index: number;
  readonly nature: Nature;
  readonly atMs: number;
  /** Never reaches the bus: only reconcile can find its voicemail. */
  readonly isUndelivered: boolean;
  /** When the event arrives once more; none for most. */
  readonly repeatsAtMs: readonly number[];
  /** How long Genesys takes to publish the voicemail. */
  readonly appearsAfterMs: number;
  readonly audioBytes: number;
}

/** When people and schedules act. Milliseconds from the start of the run. */
export interface PlannedActs {
  readonly rotationsAtMs: readonly number[];
  readonly revokedAtMs: number;
  readonly reauthorizedAtMs: number;
}

/** Plan of a run, by its seed. */
export interface RunPlan {
  /** In the order of their times. */
  readonly events: readonly PlannedEvent[];
  readonly acts: PlannedActs;
  /** Length of the time over which events arrive, in milliseconds. */
  readonly spanMs: number;
}

/** A share of a run: one organization with its own stack, token, rotations and hour without a token. */
export interface WorldNumber {
  /** From 0. */
  readonly number: number;
  readonly of: number;
}

/** Options of a plan. */
export interface PlanOptions {
  readonly events: number;
  readonly seed: number;
  /** The share of faulty calls, which also says how many voicemails are published late. */
  readonly faults: number;
  /** Whose share of the events is planned. @default - all events are in one world */
  readonly world?: WorldNumber;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** With a fifth of the calls faulty a world can move more; with fewer, fewer wait for a token in the hour without one. */
const EVENTS_PER_MINUTE = 4;
/** With a fifth of the calls faulty this takes less than half of the requests that one token may send. */
const MOST_EVENTS_PER_MINUTE = 18;
/** Calls that have to go well one after the other for a voicemail to be moved. */
const CALLS_IN_A_ROW = 5;

/**
 * How many voicemails can be moved with this share of faulty calls, against a fifth; never more than 1. Beyond what can be
 * moved a queue only grows.
 */
export const easeOf = (faults: number): number => Math.min(1, ((1 - faults) / 0.8) ** CALLS_IN_A_ROW);

/** Room for three rotations and an hour without a token, however few events there are. */
const SHORTEST_SPAN_MS = 3 * HOUR_MS;

const POISON_SHARE = 0.01;
const UNDELIVERED_SHARE = 0.05;
const REPEATED_SHARE = 0.2;
/** Share of late uploads among the faulty calls. */
const LATE_PER_FAULT = 0.5;
/** Share of the late ones that are later than the mover waits, so that only reconcile stores them. */
const VERY_LATE_SHARE = 0.1;

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

/** Mostly the few kilobytes of a short message; some large; few so large that they go up in parts. */
const audioBytes = (draw: Draw, index: number): number => {
  if (index % 2500 === 7) {
    return draw.whole(9 * MEBIBYTE, 11 * MEBIBYTE, 'bytes', index);
  }
  if (index % 250 === 11) {
    return draw.whole(100 * KIBIBYTE, MEBIBYTE, 'bytes', index);
  }
  return draw.whole(2 * KIBIBYTE, 20 * KIBIBYTE, 'bytes', index);
};

const appearsAfterMs = (draw: Draw, faults: number, index: number): number => {
  if (draw.number('late', index) >= faults * LATE_PER_FAULT) {
    return 0;
  }
  return draw.number('very late', index) < VERY_LATE_SHARE
    ? draw.whole(70 * MINUTE_MS, 100 * MINUTE_MS, 'late by', index)
    : draw.whole(MINUTE_MS, 25 * MINUTE_MS, 'late by', index);
};

/** Which events are poison: the wanted share of them, and at least one of each kind. */
const poisons = (draw: Draw, events: number): ReadonlyMap<number, Poison> => {
  const count = Math.max(POISONS.length, Math.round(events * POISON_SHARE));
  return new Map(
    draw
      .order(events, 'poison')
      .slice(0, count)
      .map((index, rank) => [index, POISONS[rank % POISONS.length] ?? 'malformed']),
  );
};

/** Makes the plan of a run; the same options always make the same one. */
export const planRun = ({ events, seed, faults, world = { number: 0, of: 1 } }: PlanOptions): RunPlan => {
  const draw = new Draw(seed);
  const minutes = events / world.of / Math.min(EVENTS_PER_MINUTE, MOST_EVENTS_PER_MINUTE * easeOf(faults));
  const spanMs = Math.max(SHORTEST_SPAN_MS, Math.ceil(minutes * MINUTE_MS));
  const poisonOf = poisons(draw, events);
  const planned = Array.from({ length: events }, (_, index): PlannedEvent => {
    const nature = poisonOf.get(index) ?? 'sound';
    const atMs = draw.whole(0, spanMs, 'arrival', index);
    const isUndelivered = nature === 'sound' && draw.number('undelivered', index) < UNDELIVERED_SHARE;
    const isRepeated = nature !== 'malformed' && draw.number('repeated', index) < REPEATED_SHARE;
    return {
      index,
      nature,
      atMs,
      isUndelivered,
      repeatsAtMs: isRepeated && !isUndelivered ? [atMs + repeatDelayMs(draw, index)] : [],
      appearsAfterMs: nature === 'sound' ? appearsAfterMs(draw, faults, index) : 0,
      audioBytes: audioBytes(draw, index),
    };
  });
  return {
    events: planned
      .filter(({ index }) => index % world.of === world.number)
      .sort((one, other) => one.atMs - other.atMs),
    spanMs,
    acts: {
      rotationsAtMs: [0.15, 0.4, 0.95].map((share) => Math.round(share * spanMs)),
      revokedAtMs: Math.round(0.6 * spanMs),
      reauthorizedAtMs: Math.round(0.6 * spanMs) + HOUR_MS,
    },
  };
};

/** Half of the repeats come with the event itself, so that both are worked on at once. */
const repeatDelayMs = (draw: Draw, index: number): number =>
  draw.number('repeated at once', index) < 0.5 ? 0 : draw.whole(1, 90 * MINUTE_MS, 'repeat', index);

/** Bodies that nobody who follows the contract sends; the number of the event makes each one of its kind. */
const BODIES: readonly ((index: number) => string)[] = [
  (index) => `not JSON ${index}`,
  (index) => JSON.stringify({ schemaVersion: 1, kind: 'voicemail-end', number: index }),
  (index) => JSON.stringify({ schemaVersion: 2, kind: 'voicemail', voicemailId: '../../secrets', index }),
  (index) => JSON.stringify([index]),
  (index) => `{"schemaVersion":1,"kind":"voicemail-end","conversationId":,"index":${index}}`,
];

/** The body of a message that is neither event nor queue message. */
export const malformedBody = (draw: Draw, index: number): string =>
  draw.oneOf(BODIES, 'malformed', index)(index);
