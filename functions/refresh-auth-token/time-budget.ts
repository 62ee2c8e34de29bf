import type { RefreshAuthTokenSettings } from './contract/environment';
import { NotEnoughTimeError } from './errors';

/** What is left of an invocation, and what may still be begun in it. All in milliseconds. */
export class TimeBudget {
  readonly #remainingMs: () => number;
  readonly #settings: RefreshAuthTokenSettings;

  /** @param remainingMs - milliseconds until Lambda ends the invocation. */
  constructor(remainingMs: () => number, settings: RefreshAuthTokenSettings) {
    this.#remainingMs = remainingMs;
    this.#settings = settings;
  }

  /** Milliseconds for which calls may be retried; what comes after belongs to the last log line. */
  leftMs(): number {
    return Math.max(0, this.#remainingMs() - this.#settings.DEADLINE_MARGIN_MS);
  }

  /** Milliseconds that a call may take: `limitMs`, less near the end, where a last one may use half of the margin. */
  callTimeoutMs(limitMs: number): number {
    const atLeastMs = Math.max(1, Math.floor(this.#settings.DEADLINE_MARGIN_MS / 2));
    return Math.min(limitMs, Math.max(this.leftMs(), atLeastMs));
  }

  /** Whether a refresh token may be spent after a wait of `waitMs`: there is time for the answer and for the write. */
  allowsGrant(waitMs = 0): boolean {
    return this.#remainingMs() - waitMs >= this.#neededForGrantMs;
  }

  /** @throws NotEnoughTimeError where a refresh token must not be spent any more. */
  requireForGrant(): void {
    if (!this.allowsGrant()) {
      throw new NotEnoughTimeError(Math.max(0, Math.floor(this.#remainingMs())), this.#neededForGrantMs);
    }
  }

  get #neededForGrantMs(): number {
    return this.#settings.GENESYS_TIMEOUT_MS + this.#settings.WRITE_BUDGET_MS;
  }
}
