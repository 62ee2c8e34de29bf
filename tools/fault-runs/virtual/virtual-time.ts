import type { Clock } from '../../local-cloud/clock';

/** Every run begins at this moment, so that a case is the same whenever it is run. */
const BEGINNING_MS = Date.UTC(2026, 0, 15, 12);

/** Something that is due at a moment. */
interface Timer {
  readonly atMs: number;
  /** Timers of one moment are due in the order in which they were set. */
  readonly order: number;
  readonly fire: () => void;
}

/** Takes a timer back. */
export type CancelTimer = () => void;

/**
 * Time that passes only when it is told to: a timeout of seconds costs nothing, and a busy machine changes no outcome.
 *
 * Milliseconds since the Unix epoch, as any {@link Clock}.
 */
export class VirtualTime implements Clock {
  #nowMs = BEGINNING_MS;
  #lastOrder = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return this.#nowMs;
  }

  /** Moves the time forward; timers that become due wait for {@link runNextTimer}. */
  advance(ms: number): void {
    this.#nowMs += ms;
  }

  /** Sets a timer. */
  setTimer(delayMs: number, fire: () => void): CancelTimer {
    this.#lastOrder += 1;
    // Whole milliseconds, as Node counts them.
    const timer = { atMs: this.#nowMs + Math.trunc(Math.max(0, delayMs)), order: this.#lastOrder, fire };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  /** Moves the time to the next timer and fires it. Does nothing where none is set. */
  runNextTimer(): void {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (
        next === undefined ||
        timer.atMs < next.atMs ||
        (timer.atMs === next.atMs && timer.order < next.order)
      ) {
        next = timer;
      }
    }
    if (next !== undefined) {
      this.#timers.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.fire();
    }
  }

  /** Goes back to the beginning and forgets every timer, for the next run. */
  restart(): void {
    this.clearTimers();
    this.#nowMs = BEGINNING_MS;
  }

  /** Forgets every timer. */
  clearTimers(): void {
    this.#timers.clear();
  }
}
