import { systemCodeOf } from '../../shared/errors';
import type { Deadline } from '../deadline';
import { PermanentFailureError, TemporaryError } from '../errors';
import { MediaInterruptedError, MediaSlowError } from './media-errors';

/** The part of what is left of a run that one download may take: what comes of it has to be written down as well. */
const MOST_OF_A_RUN = 0.9;

/** Ends a download when the host is silent for too long, or the function must stop. */
export class MediaWatch {
  readonly #abort = new AbortController();
  readonly #stop: NodeJS.Timeout;
  readonly #idle: NodeJS.Timeout;
  #isListening = true;
  #reason: 'silence' | 'slowness' | undefined;

  /** @param idleTimeoutMs how long a host may send nothing, in milliseconds */
  constructor(idleTimeoutMs: number, deadline: Deadline) {
    this.#idle = setTimeout(() => {
      if (this.#isListening) {
        this.#end('silence');
      }
    }, idleTimeoutMs);
    this.#stop = setTimeout(() => this.#end('slowness'), deadline.remainingMs() * MOST_OF_A_RUN);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** From now on the host must say something. One timer for all chunks: a new one for each costs 0.3 ms of CPU per MB. */
  listen(): void {
    this.#isListening = true;
    this.#idle.refresh();
  }

  /** We are busy: the host is not asked for anything. */
  pause(): void {
    this.#isListening = false;
  }

  /** Ends the watch of a download that is over; its connection may serve another one. */
  release(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#stop);
  }

  /** Ends the watch and the download with it. */
  cut(): void {
    this.release();
    this.#abort.abort();
  }

  /** Translates an error that ended the watched work: the watch's own limits get a class of their own. */
  explain(error: unknown): Error {
    if (error instanceof PermanentFailureError || error instanceof TemporaryError) {
      return error;
    }
    if (this.#reason === 'slowness') {
      return new MediaSlowError();
    }
    if (this.#reason === 'silence') {
      return new MediaInterruptedError('the media host fell silent; the download is tried again', false);
    }
    return new MediaInterruptedError(
      `the download broke (${systemCodeOf(error) ?? 'cut off'}); it is tried again`,
      true,
    );
  }

  #end(reason: 'silence' | 'slowness'): void {
    this.#reason = reason;
    this.#abort.abort();
  }
}
