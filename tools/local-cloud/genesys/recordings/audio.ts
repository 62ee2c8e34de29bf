import { createCipheriv, createHash } from 'node:crypto';
import { audioLayout, sealOggPage } from './audio-containers';
import type { MediaFormatId } from './media-formats';

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

/** Audio made by {@link generatedAudio}. */
export interface GeneratedAudio {
  readonly sizeBytes: number;
  /** The same seed and size give the same bytes. @default 0 */
  readonly seed?: number | undefined;
}

/**
 * A recording of any size that is made while it is read: a whole file of its format, with content that does not compress and
 * differs by seed.
 *
 * @param formatId a size that is too small for a file of this format gives bytes that are no audio
 * @throws RangeError where the size is no whole, non-negative number.
 */
export const generatedAudio = (
  { sizeBytes, seed = 0 }: GeneratedAudio,
  formatId: MediaFormatId = 'WEBM',
): AudioSource => {
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes < 0) {
    throw new RangeError(`a recording has a whole number of bytes, zero or more, not ${sizeBytes}`);
  }
  const key = createHash('sha256').update(`recording ${seed}`).digest().subarray(0, 16);
  function* wholeChunks(): Generator<Buffer, void, undefined> {
    const keystream = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
    for (const { structure, contentBytes, isOggPage } of audioLayout(formatId, sizeBytes)) {
      if (isOggPage) {
        const content = keystream.update(ZEROS.subarray(0, contentBytes));
        yield sealOggPage(structure, content);
        yield content;
        continue;
      }
      yield structure;
      for (let start = 0; start < contentBytes; start += CHUNK_BYTES) {
        yield keystream.update(ZEROS.subarray(0, Math.min(CHUNK_BYTES, contentBytes - start)));
      }
    }
  }
  return {
    sizeBytes,
    *chunks(lengthBytes) {
      let leftBytes = lengthBytes;
      for (const chunk of leftBytes > 0 ? wholeChunks() : []) {
        yield chunk.subarray(0, leftBytes);
        leftBytes -= chunk.length;
        if (leftBytes <= 0) {
          return;
        }
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
