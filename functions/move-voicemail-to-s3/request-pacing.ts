import type { RateLimit } from '../shared/genesys-http';

const SECOND_MS = 1000;

/**
 * Keeps the whole function within Genesys' limit of requests per token and minute.
 *
 * Every answer tells the count of the token, whichever container raised it. A container stops when the count comes within
 * the margin of the limit; the margin is one request per container, since each may send one before it learns the count. A
 * request whose answer is lost teaches nothing, so that the margin grows by as much with each in a row.
 */
export class RequestPacing {
  readonly #margin: number;
  #tokenVersion = '';
  #count = 0;
  #allowed = Number.POSITIVE_INFINITY;
  #lostAnswers = 0;
  #isRefused = false;
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
    this.#count = rateLimit.count;
    this.#allowed = rateLimit.allowed;
    this.#lostAnswers = 0;
    this.#isRefused = false;
    // Genesys does not say whether it rounds the seconds up or down; a second too long is the cheaper mistake.
    this.#resumesAtMs = nowMs + (rateLimit.resetSeconds + 1) * SECOND_MS;
  }

  /** Learns that no answer came, so that the request may have been counted. */
  unanswered(): void {
    this.#lostAnswers += 1;
  }

  /** Learns that Genesys refused a request for the rate (429), and when it wants the next one. */
  refused(tokenVersion: string, retryAfterMs: number, nowMs: number): void {
    const knownMs = this.waitMs(tokenVersion, nowMs);
    this.#tokenVersion = tokenVersion;
    this.#isRefused = true;
    this.#resumesAtMs = nowMs + Math.max(knownMs, retryAfterMs);
  }

  get #isSpent(): boolean {
    const margin = this.#margin * (1 + this.#lostAnswers);
    // At least one request is left, however large the margin: without any answer nothing would ever be learned.
    return this.#isRefused || this.#count + Math.min(margin, this.#allowed - 1) >= this.#allowed;
  }
}
