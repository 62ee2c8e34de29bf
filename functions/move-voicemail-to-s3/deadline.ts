import { OutOfTimeError } from './errors';

/** How much of an invocation is left. Times are in milliseconds. */
export class Deadline {
  readonly #remainingMs: () => number;
  readonly #marginMs: number;

  /**
   * @param remainingMs the platform's `getRemainingTimeInMillis`
   * @param marginMs the time before the deadline at which no message is begun; at half of it work in hand is given up.
   *   At most half of what is left, so that a function with a short timeout still begins one.
   */
  constructor(remainingMs: () => number, marginMs: number) {
    this.#remainingMs = remainingMs;
    this.#marginMs = Math.min(marginMs, remainingMs() / 2);
  }

  /** Whether a further message may be begun. */
  mayBegin(): boolean {
    return this.#remainingMs() > this.#marginMs;
  }

  /** Time until work in hand must stop. @throws OutOfTimeError when there is none left. */
  remainingMs(): number {
    const remainingMs = Math.floor(this.#remainingMs() - this.#marginMs / 2);
    if (remainingMs <= 0) {
      throw new OutOfTimeError();
    }
    return remainingMs;
  }

  /** `timeoutMs`, or less where the deadline is nearer. @throws OutOfTimeError when there is no time left. */
  limit(timeoutMs: number): number {
    return Math.min(timeoutMs, this.remainingMs());
  }

  /** Aborts when work in hand must stop. @throws OutOfTimeError when there is no time left. */
  signal(): AbortSignal {
    return AbortSignal.timeout(this.remainingMs());
  }
}
