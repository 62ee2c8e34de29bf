import { type AudioVerdict, BEYOND_THE_END, type ContainerWalk, type Ending } from './container-walk';

const CHUNK_HEADER_BYTES = 8;
const RIFF_HEADER_BYTES = 12;
/** `RF64` and `BW64` keep 64-bit lengths in a `ds64` chunk: of the file, then of the data. Source: EBU Tech 3306. */
const LARGE_FORMS = new Set(['RF64', 'BW64']);
/** Writers to a pipe leave this length or more, or 0, because they cannot come back to it. No voicemail is as long. */
const LEAST_PLACEHOLDER = 0x7f000000;
/** By how much a RIFF length may be wrong: some writers count its own eight bytes. */
const RIFF_SLACK_BYTES = 8;
/** The least that a `fmt ` chunk holds; without it nobody knows how to play the sound. */
const FORMAT_BYTES = 16;
/** What a chunk behind the sound is told by. Before it any four bytes are an id, such as Latin-1's of iTunes. */
const CHUNK_ID = /^[ -~]{4}$/;

const isPlaceholder = (lengthBytes: number): boolean => lengthBytes === 0 || lengthBytes >= LEAST_PLACEHOLDER;

/**
 * Walks through WAV.
 *
 * The length of its `data` chunk says where the sound ends; more chunks may follow. A WAV that was written to a pipe has a
 * placeholder there: such a recording is right, and nothing in it proves that it is whole.
 */
export class WavWalk implements ContainerWalk {
  durationMs: number | undefined;
  #bytesPerSecond = 0;
  #isRiff = false;
  #format: 'none' | 'malformed' | 'right' = 'none';
  #data: 'none' | 'open' | 'closed' = 'none';
  #riffEnd: number | undefined;
  #largeDataBytes: number | undefined;
  #end = 0;
  /** Where the piece begins that was read last. */
  #lastAt = 0;
  #dataEnd = Number.POSITIVE_INFINITY;
  #mayBePadded = false;

  step(bytes: Buffer, at: number, position: number): number | undefined {
    this.#lastAt = position;
    if (position === 0) {
      return this.#beginRiff(bytes, at);
    }
    if (this.#mayBePadded) {
      // Chunks begin at even positions, but not every writer fills them up.
      this.#mayBePadded = false;
      if (bytes[at] === 0) {
        this.#end = position + 1;
        return 1;
      }
    }
    const id = bytes.toString('latin1', at, at + 4);
    if (this.#data !== 'none' && !CHUNK_ID.test(id) && bytes.length - at >= 4) {
      return undefined;
    }
    if (at + CHUNK_HEADER_BYTES > bytes.length) {
      return BEYOND_THE_END;
    }
    const lengthBytes = bytes.readUInt32LE(at + 4);
    if (id === 'data') {
      return this.#beginData(lengthBytes, position, bytes.length - at);
    }
    if (id === 'fmt ') {
      this.#bytesPerSecond = bytes.length < at + 20 ? 0 : bytes.readUInt32LE(at + 16);
      this.#format = lengthBytes >= FORMAT_BYTES ? 'right' : 'malformed';
    }
    if (id === 'ds64' && at + CHUNK_HEADER_BYTES + 16 <= bytes.length) {
      this.#riffEnd = CHUNK_HEADER_BYTES + Number(bytes.readBigUInt64LE(at + CHUNK_HEADER_BYTES));
      this.#largeDataBytes = Number(bytes.readBigUInt64LE(at + CHUNK_HEADER_BYTES + 8));
    }
    return this.#leave(CHUNK_HEADER_BYTES + lengthBytes, position);
  }

  verdict(ending: Ending): AudioVerdict {
    if (!this.#isRiff) {
      return 'not-audio';
    }
    if (this.#data === 'none' || this.#format === 'none') {
      return ending === 'unknown' ? 'not-audio' : 'cut';
    }
    if (this.#data === 'open') {
      return 'unproven';
    }
    // Bytes that nobody announced behind the sound may look like a chunk that is cut.
    const isStray = this.#lastAt >= this.#dataEnd && (this.#riffEnd ?? 0) <= this.#lastAt + RIFF_SLACK_BYTES;
    if (ending === 'unknown' || (ending === 'cut' && isStray)) {
      return 'unproven';
    }
    if (ending === 'cut' || (this.#riffEnd !== undefined && this.#riffEnd > this.#end + RIFF_SLACK_BYTES)) {
      return 'cut';
    }
    // A byte that fills up the last chunk may not be counted.
    const isRiffEnd = this.#riffEnd === this.#end || this.#riffEnd === this.#end - 1;
    return isRiffEnd && this.#format === 'right' ? 'whole' : 'unproven';
  }

  #beginRiff(bytes: Buffer, at: number): number | undefined {
    const form = bytes.toString('latin1', at, at + 4);
    const isLarge = LARGE_FORMS.has(form);
    const isBigEndian = form === 'RIFX';
    if ((form !== 'RIFF' && !isLarge && !isBigEndian) || bytes.length < at + RIFF_HEADER_BYTES) {
      return undefined;
    }
    if (bytes.toString('latin1', at + 8, at + RIFF_HEADER_BYTES) !== 'WAVE') {
      return undefined;
    }
    this.#isRiff = true;
    if (isBigEndian) {
      // Right, and so rare that nothing here reads its lengths.
      this.#format = 'right';
      this.#data = 'open';
      return BEYOND_THE_END;
    }
    const lengthBytes = bytes.readUInt32LE(at + 4);
    this.#riffEnd = isPlaceholder(lengthBytes) ? undefined : CHUNK_HEADER_BYTES + lengthBytes;
    return RIFF_HEADER_BYTES;
  }

  #beginData(lengthBytes: number, position: number, leftBytes: number): number {
    const knownBytes = this.#largeDataBytes ?? lengthBytes;
    const isOpen = isPlaceholder(knownBytes) && (this.#largeDataBytes === undefined || knownBytes === 0);
    if (isOpen) {
      // Everything that follows is sound. Nothing behind it would mean that there is none.
      this.#data = leftBytes > CHUNK_HEADER_BYTES ? 'open' : 'none';
      return BEYOND_THE_END;
    }
    this.#data = 'closed';
    this.durationMs = (knownBytes * 1000) / this.#bytesPerSecond;
    this.#dataEnd = position + CHUNK_HEADER_BYTES + knownBytes;
    return this.#leave(CHUNK_HEADER_BYTES + knownBytes, position);
  }

  #leave(bytes: number, position: number): number {
    this.#end = position + bytes;
    this.#mayBePadded = this.#end % 2 === 1;
    return bytes;
  }
}
