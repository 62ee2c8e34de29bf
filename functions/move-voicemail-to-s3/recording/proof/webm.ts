import { type AudioVerdict, BEYOND_THE_END, type ContainerWalk, type Ending } from './container-walk';

/** Element ids of RFC 8794 and RFC 9559, with their length markers. */
const EBML = 0x1a45dfa3;
const DOC_TYPE = 0x4282;
const SEGMENT = 0x18538067;
/** Filling, which may stand anywhere. */
const VOID = 0xec;
const TRACKS = 0x1654ae6b;
const CLUSTER = 0x1f43b675;
/** SimpleBlock, BlockGroup and EncryptedBlock: what holds sound, behind a head of at least so many bytes. */
const BLOCKS: ReadonlySet<number> = new Set([0xa3, 0xa0, 0xaf]);
const BLOCK_HEAD_BYTES = 4;
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

/**
 * Walks through WebM and Matroska.
 *
 * A segment of known size says where the recording ends. Browsers and streaming muxers write segments and clusters of unknown
 * size: such a recording is right, and nothing in it proves that it is whole. Nor does one whose sizes contradict each other.
 */
export class WebmWalk implements ContainerWalk {
  /** Where the head ends, which names the kind of document; `undefined` where there is none. */
  #headEnd: number | undefined;
  #hasDocType = false;
  /** Where the segment that the walk is in ends: infinite for one of unknown size, `undefined` outside. */
  #segmentEnd: number | undefined;
  /** The same of the cluster. */
  #clusterEnd = 0;
  #hasOpenSegment = false;
  #hasTracks = false;
  #hasSound = false;
  #isContradicted = false;
  #position = 0;

  step(bytes: Buffer, at: number, position: number): number | undefined {
    const element = readElement(bytes, at);
    if (element === 'cut') {
      return this.#headEnd !== undefined || position === 0
        ? this.#leave(BEYOND_THE_END, position)
        : undefined;
    }
    if (element === undefined || (position === 0) !== (element.id === EBML)) {
      return undefined;
    }
    if (position < (this.#headEnd ?? 1)) {
      return this.#readHead(bytes, at, position, element);
    }
    return this.#hasDocType ? this.#readBody(position, element) : undefined;
  }

  verdict(ending: Ending): AudioVerdict {
    if (this.#headEnd === undefined) {
      return 'not-audio';
    }
    if (ending === 'unknown') {
      return this.#hasSound ? 'unproven' : 'not-audio';
    }
    const isEnd = (end: number) => end <= this.#position || end === Number.POSITIVE_INFINITY;
    if (ending === 'cut' || !this.#hasSound || !isEnd(this.#segmentEnd ?? 0)) {
      return 'cut';
    }
    if (this.#isContradicted) {
      return 'unproven';
    }
    if (!isEnd(this.#clusterEnd)) {
      return 'cut';
    }
    return this.#hasOpenSegment || !this.#hasTracks ? 'unproven' : 'whole';
  }

  #readHead(
    bytes: Buffer,
    at: number,
    position: number,
    { id, headerBytes, sizeBytes }: Element,
  ): number | undefined {
    if (sizeBytes === undefined) {
      return undefined;
    }
    if (position === 0) {
      this.#headEnd = headerBytes + sizeBytes;
      return this.#leave(headerBytes, position);
    }
    if (id === DOC_TYPE) {
      const contentAt = at + headerBytes;
      this.#hasDocType = DOC_TYPES.test(bytes.toString('latin1', contentAt, contentAt + sizeBytes));
    }
    return this.#leave(headerBytes + sizeBytes, position);
  }

  #readBody(position: number, { id, headerBytes, sizeBytes }: Element): number | undefined {
    if (this.#segmentEnd !== undefined && position >= this.#segmentEnd) {
      this.#segmentEnd = undefined;
    }
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
    this.#compareSizes(position, id, sizeBytes === undefined ? position : end);
    // The walk goes into clusters and whatever else has no known size, and past everything else.
    if (id === CLUSTER) {
      this.#clusterEnd = end;
    }
    if (id === CLUSTER || sizeBytes === undefined) {
      return this.#leave(headerBytes, position);
    }
    this.#hasTracks ||= id === TRACKS;
    this.#hasSound ||= BLOCKS.has(id) && sizeBytes > BLOCK_HEAD_BYTES;
    return this.#leave(headerBytes + sizeBytes, position);
  }

  /** Notes where an element ends behind what it is in, or where it may not be. */
  #compareSizes(position: number, id: number, end: number): void {
    if (end > (this.#segmentEnd ?? Number.POSITIVE_INFINITY)) {
      this.#isContradicted = true;
      this.#segmentEnd = Number.POSITIVE_INFINITY;
    }
    const isInCluster = position < this.#clusterEnd;
    const isOpenCluster = this.#clusterEnd === Number.POSITIVE_INFINITY;
    this.#isContradicted ||= isInCluster
      ? !isOpenCluster && (id === CLUSTER || end > this.#clusterEnd)
      : BLOCKS.has(id);
  }

  #leave(bytes: number, position: number): number {
    this.#position = position + bytes;
    return bytes;
  }
}
