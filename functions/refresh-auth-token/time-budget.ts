import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import type { RefreshAuthTokenSettings } from './contract/environment';
import { NotEnoughTimeError } from './errors';

/** How an attempt is repeated. All times are in milliseconds. */
export interface Repetition {
  /** Whether the same attempt may work a moment after this error. */
  readonly isWorthIt: (error: unknown) => boolean;
  /** @default - as often as the time allows */
  readonly retries?: number;
  /** @default - what is left of the invocation */
  readonly withinMs?: number;
  /** @default 5000 */
  readonly longestPauseMs?: number;
  /** The least wait that the other side asked for; where it goes beyond the time, there is no retry. @default 0 */
  readonly waitMs?: (error: unknown) => number;
  /** Hears of each failure. */
  readonly onFailure?: (error: unknown, attempt: number) => void;
}

const LONGEST_PAUSE_MS = 5_000;

/** Keeps the time left in an invocation, and says what may still be begun. All in milliseconds. */
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

  /**
   * Milliseconds that the grant may take. Giving it up loses the pair, so nothing bounds it but the time that the write
   * needs afterwards.
   */
  grantTimeoutMs(): number {
    return Math.max(1, Math.floor(this.#remainingMs() - this.#settings.WRITE_BUDGET_MS));
  }

  /** Milliseconds for which something may be repeated before a grant, so that the grant still has its time. */
  leftBeforeGrantMs(): number {
    return Math.max(0, this.#remainingMs() - this.#neededForGrantMs);
  }

  /** Does something, and again with growing pauses where that may help. Throws what the last attempt threw. */
  repeat<Answer>(attempt: () => Promise<Answer>, options: Repetition): Promise<Answer> {
    const { isWorthIt, waitMs = () => 0, onFailure } = options;
    const isInTime = (error: unknown) => waitMs(error) < this.leftMs();
    return pRetry(attempt, {
      retries: options.retries ?? Number.POSITIVE_INFINITY,
      minTimeout: this.#settings.RETRY_BASE_MS,
      maxTimeout: options.longestPauseMs ?? LONGEST_PAUSE_MS,
      maxRetryTime: Math.min(options.withinMs ?? Number.POSITIVE_INFINITY, this.leftMs()),
      randomize: true,
      onFailedAttempt: async ({ error, attemptNumber }) => {
        onFailure?.(error, attemptNumber);
        if (isWorthIt(error) && waitMs(error) > 0 && isInTime(error)) {
          await sleep(waitMs(error));
        }
      },
      shouldRetry: ({ error }) => isWorthIt(error) && isInTime(error),
    });
  }

  get #neededForGrantMs(): number {
    return this.#settings.GENESYS_TIMEOUT_MS + this.#settings.WRITE_BUDGET_MS;
  }
}
