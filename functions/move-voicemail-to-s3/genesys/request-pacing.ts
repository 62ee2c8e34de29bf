import type { RateLimit } from '../../shared/genesys-http';

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;

/** Requests in a row that a container may send without learning the count: one call with its quick retries. */
export const UNANSWERED_REQUESTS = 3;

/**
 * Keeps the whole function within Genesys' limit of requests per token and minute.
 *
 * Every answer tells the count of the token, whichever container raised it. A container stops when the count comes within
 * the margin of the limit. The margin is what all containers may still send before each of them learns the count: a call
 * that gets no answer teaches nothing, and is repeated. So nothing is sent beyond the limit, in whatever order the
 * containers send and whichever answers are lost.
 */
export class RequestPacing {
  readonly #margin: number;
  #tokenVersion = '';
  #isSpent = false;
  #unanswered = 0;
  #resumesAtMs = 0;

  /** @param maximumConcurrency containers that may use the token at the same time */
  constructor(maximumConcurrency: number) {
    this.#margin = maximumConcurrency * UNANSWERED_REQUESTS;
  }

  /** Milliseconds until the next request may be sent with this version of the token; 0 means at once. */
  waitMs(tokenVersion: string, nowMs: number): number {
    const isHeld = this.#isSpent || this.#unanswered >= UNANSWERED_REQUESTS;
    return isHeld && this.#tokenVersion === tokenVersion ? Math.max(0, this.#resumesAtMs - nowMs) : 0;
  }

  /** Learns from the headers of an answer. */
  observe(tokenVersion: string, rateLimit: RateLimit | undefined, nowMs: number): void {
    if (rateLimit === undefined) {
      return;
    }
    this.#tokenVersion = tokenVersion;
    this.#unanswered = 0;
    // However large the margin, half of the limit is used: a voicemail takes several requests, and would never get through.
    const margin = Math.min(this.#margin, Math.floor(rateLimit.allowed / 2));
    this.#isSpent = rateLimit.count + margin >= rateLimit.allowed;
    // Genesys does not say whether it rounds the seconds up or down; a second too long is the cheaper mistake.
    this.#resumesAtMs = nowMs + (rateLimit.resetSeconds + 1) * SECOND_MS;
  }

  /** Learns that a request got no answer. After a few in a row a minute has to pass: by then Genesys counts anew. */
  unanswered(tokenVersion: string, nowMs: number): void {
    const isFirst = this.#tokenVersion !== tokenVersion || this.#unanswered >= UNANSWERED_REQUESTS;
    this.#isSpent &&= this.#tokenVersion === tokenVersion;
    this.#tokenVersion = tokenVersion;
    this.#unanswered = isFirst ? 1 : this.#unanswered + 1;
    if (this.#unanswered >= UNANSWERED_REQUESTS) {
      this.#resumesAtMs = Math.max(this.#resumesAtMs, nowMs + MINUTE_MS);
    }
  }

  /** Learns that Genesys refused a request for the rate (429), and when it wants the next one. */
  refused(tokenVersion: string, retryAfterMs: number, nowMs: number): void {
    const knownMs = this.waitMs(tokenVersion, nowMs);
    this.#tokenVersion = tokenVersion;
    this.#isSpent = true;
    this.#resumesAtMs = nowMs + Math.max(knownMs, retryAfterMs);
  }
}
