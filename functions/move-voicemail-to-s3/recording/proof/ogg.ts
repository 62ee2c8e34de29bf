import { type AudioVerdict, BEYOND_THE_END, type ContainerWalk, type Ending } from './container-walk';

const PAGE_HEADER_BYTES = 27;
const FLAG = { beginsStream: 2, endsStream: 4 } as const;

/**
 * Walks through Ogg, page by page (RFC 3533).
 *
 * Every stream ends with a page that says so. One that was cut between two pages, or was written by somebody who did not close
 * it, has none.
 */
export class OggWalk implements ContainerWalk {
  /** The number of the next page of each stream that has begun and not ended. */
  readonly #open = new Map<number, number>();
  #pages = 0;
  #hasGap = false;

  step(bytes: Buffer, at: number): number | undefined {
    if (bytes.toString('latin1', at, at + 4) !== 'OggS'.slice(0, bytes.length - at)) {
      return undefined;
    }
    const segments = bytes[at + PAGE_HEADER_BYTES - 1];
    if (segments === undefined || at + PAGE_HEADER_BYTES + segments > bytes.length) {
      return BEYOND_THE_END;
    }
    const flags = bytes[at + 5] ?? 0;
    const stream = bytes.readUInt32LE(at + 14);
    const number = bytes.readUInt32LE(at + 18);
    const begins = (flags & FLAG.beginsStream) !== 0;
    if (bytes[at + 4] !== 0 || (this.#pages === 0 && !begins)) {
      return undefined;
    }
    this.#hasGap ||= !begins && this.#open.get(stream) !== number;
    this.#pages += 1;
    if ((flags & FLAG.endsStream) === 0) {
      this.#open.set(stream, number + 1);
    } else {
      this.#open.delete(stream);
    }
    let contentBytes = 0;
    for (let segment = 0; segment < segments; segment += 1) {
      contentBytes += bytes[at + PAGE_HEADER_BYTES + segment] ?? 0;
    }
    return PAGE_HEADER_BYTES + segments + contentBytes;
  }

  verdict(ending: Ending): AudioVerdict {
    if (this.#pages < 2) {
      return this.#pages === 0 || ending === 'unknown' ? 'not-audio' : 'cut';
    }
    if (ending === 'cut') {
      return 'cut';
    }
    return ending === 'complete' && !this.#hasGap && this.#open.size === 0 ? 'whole' : 'unproven';
  }
}
