import type { RunProgress } from './run';

const HOUR_MS = 60 * 60_000;
/** Without a terminal a line is written only now and then. */
const LINE_EVERY_MS = 10_000;

/** Says on standard error how far a run is: in one line that is written over on a terminal, else in a line now and then. */
export class ProgressLine {
  readonly #stream = process.stderr;
  readonly #startedAtMs = performance.now();
  #writtenAtMs = Number.NEGATIVE_INFINITY;

  show({ happened, events, waiting, atMs }: RunProgress): void {
    const nowMs = performance.now();
    const isDue = this.#stream.isTTY || nowMs - this.#writtenAtMs >= LINE_EVERY_MS;
    if (!isDue) {
      return;
    }
    this.#writtenAtMs = nowMs;
    const seconds = Math.round((nowMs - this.#startedAtMs) / 1000);
    const line = `${happened} of ${events} events, ${waiting} messages waiting, ${(atMs / HOUR_MS).toFixed(1)} h of the run in ${seconds} s`;
    this.#stream.write(this.#stream.isTTY ? `\r\x1b[K${line}` : `${line}\n`);
  }

  /** Ends the line, so that whatever comes next begins a new one. */
  end(): void {
    if (this.#stream.isTTY) {
      this.#stream.write('\r\x1b[K');
    }
  }
}
