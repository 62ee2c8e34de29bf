import type { RateLimit } from '../../shared/genesys-http';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** Requests in a row that a container may send without learning the count: one call with its quick retries. */
export const UNANSWERED_REQUESTS = 3;

/** Genesys counts by the minute; a reset that is farther away is an odd header's. */
const LONGEST_WINDOW_MS = 10 * MINUTE_MS;

/** Genesys allows 300. So few that no voicemail would ever get through are an odd header's. */
const LEAST_ALLOWED = 10;

/** Versions that are remembered: a new one comes with each rotation of each token, and only the newest are used. */
const REMEMBERED_VERSIONS = 20;

/** The request count and the hold of one version of a token. */
interface Knowledge {
  isSpent: boolean;
  unanswered: number;
  resumesAtMs: number;
  /** Requests that were left when the last answer came. */
  left: number;
}

/**
 * Keeps the whole function within Genesys' limit of requests per token and minute.
 *
 * Every answer tells the count of the token, whichever container raised it. A container stops when the count comes within
 * the margin of the limit. The margin is what all containers may still send before each of them learns the count: a call
 * that gets no answer teaches nothing, and is repeated. So nothing is sent beyond the limit, in whatever order the
 * containers send and whichever answers are lost. Each token has a count of its own.
 */
export class RequestPacing {
  readonly #margin: number;
  readonly #known = new Map<string, Knowledge>();

  /** @param maximumConcurrency containers that may use the token at the same time */
  constructor(maximumConcurrency: number) {
    this.#margin = maximumConcurrency * UNANSWERED_REQUESTS;
  }

  /** Milliseconds until the next request may be sent with this version of the token; 0 means at once. */
  waitMs(tokenVersion: string, nowMs: number): number {
    const known = this.#known.get(tokenVersion);
    const isHeld = known !== undefined && (known.isSpent || known.unanswered >= UNANSWERED_REQUESTS);
    return isHeld ? Math.max(0, known.resumesAtMs - nowMs) : 0;
  }

  /** Requests that this version of the token has left, as far as is known; without knowledge of this minute, infinitely many. */
  leftOf(tokenVersion: string, nowMs: number): number {
    const known = this.#known.get(tokenVersion);
    return known === undefined || nowMs >= known.resumesAtMs ? Number.POSITIVE_INFINITY : known.left;
  }

  /** Learns from the headers of an answer. */
  observe(tokenVersion: string, rateLimit: RateLimit | undefined, nowMs: number): void {
    if (rateLimit === undefined || rateLimit.allowed < LEAST_ALLOWED) {
      return;
    }
    // However large the margin, half of the limit is used: a voicemail takes several requests, and would never get through.
    const margin = Math.min(this.#margin, Math.floor(rateLimit.allowed / 2));
    const left = rateLimit.allowed - margin - rateLimit.count;
    Object.assign(this.#of(tokenVersion), {
      unanswered: 0,
      left,
      isSpent: left <= 0,
      // Genesys does not say whether it rounds the seconds up or down; a second too long is the cheaper mistake.
      resumesAtMs: nowMs + Math.min((rateLimit.resetSeconds + 1) * SECOND_MS, LONGEST_WINDOW_MS),
    });
  }

  /** Learns that a request got no answer. After a few in a row a minute has to pass: by then Genesys counts anew. */
  unanswered(tokenVersion: string, nowMs: number): void {
    const known = this.#of(tokenVersion);
    known.unanswered = known.unanswered >= UNANSWERED_REQUESTS ? 1 : known.unanswered + 1;
    if (known.unanswered >= UNANSWERED_REQUESTS) {
      known.resumesAtMs = Math.max(known.resumesAtMs, nowMs + MINUTE_MS);
    }
  }

  /** Learns that Genesys refused a request for the rate (429), and when it wants the next one. */
  refused(tokenVersion: string, retryAfterMs: number, nowMs: number): void {
    const knownMs = this.waitMs(tokenVersion, nowMs);
    const resumesAtMs = nowMs + Math.max(knownMs, retryAfterMs);
    Object.assign(this.#of(tokenVersion), { isSpent: true, left: 0, resumesAtMs });
  }

  #of(tokenVersion: string): Knowledge {
    const known = this.#known.get(tokenVersion) ?? {
      isSpent: false,
      unanswered: 0,
      resumesAtMs: 0,
      left: Number.POSITIVE_INFINITY,
    };
    this.#known.set(tokenVersion, known);
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size > REMEMBERED_VERSIONS) {
      this.#known.delete(oldest);
    }
    return known;
  }
}
