import { finished, type Readable } from 'node:stream';
import { MediaInterruptedError, MediaMissingError, tooLarge } from './media-errors';
import type { MediaWatch } from './watch';

/** Bytes of a recording, at the beginning of a buffer. */
export interface Piece {
  readonly sizeBytes: number;
  /** Whether nothing comes after it. */
  readonly isLast: boolean;
}

/** Facts about a body before it is read. */
export interface MediaBounds {
  /** As the host announces it; `undefined` where it does not. */
  readonly lengthBytes: number | undefined;
  /** Larger recordings are refused. */
  readonly maximumBytes: number;
}

interface Filling {
  readonly buffer: Buffer;
  filledBytes: number;
  readonly settle: () => void;
}

const NOTHING = Buffer.alloc(0);

/**
 * The bytes of a download, in the order and at the pace in which they are asked for.
 *
 * Events and not iterators, which hand every chunk on through several promises.
 */
export class MediaBody {
  readonly #stream: Readable;
  readonly #watch: MediaWatch;
  readonly #bounds: MediaBounds;
  #receivedBytes = 0;
  /** Chunks that arrived before anybody asked for them. */
  #rest: Buffer = NOTHING;
  #filling: Filling | undefined;
  #ended: { readonly error: unknown } | undefined;

  constructor(stream: Readable, watch: MediaWatch, bounds: MediaBounds) {
    this.#stream = stream;
    this.#watch = watch;
    this.#bounds = bounds;
    stream.pause().on('data', (chunk: Buffer) => this.#take(chunk));
    finished(stream, (error) => this.#end(error ?? this.#shortcoming()));
  }

  /**
   * Fills a buffer with the next bytes. A full one is handed on only when more comes: the last one knows that it is.
   *
   * @returns how many bytes there were; fewer than fit only at the end
   * @throws PermanentFailureError where there are too many, TemporaryError where they are not all there.
   */
  async fill(buffer: Buffer): Promise<Piece> {
    if (buffer.length === 0) {
      throw new RangeError('expected a buffer with room for at least one byte');
    }
    const filling = await this.#fill(buffer);
    if (this.#rest.length > 0) {
      return { sizeBytes: filling.filledBytes, isLast: false };
    }
    if (this.#ended?.error !== undefined) {
      throw this.#watch.explain(this.#ended.error);
    }
    this.#watch.release();
    return { sizeBytes: filling.filledBytes, isLast: true };
  }

  /** Ends the download where not all of it is wanted. */
  close(): void {
    if (this.#ended === undefined) {
      this.#watch.cut();
    } else {
      this.#watch.release();
    }
  }

  async #fill(buffer: Buffer): Promise<Filling> {
    return new Promise((resolve) => {
      const filling: Filling = { buffer, filledBytes: 0, settle: () => resolve(filling) };
      this.#filling = filling;
      this.#copy(this.#rest);
      if (this.#rest.length > 0 || this.#ended !== undefined) {
        this.#settle();
      } else {
        this.#watch.listen();
        this.#stream.resume();
      }
    });
  }

  #take(chunk: Buffer): void {
    const { maximumBytes } = this.#bounds;
    this.#receivedBytes += chunk.length;
    if (this.#receivedBytes > maximumBytes) {
      this.#stream.destroy(tooLarge(maximumBytes));
      return;
    }
    this.#watch.listen();
    this.#copy(chunk);
    if (this.#rest.length > 0) {
      this.#stream.pause();
      this.#watch.pause();
      this.#settle();
    }
  }

  #copy(bytes: Buffer): void {
    const { buffer, filledBytes } = this.#filling ?? { buffer: NOTHING, filledBytes: 0 };
    const copiedBytes = bytes.copy(buffer, filledBytes);
    this.#rest = bytes.subarray(copiedBytes);
    if (this.#filling !== undefined) {
      this.#filling.filledBytes += copiedBytes;
    }
  }

  #settle(): void {
    this.#filling?.settle();
    this.#filling = undefined;
  }

  #end(error: unknown): void {
    this.#ended = { error };
    this.#settle();
  }

  /** Node ends a cut body with an error by itself; this is what it cannot know. */
  #shortcoming(): Error | undefined {
    if (this.#bounds.lengthBytes !== undefined && this.#receivedBytes !== this.#bounds.lengthBytes) {
      return new MediaInterruptedError('the download ended before its announced length', true);
    }
    return this.#receivedBytes === 0
      ? new MediaMissingError('the media host sent an empty recording')
      : undefined;
  }
}
