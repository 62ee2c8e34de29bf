import { type AudioVerdict, BEYOND_THE_END, type ContainerWalk, type Ending, isPage } from './container-walk';

const FRAME_HEADER_BYTES = 4;
/** kbit/s of Layer III by bitrate index, of MPEG 1 and of MPEG 2 and 2.5. Source: ISO/IEC 11172-3 and 13818-3. */
const KBITS = {
  mpeg1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  mpeg2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const;
const HERTZ = [44_100, 48_000, 32_000] as const;
const VERSION = { mpeg25: 0, reserved: 1, mpeg2: 2, mpeg1: 3 } as const;
const LAYER_3 = 1;
const MONO = 3;
/** Which counts an encoder wrote into the frame that stands for its statistics (`Xing`, `Info`). */
const COUNTS = { frames: 1, bytes: 2 } as const;

const TAG_BYTES = { id3v1: 128, id3v2: 10, ape: 32 } as const;
/** The frames that a recording must have to be taken for one. */
const LEAST_FRAMES = 2;
/** How far players look for the first frames: past filling, or the rest of a frame. No frame is as long. */
const LOOK_BYTES = 8192;

/** The size of the ID3v2 tag that begins at `at`; `undefined` where none does. */
export const id3v2Bytes = (bytes: Buffer, at: number): number | undefined => {
  if (bytes.toString('latin1', at, at + 3) !== 'ID3') {
    return undefined;
  }
  const [flags = 0, a = 0, b = 0, c = 0, d] = bytes.subarray(at + 5, at + TAG_BYTES.id3v2);
  const hasFooter = (flags & 0x10) !== 0;
  return d === undefined
    ? BEYOND_THE_END
    : TAG_BYTES.id3v2 * (hasFooter ? 2 : 1) + (a << 21) + (b << 14) + (c << 7) + d;
};

interface Frame {
  /** 0 in free format, whose frames say no size. */
  readonly sizeBytes: number;
  readonly durationMs: number;
  /** Where the frame's statistics would stand. */
  readonly statisticsAt: number;
}

const readFrame = (bytes: Buffer, at: number): Frame | undefined => {
  const [sync = 0, version = 0, rate = 0, mode = 0] = bytes.subarray(at, at + FRAME_HEADER_BYTES);
  const versionId = (version >> 3) & 3;
  const isMpeg1 = versionId === VERSION.mpeg1;
  const kbits = KBITS[isMpeg1 ? 'mpeg1' : 'mpeg2'][rate >> 4];
  const fullHertz = HERTZ[(rate >> 2) & 3];
  const isLayer3 = sync === 0xff && version >> 5 === 7 && ((version >> 1) & 3) === LAYER_3;
  if (!isLayer3 || versionId === VERSION.reserved || kbits === undefined || fullHertz === undefined) {
    return undefined;
  }
  const hertz = isMpeg1 ? fullHertz : fullHertz / (versionId === VERSION.mpeg2 ? 2 : 4);
  const paddingBytes = kbits === 0 ? 0 : (rate >> 1) & 1;
  const isMono = mode >> 6 === MONO;
  const sideBytes = isMpeg1 ? (isMono ? 17 : 32) : isMono ? 9 : 17;
  return {
    durationMs: ((isMpeg1 ? 1152 : 576) * 1000) / hertz,
    sizeBytes: Math.floor(((isMpeg1 ? 144 : 72) * kbits * 1000) / hertz) + paddingBytes,
    statisticsAt: FRAME_HEADER_BYTES + sideBytes,
  };
};

/**
 * Walks through MP3, frame by frame, with the tags that players know before and behind them.
 *
 * MP3 has no length. Only where an encoder counted its frames or bytes in the first frame can a recording prove that it is
 * whole.
 */
export class Mp3Walk implements ContainerWalk {
  durationMs = 0;
  #hasTag = false;
  #frames = 0;
  #frameBytes = 0;
  #isBehindFrames = false;
  /** Bytes before the first frames that are none. */
  #skippedBytes = 0;
  #isBeforePage = false;
  /** Where the last frame of free format begins, and how far it is from the one before. */
  #freeAt = Number.NaN;
  #freeBytes = Number.NaN;
  #isFreeFormat = false;
  #expectedFrames: number | undefined;
  #expectedBytes: number | undefined;

  step(bytes: Buffer, at: number, position: number): number | undefined {
    const tagBytes = this.#tagBytes(bytes, at);
    if (tagBytes !== undefined) {
      return tagBytes;
    }
    if (bytes.length - at < FRAME_HEADER_BYTES && bytes[at] === 0xff) {
      return BEYOND_THE_END;
    }
    const frame = this.#isBehindFrames ? undefined : readFrame(bytes, at);
    if (frame === undefined || frame.sizeBytes === 0) {
      const isFree = frame !== undefined && this.#frames < LEAST_FRAMES && this.#isFree(position);
      return isFree ? BEYOND_THE_END : this.#lookOn(bytes, at);
    }
    if (this.#frames === 0) {
      this.#readStatistics(bytes, at + frame.statisticsAt);
    }
    this.#frames += 1;
    this.#frameBytes += frame.sizeBytes;
    this.durationMs += frame.durationMs;
    return frame.sizeBytes;
  }

  verdict(ending: Ending): AudioVerdict {
    if (this.#isFreeFormat) {
      return 'unproven';
    }
    if (this.#frames < LEAST_FRAMES) {
      return ending === 'unknown' || (this.#frames === 0 && !this.#hasTag) ? 'not-audio' : 'cut';
    }
    if (ending === 'cut') {
      return 'cut';
    }
    const expectedFrames = this.#expectedFrames ?? 0;
    if (this.#frames < expectedFrames || this.#frameBytes < (this.#expectedBytes ?? 0)) {
      return 'cut';
    }
    // Encoders differ in whether they count the frame that holds the counts, so one frame more is needed for a proof.
    const isProven = expectedFrames > 0 && this.#frames === expectedFrames + 1 && this.#skippedBytes === 0;
    if (this.#isBeforePage && !isProven) {
      return 'cut';
    }
    return ending === 'complete' && isProven ? 'whole' : 'unproven';
  }

  /** Whether the last two frames of free format have one size, give or take the byte that fills them up. */
  #isFree(position: number): boolean {
    const sizeBytes = position - this.#freeAt;
    this.#isFreeFormat = Math.abs(sizeBytes - this.#freeBytes) <= 1;
    this.#freeAt = position;
    this.#freeBytes = sizeBytes;
    return this.#isFreeFormat;
  }

  /** Goes on to where the first frames may be; `undefined` behind them, and where a page begins in their place. */
  #lookOn(bytes: Buffer, at: number): number | undefined {
    this.#isBeforePage = this.#skippedBytes === 0 && isPage(bytes, at);
    if (this.#isBeforePage || this.#frames >= LEAST_FRAMES || this.#skippedBytes >= LOOK_BYTES) {
      return undefined;
    }
    this.#frames = 0;
    this.#frameBytes = 0;
    this.#skippedBytes += 1;
    return 1;
  }

  #tagBytes(bytes: Buffer, at: number): number | undefined {
    const id3v2 = this.#frames === 0 ? id3v2Bytes(bytes, at) : undefined;
    if (id3v2 !== undefined) {
      this.#hasTag = true;
      return id3v2;
    }
    const name = bytes.toString('latin1', at, at + 8);
    const isId3v1 = name.startsWith('TAG') && this.#frames > 0;
    const isApe = name === 'APETAGEX';
    this.#hasTag ||= isApe;
    this.#isBehindFrames ||= isId3v1 || (isApe && this.#frames > 0);
    if (isId3v1) {
      return TAG_BYTES.id3v1;
    }
    // The size of an APE tag counts its footer and not its header.
    return isApe && at + 16 <= bytes.length ? TAG_BYTES.ape + bytes.readUInt32LE(at + 12) : undefined;
  }

  #readStatistics(bytes: Buffer, at: number): void {
    const name = bytes.toString('latin1', at, at + 4);
    if ((name !== 'Xing' && name !== 'Info') || at + 16 > bytes.length) {
      return;
    }
    const flags = bytes.readUInt32BE(at + 4);
    const hasFrames = (flags & COUNTS.frames) !== 0;
    if (hasFrames) {
      this.#expectedFrames = bytes.readUInt32BE(at + 8) || undefined;
    }
    if ((flags & COUNTS.bytes) !== 0) {
      this.#expectedBytes = bytes.readUInt32BE(at + (hasFrames ? 12 : 8)) || undefined;
    }
  }
}
