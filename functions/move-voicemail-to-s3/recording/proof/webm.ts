import {
  type AudioVerdict,
  BEYOND_THE_END,
  type ContainerWalk,
  type Ending,
  WINDOW_BYTES,
} from './container-walk';

/** Element ids of RFC 8794 and RFC 9559, with their length markers. */
const EBML = 0x1a45dfa3;
const DOC_TYPE = 0x4282;
const SEGMENT = 0x18538067;
/** Filling, which may stand anywhere. */
const VOID = 0xec;
const CLUSTER = 0x1f43b675;
const SIMPLE_BLOCK = 0xa3;
const BLOCK_GROUP = 0xa0;
const DOC_TYPES = /^(?:webm|matroska)\0*$/;

/** How many bytes a variable-size integer takes, by its first one; 0 where that is none. */
const widthOf = (first: number): number => (first === 0 ? 0 : Math.clz32(first) - 23);

interface Element {
  readonly id: number;
  readonly headerBytes: number;
  /** `undefined` for an unknown size. */
  readonly sizeBytes: number | undefined;
}

/** Reads the head of an element; `undefined` where it is malformed, `cut` where it is not all there. */
const readElement = (bytes: Buffer, at: number): Element | 'cut' | undefined => {
  const idBytes = widthOf(bytes[at] ?? 0);
  if (idBytes === 0 || idBytes > 4) {
    return at < bytes.length ? undefined : 'cut';
  }
  if (at + idBytes >= bytes.length) {
    return 'cut';
  }
  const first = bytes[at + idBytes] ?? 0;
  const sizeWidth = widthOf(first);
  if (sizeWidth === 0) {
    return undefined;
  }
  const headerBytes = idBytes + sizeWidth;
  if (at + headerBytes > bytes.length) {
    return 'cut';
  }
  const mask = 0xff >> sizeWidth;
  let sizeBytes = first & mask;
  let isUnknown = sizeBytes === mask;
  for (let index = 1; index < sizeWidth; index += 1) {
    const byte = bytes[at + idBytes + index] ?? 0;
    sizeBytes = sizeBytes * 256 + byte;
    isUnknown &&= byte === 0xff;
  }
  return { id: bytes.readUIntBE(at, idBytes), headerBytes, sizeBytes: isUnknown ? undefined : sizeBytes };
};

const hasDocType = (bytes: Buffer, start: number, end: number): boolean => {
  for (let at = start; at < end; ) {
    const element = readElement(bytes, at);
    if (element === undefined || element === 'cut' || element.sizeBytes === undefined) {
      return false;
    }
    const contentAt = at + element.headerBytes;
    if (element.id === DOC_TYPE) {
      return DOC_TYPES.test(bytes.toString('latin1', contentAt, contentAt + element.sizeBytes));
    }
    at = contentAt + element.sizeBytes;
  }
  return false;
};

/**
 * Walks through WebM and Matroska.
 *
 * A segment of known size says where the recording ends. Browsers and streaming muxers write segments and clusters of unknown
 * size: such a recording is right, and nothing in it proves that it is whole.
 */
export class WebmWalk implements ContainerWalk {
  #isEbml = false;
  /** Where the segment that the walk is in ends: infinite for one of unknown size, `undefined` outside. */
  #segmentEnd: number | undefined;
  #hasOpenSegment = false;
  #hasBlocks = false;
  #position = 0;

  step(bytes: Buffer, at: number, position: number): number | undefined {
    const element = readElement(bytes, at);
    if (element === 'cut') {
      return this.#isEbml || position === 0 ? this.#leave(BEYOND_THE_END, position) : undefined;
    }
    if (element === undefined || (position === 0) !== (element.id === EBML)) {
      return undefined;
    }
    if (position === 0) {
      return this.#beginEbml(bytes, at, element);
    }
    if (this.#segmentEnd !== undefined && position >= this.#segmentEnd) {
      this.#segmentEnd = undefined;
    }
    const { id, headerBytes, sizeBytes } = element;
    const end = position + headerBytes + (sizeBytes ?? Number.POSITIVE_INFINITY);
    if (this.#segmentEnd === undefined && id === SEGMENT) {
      // Who cannot come back to a size leaves none or 0 there.
      this.#segmentEnd = sizeBytes === 0 ? Number.POSITIVE_INFINITY : end;
      this.#hasOpenSegment ||= this.#segmentEnd === Number.POSITIVE_INFINITY;
      return this.#leave(headerBytes, position);
    }
    if (this.#segmentEnd === undefined && id !== VOID) {
      return undefined;
    }
    // The walk goes into clusters and whatever else has no known size, and past everything else.
    if (id === CLUSTER || sizeBytes === undefined) {
      return this.#leave(headerBytes, position);
    }
    if (this.#segmentEnd !== undefined && end > this.#segmentEnd) {
      return undefined;
    }
    this.#hasBlocks ||= id === SIMPLE_BLOCK || id === BLOCK_GROUP;
    return this.#leave(headerBytes + sizeBytes, position);
  }

  verdict(ending: Ending): AudioVerdict {
    if (!this.#isEbml) {
      return 'not-audio';
    }
    if (ending === 'unknown') {
      return this.#hasBlocks ? 'unproven' : 'not-audio';
    }
    const end = this.#segmentEnd ?? this.#position;
    const isAtEnd = end === this.#position || end === Number.POSITIVE_INFINITY;
    if (ending === 'cut' || !this.#hasBlocks || !isAtEnd) {
      return 'cut';
    }
    return this.#hasOpenSegment ? 'unproven' : 'whole';
  }

  #beginEbml(bytes: Buffer, at: number, { headerBytes, sizeBytes }: Element): number | undefined {
    const contentAt = at + headerBytes;
    if (sizeBytes === undefined || headerBytes + sizeBytes > WINDOW_BYTES) {
      return undefined;
    }
    if (contentAt + sizeBytes > bytes.length) {
      this.#isEbml = true;
      return this.#leave(BEYOND_THE_END, 0);
    }
    this.#isEbml = hasDocType(bytes, contentAt, contentAt + sizeBytes);
    return this.#isEbml ? this.#leave(headerBytes + sizeBytes, 0) : undefined;
  }

  #leave(bytes: number, position: number): number {
    this.#position = position + bytes;
    return bytes;
  }
}
