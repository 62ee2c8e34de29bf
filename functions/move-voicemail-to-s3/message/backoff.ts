/** Decides how long a message stays away. Times are in milliseconds. */
export interface Backoff {
  /** How often the message has been received: 1 the first time. */
  readonly receiveCount: number;
  readonly baseMs: number;
  readonly maximumMs: number;
  /** The wait that the other side asked for, such as `Retry-After`. @default 0 */
  readonly atLeastMs?: number;
  /** A number in [0, 1). */
  readonly random: number;
}

/**
 * The visibility of a message that is given back, in whole seconds: it doubles with each receive, half of it is left to
 * chance so that messages which failed together do not return together, and it never exceeds `maximumMs`.
 */
export const backoffSeconds = ({
  receiveCount,
  baseMs,
  maximumMs,
  atLeastMs = 0,
  random,
}: Backoff): number => {
  const doublings = Math.min(Math.max(receiveCount, 1) - 1, 30);
  const exponentialMs = Math.min(maximumMs, baseMs * 2 ** doublings);
  const jitteredMs = exponentialMs / 2 + (exponentialMs / 2) * random;
  // The other side's wait is a floor; chance comes on top of it.
  const wantedMs = atLeastMs > jitteredMs ? atLeastMs + (baseMs / 2) * random : jitteredMs;
  return Math.ceil(Math.min(maximumMs, wantedMs) / 1000);
};

/** Deliveries for each further minute that a message may have to wait: one deep queue more than that is spread over. */
const DELIVERIES_PER_MINUTE_MORE = 20;
const MOST_MINUTES = 10;
/** How long after the minute has begun messages return, so that they do not all come at once. */
const JITTER_MS = 10_000;

/**
 * The visibility of a message that met a spent request budget, in whole seconds: until Genesys counts anew, and no longer, so
 * that no budget is left unused. Only what has been turned away very often, as in a queue of thousands, takes a later minute.
 */
export const nextMinuteSeconds = ({
  receiveCount,
  waitMs,
  random,
}: {
  readonly receiveCount: number;
  /** Until the budget is there again. */
  readonly waitMs: number;
  /** A number in [0, 1). */
  readonly random: number;
}): number => {
  const minutes = Math.min(MOST_MINUTES, 1 + Math.floor(receiveCount / DELIVERIES_PER_MINUTE_MORE));
  const minute = Math.floor(random * minutes);
  const jitterMs = (random * minutes - minute) * JITTER_MS;
  return Math.ceil((waitMs + minute * 60_000 + jitterMs) / 1000);
};
