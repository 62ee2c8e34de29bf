import { ContainerMisbehavedError } from './outgoing-http';
import type { VirtualTime } from './virtual-time';

/** Turns of the event loop without any doing after which everybody is taken to wait for a timer; to read an answer takes 13. */
export const QUIET_TURNS = 30;

/** Milliseconds of real time after which an answer that has to come by itself is given up: a defect of the local run. */
const PATIENCE_MS = 60_000;

interface Waiting {
  readonly isOver: () => boolean;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/**
 * Lets virtual time pass for containers that share it, and only while none of them has anything to do. So one of them acts
 * at a time, and a run is the same every time.
 */
export class Pace {
  readonly #time: VirtualTime;
  readonly #members = new Set<{ readonly isBusy: boolean }>();
  readonly #waiting = new Set<Waiting>();

  constructor(time: VirtualTime) {
    this.#time = time;
  }

  /** While this one is busy no time passes. */
  join(member: { readonly isBusy: boolean }): void {
    this.#members.add(member);
  }

  leave(member: { readonly isBusy: boolean }): void {
    this.#members.delete(member);
  }

  /** Lets time pass until something is over. @throws ContainerMisbehavedError where an answer never comes. */
  until(isOver: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.add({ isOver, resolve, reject });
      if (this.#waiting.size === 1) {
        void this.#letTimePass();
      }
    });
  }

  async #letTimePass(): Promise<void> {
    let quietTurns = 0;
    let busySinceMs = performance.now();
    while (this.#waiting.size > 0) {
      await new Promise(setImmediate);
      for (const waiting of this.#waiting) {
        // Looked at last before a timer fires: it could be the deadline of who has just come to its end.
        if (waiting.isOver()) {
          this.#waiting.delete(waiting);
          waiting.resolve();
          quietTurns = 0;
        }
      }
      if ([...this.#members].some(({ isBusy }) => isBusy)) {
        quietTurns = 0;
        if (performance.now() - busySinceMs > PATIENCE_MS) {
          this.#giveUp(new ContainerMisbehavedError('a call got no answer, although no fault says so'));
        }
        continue;
      }
      busySinceMs = performance.now();
      quietTurns += 1;
      if (quietTurns > QUIET_TURNS && this.#waiting.size > 0) {
        quietTurns = 0;
        this.#time.runNextTimer();
      }
    }
  }

  #giveUp(error: ContainerMisbehavedError): void {
    for (const { reject } of this.#waiting) {
      reject(error);
    }
    this.#waiting.clear();
  }
}
