import { type AudioVerdict, BEYOND_THE_END, type ContainerWalk, type Ending } from './container-walk';
import { id3v2Bytes } from './mp3';

const PAGE_HEADER_BYTES = 27;
const FLAG = { beginsStream: 2, endsStream: 4 } as const;
const CRC_FIELD = { start: 22, end: 26 } as const;
/** One page for the codec's head, one for its comments, and one of sound: no codec puts two of them into one page. */
const LEAST_PAGES = 3;
/** What begins a stream of sound, or the index beside it (Skeleton). Source: Xiph's list of Ogg codec mappings. */
const HEADS = ['OpusHead', '\x01vorbis', 'Speex   ', '\x7fFLAC', 'fishead\0'];
const LONGEST_HEAD_BYTES = 8;

/** CRC-32 of Ogg by byte, and by byte with one to three bytes behind it: four at once take half the time. */
const CRC_TABLES = [0, 1, 2, 3].map((behindBytes) =>
  Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << 24;
    for (let bit = 0; bit < 8 * (behindBytes + 1); bit += 1) {
      crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
    }
    return crc;
  }),
);
const [CRC0 = new Int32Array(), CRC1 = CRC0, CRC2 = CRC0, CRC3 = CRC0] = CRC_TABLES;

const oggCrc = (bytes: Buffer, before: number): number => {
  const words = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const wordsEnd = bytes.length - (bytes.length % 4);
  let crc = before;
  let at = 0;
  for (; at < wordsEnd; at += 4) {
    crc ^= words.getInt32(at);
    crc =
      (CRC3[crc >>> 24] ?? 0) ^
      (CRC2[(crc >>> 16) & 255] ?? 0) ^
      (CRC1[(crc >>> 8) & 255] ?? 0) ^
      (CRC0[crc & 255] ?? 0);
  }
  for (; at < bytes.length; at += 1) {
    crc = (crc << 8) ^ (CRC0[(crc >>> 24) ^ (bytes[at] ?? 0)] ?? 0);
  }
  return crc;
};

/**
 * Walks through Ogg, page by page (RFC 3533).
 *
 * Every stream ends with a page that says so. One that was cut between two pages, or was written by somebody who did not close
 * it, has none. Each page has a checksum: where one is wrong, nothing proves that the sound is there.
 */
export class OggWalk implements ContainerWalk {
  /** The number of the next page of each stream that has begun and not ended. */
  readonly #open = new Map<number, number>();
  #pages = 0;
  #isContradicted = false;
  /** Checksum of the page that the walk is in, as far as it has passed, and as the page says. */
  #crc = 0;
  #toldCrc = 0;
  /** Bytes of the page's header that have not passed; the checksum has them already. */
  #headerBytes = 0;

  step(bytes: Buffer, at: number, position: number): number | undefined {
    const tagBytes = position === 0 ? id3v2Bytes(bytes, at) : undefined;
    if (tagBytes !== undefined) {
      // Some who tag their files do not ask what is in them. Players go past it.
      this.#isContradicted = true;
      return tagBytes;
    }
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
    const contentAt = at + PAGE_HEADER_BYTES + segments;
    const head = bytes.toString('latin1', contentAt, contentAt + LONGEST_HEAD_BYTES);
    const isExpected = begins
      ? number === 0 && !this.#open.has(stream) && HEADS.some((known) => head.startsWith(known))
      : this.#open.get(stream) === number;
    this.#isContradicted ||= !isExpected || this.#crc !== this.#toldCrc;
    this.#headerBytes = contentAt - at;
    const header = Buffer.from(bytes.subarray(at, contentAt));
    this.#toldCrc = header.readInt32LE(CRC_FIELD.start);
    this.#crc = oggCrc(header.fill(0, CRC_FIELD.start, CRC_FIELD.end), 0);
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

  pass(bytes: Buffer): void {
    const headerBytes = Math.min(this.#headerBytes, bytes.length);
    this.#headerBytes -= headerBytes;
    this.#crc = oggCrc(bytes.subarray(headerBytes), this.#crc);
  }

  verdict(ending: Ending): AudioVerdict {
    if (this.#pages < LEAST_PAGES) {
      return this.#pages === 0 || ending === 'unknown' ? 'not-audio' : 'cut';
    }
    if (ending === 'cut') {
      return 'cut';
    }
    const isProven = !this.#isContradicted && this.#crc === this.#toldCrc && this.#open.size === 0;
    return ending === 'complete' && isProven ? 'whole' : 'unproven';
  }
}
