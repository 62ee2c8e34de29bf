import { createCipheriv, createHash } from 'node:crypto';

/** The bytes of a recording; they are made or read anew each time, so that a large one need not be held. */
export interface AudioSource {
  readonly sizeBytes: number;
  /** The first `lengthBytes` bytes, in order, in chunks. */
  chunks(lengthBytes: number): Iterable<Buffer>;
}

const CHUNK_BYTES = 64 * 1024;
/** For all recordings: thousands of them may wait at once. */
const ZEROS = Buffer.alloc(CHUNK_BYTES);

/** A recording that is held in memory. */
export const bufferAudio = (bytes: Buffer): AudioSource => ({
  sizeBytes: bytes.length,
  *chunks(lengthBytes) {
    for (let start = 0; start < lengthBytes; start += CHUNK_BYTES) {
      yield bytes.subarray(start, Math.min(start + CHUNK_BYTES, lengthBytes));
    }
  },
});

/** What {@link generatedAudio} makes. */
export interface GeneratedAudio {
  readonly sizeBytes: number;
  /** The same seed and size give the same bytes. @default 0 */
  readonly seed?: number | undefined;
}

/**
 * A recording of any size that is made while it is read: bytes that do not compress and differ by seed.
 *
 * @throws RangeError where the size is no whole, non-negative number.
 */
export const generatedAudio = ({ sizeBytes, seed = 0 }: GeneratedAudio): AudioSource => {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
    throw new RangeError(`a recording has a whole number of bytes, zero or more, not ${sizeBytes}`);
  }
  const key = createHash('sha256').update(`recording ${seed}`).digest().subarray(0, 16);
  return {
    sizeBytes,
    *chunks(lengthBytes) {
      const keystream = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
      for (let start = 0; start < lengthBytes; start += CHUNK_BYTES) {
        yield keystream.update(ZEROS.subarray(0, Math.min(CHUNK_BYTES, lengthBytes - start)));
      }
    },
  };
};

/** The SHA-256 of a whole recording, in lower-case hex. */
export const audioSha256 = (audio: AudioSource): string => {
  const hash = createHash('sha256');
  for (const chunk of audio.chunks(audio.sizeBytes)) {
    hash.update(chunk);
  }
  return hash.digest('hex');
};
