/** Where every part of the local run reads the time. Milliseconds since the Unix epoch. */
export interface Clock {
  now(): number;
}

/** The machine's own clock. */
export const systemClock: Clock = { now: () => Date.now() };

/**
 * A clock that runs with the machine's and can be moved forward, so that a wait of minutes costs nothing.
 *
 * Moving it fires nothing by itself: whoever moves it asks the services what has become due.
 */
export class MovableClock implements Clock {
  #offsetMs = 0;

  /** Milliseconds by which this clock is ahead of the machine's. */
  get offsetMs(): number {
    return this.#offsetMs;
  }

  now(): number {
    return Date.now() + this.#offsetMs;
  }

  /** Moves the clock forward by `ms`, which must not be negative: nothing here can bear time running backwards. */
  advance(ms: number): void {
    if (!Number.isFinite(ms) || ms < 0) {
      throw new RangeError(`a clock moves forward by a finite number of milliseconds, not by ${ms}`);
    }
    this.#offsetMs += ms;
  }

  /** Moves the clock to `epochMs` if that is still ahead; a moment that has passed changes nothing. */
  advanceTo(epochMs: number): void {
    this.advance(Math.max(0, epochMs - this.now()));
  }
}
