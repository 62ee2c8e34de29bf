import { createHash, type Hash } from 'node:crypto';

/** SHA-256 of one recording, in the forms that the archive needs. */
export interface AudioDigest {
  readonly sizeBytes: number;
  /** Of all bytes, in lower-case hex. */
  readonly sha256: string;
  /** Of all bytes, as S3 writes it (Base64): its checksum of an object that was put whole. */
  readonly whole: string;
  /** Of the parts' SHA-256, as S3 writes it (Base64): its checksum of an object that was uploaded in parts. */
  readonly composite: string;
}

/** Bytes of each part of a multipart upload, but for the last: the least that S3 takes, since a part lies in memory. */
export const PART_BYTES = 5 * 1024 * 1024;

/** Takes the SHA-256 of bytes as they pass, of all and of each part. */
export class AudioHash {
  readonly #whole = createHash('sha256');
  readonly #parts = createHash('sha256');
  #part: Hash = createHash('sha256');
  #partBytes = 0;
  #sizeBytes = 0;

  update(chunk: Buffer): void {
    this.#whole.update(chunk);
    this.#sizeBytes += chunk.length;
    let rest = chunk;
    while (rest.length > 0) {
      // A full part ends only when more comes: the last part is never empty.
      if (this.#partBytes === PART_BYTES) {
        this.#endPart();
      }
      const taken = rest.subarray(0, PART_BYTES - this.#partBytes);
      this.#part.update(taken);
      this.#partBytes += taken.length;
      rest = rest.subarray(taken.length);
    }
  }

  /** Ends the hash. To be called once. */
  digest(): AudioDigest {
    this.#endPart();
    const whole = this.#whole.digest();
    return {
      sizeBytes: this.#sizeBytes,
      sha256: whole.toString('hex'),
      whole: whole.toString('base64'),
      composite: this.#parts.digest('base64'),
    };
  }

  #endPart(): void {
    this.#parts.update(this.#part.digest());
    this.#part = createHash('sha256');
    this.#partBytes = 0;
  }
}
