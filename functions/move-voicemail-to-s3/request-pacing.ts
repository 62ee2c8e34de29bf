import type { RateLimit } from '../shared/genesys-http';

const SECOND_MS = 1000;

/**
 * Keeps the whole function within Genesys' limit of requests per token and minute.
 *
 * Every answer tells the count of the token, whichever container raised it. A container stops when the count comes within
 * the margin of the limit; the margin is one request per container, since each may send one before it learns the count.
 */
export class RequestPacing {
  readonly #margin: number;
  #tokenVersion = '';
  #isSpent = false;
  #resumesAtMs = 0;

  /** @param maximumConcurrency containers that may use the token at the same time */
  constructor(maximumConcurrency: number) {
    this.#margin = maximumConcurrency;
  }

  /** Milliseconds until the next request may be sent with this version of the token; 0 means at once. */
  waitMs(tokenVersion: string, nowMs: number): number {
    return this.#isSpent && this.#tokenVersion === tokenVersion ? Math.max(0, this.#resumesAtMs - nowMs) : 0;
  }

  /** Learns from the headers of an answer. */
  observe(tokenVersion: string, rateLimit: RateLimit | undefined, nowMs: number): void {
    if (rateLimit === undefined) {
      return;
    }
    this.#tokenVersion = tokenVersion;
    this.#isSpent = rateLimit.count + Math.min(this.#margin, rateLimit.allowed - 1) >= rateLimit.allowed;
    // Genesys does not say whether it rounds the seconds up or down; a second too long is the cheaper mistake.
    this.#resumesAtMs = nowMs + (rateLimit.resetSeconds + 1) * SECOND_MS;
  }

  /** Learns that Genesys refused a request for the rate (429), and when it wants the next one. */
  refused(tokenVersion: string, retryAfterMs: number, nowMs: number): void {
    const knownMs = this.waitMs(tokenVersion, nowMs);
    this.#tokenVersion = tokenVersion;
    this.#isSpent = true;
    this.#resumesAtMs = nowMs + Math.max(knownMs, retryAfterMs);
  }
}
