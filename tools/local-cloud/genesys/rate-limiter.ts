import type { Clock } from '../clock';

const WINDOW_MS = 60_000;

/** Where a token stands after a request. */
export interface RateLimitState {
  /** Requests in this window, this one included. */
  readonly count: number;
  readonly allowed: number;
  /** Whole seconds until the window ends, at least 1. */
  readonly resetSeconds: number;
  /** This request is beyond the limit. */
  readonly exceeded: boolean;
}

/**
 * Counts requests a minute for each token (`token.rate.per.minute`).
 *
 * Genesys does not say how its minutes begin. Here a token's window begins with its first request and lasts 60 seconds;
 * refused requests count too.
 */
export class RateLimiter {
  readonly #clock: Clock;
  readonly #windows = new Map<string, { startMs: number; count: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one request of a token. */
  hit(token: string, allowed: number): RateLimitState {
    const nowMs = this.#clock.now();
    let window = this.#windows.get(token);
    if (window === undefined || nowMs >= window.startMs + WINDOW_MS) {
      window = { startMs: nowMs, count: 0 };
      this.#windows.set(token, window);
    }
    window.count += 1;
    return {
      count: window.count,
      allowed,
      resetSeconds: Math.max(1, Math.ceil((window.startMs + WINDOW_MS - nowMs) / 1000)),
      exceeded: window.count > allowed,
    };
  }
}
