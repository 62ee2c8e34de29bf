import {
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { awsStatus, awsTrouble } from '../aws';
import type { Deadline } from '../deadline';
import { PermanentFailureError, TemporaryError } from '../errors';
import type { Piece } from '../recording/body';
import { type AudioDigest, AudioHash, PART_BYTES } from '../recording/digest';
import type { Media } from '../recording/download';
import { MultipartUpload } from './multipart-upload';

/** What {@link Archive} needs. */
export interface ArchiveOptions {
  readonly s3: S3Client;
  readonly bucketName: string;
  readonly kmsKeyArn: string;
  /** In the form of a URL query; empty for none. */
  readonly tags: string;
  readonly deadline: Deadline;
}

/** A recording on its way into the archive. */
export interface Recording {
  readonly key: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly media: Media;
  /** Of {@link RECORDING_MEMORY_BYTES}; one recording at a time passes through it. */
  readonly memory: Buffer;
  /** Called with all bytes read and nothing stored yet; what it throws keeps the recording out. */
  readonly accept: (digest: AudioDigest) => void;
}

/**
 * A body of at most this many bytes is read whole and put in one request, which the SDK can repeat; a larger one goes up in
 * parts, one at a time. So memory stays bounded whatever the size.
 */
const SINGLE_PUT_BYTES = 8 * 1024 * 1024;

/** The memory that recordings pass through. Kept, since new memory for each costs 1 ms of CPU per MB. */
export const RECORDING_MEMORY_BYTES = SINGLE_PUT_BYTES;

const EXISTS = 412;

const isOwn = (error: unknown): error is PermanentFailureError | TemporaryError =>
  error instanceof PermanentFailureError || error instanceof TemporaryError;

/** Whether S3's own SHA-256 of an object is that of these bytes, however the object was uploaded. */
const isChecksumOf = (checksum: string | undefined, { whole, composite }: AudioDigest): boolean => {
  // S3 writes the number of parts behind a composite checksum: `<Base64>-<parts>`.
  const [value, parts] = (checksum ?? '').split('-', 2);
  return value === (parts === undefined ? whole : composite);
};

/** Uploads a recording whose first part fills a buffer: one part after the other, so that one lies in memory. */
const uploadParts = async (
  upload: MultipartUpload,
  { body }: Media,
  buffer: Buffer,
): Promise<AudioDigest> => {
  const hash = new AudioHash();
  for (let piece: Piece = { sizeBytes: buffer.length, isLast: false }; ; piece = await body.fill(buffer)) {
    const part = buffer.subarray(0, piece.sizeBytes);
    await upload.add(part, hash.addPart(part));
    if (piece.isLast) {
      return hash.digest();
    }
  }
};

/**
 * The bucket, as far as this function needs it. Every write is conditional: what is there is never written again.
 */
export class Archive {
  readonly #options: ArchiveOptions;

  constructor(options: ArchiveOptions) {
    this.#options = options;
  }

  /**
   * Stores a recording, unless it is there already. When this returns, S3 holds exactly the bytes of the digest: it has
   * verified their SHA-256 itself.
   *
   * @throws PermanentFailureError `CONTENT_DIFFERS` where another recording is stored under the key.
   */
  async putAudio(recording: Recording): Promise<AudioDigest> {
    const { body, lengthBytes } = recording.media;
    const isSmall = lengthBytes !== undefined && lengthBytes <= SINGLE_PUT_BYTES;
    const buffer = recording.memory.subarray(0, isSmall ? lengthBytes : PART_BYTES);
    try {
      const { sizeBytes, isLast } = await body.fill(buffer);
      return isLast
        ? await this.#putWhole(recording, buffer.subarray(0, sizeBytes))
        : await this.#putInParts(recording, buffer);
    } finally {
      body.close();
    }
  }

  /** Stores a small object beside the audio, unless it is there. @returns whether this call, or a repeat of it, stored it */
  async putBeside(key: string, content: object, contentType: string, deliveryId: string): Promise<boolean> {
    const answer = await this.#put({
      Key: key,
      Body: Buffer.from(`${JSON.stringify(content)}\n`),
      ContentType: contentType,
      Metadata: { 'delivery-id': deliveryId },
      ChecksumAlgorithm: 'SHA256',
    });
    if (answer !== 'exists') {
      return true;
    }
    // The SDK may have sent the request twice: then it is our own first try that is there.
    const head = await this.#head(key);
    return head.Metadata?.['delivery-id'] === deliveryId;
  }

  /**
   * Whether there is an object under this key. Without the right to list the bucket, which only reconcile needs, S3 answers
   * 403 for a missing object instead of 404.
   */
  async has(key: string): Promise<boolean> {
    const { s3, bucketName, deadline } = this.#options;
    const command = new HeadObjectCommand({ Bucket: bucketName, Key: key });
    try {
      await s3.send(command, { abortSignal: deadline.signal() });
      return true;
    } catch (error) {
      if (awsStatus(error) === 404 || awsStatus(error) === 403) {
        return false;
      }
      throw isOwn(error) ? error : awsTrouble(`looking for ${key}`, error);
    }
  }

  /** Every key that begins with `prefix`. */
  async *keys(prefix: string): AsyncGenerator<string, void, undefined> {
    const { s3, bucketName, deadline } = this.#options;
    let continuationToken: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: bucketName,
        Prefix: prefix,
        ...(continuationToken === undefined ? {} : { ContinuationToken: continuationToken }),
      });
      const page = await s3.send(command, { abortSignal: deadline.signal() }).catch((error: unknown) => {
        throw isOwn(error) ? error : awsTrouble('listing the archive', error);
      });
      for (const { Key } of page.Contents ?? []) {
        if (Key !== undefined) {
          yield Key;
        }
      }
      continuationToken = page.NextContinuationToken;
    } while (continuationToken !== undefined);
  }

  async #putWhole({ key, contentType, metadata, accept }: Recording, body: Buffer): Promise<AudioDigest> {
    const hash = new AudioHash();
    for (let start = 0; start < body.length; start += PART_BYTES) {
      hash.addPart(body.subarray(start, start + PART_BYTES));
    }
    const digest = hash.digest();
    accept(digest);
    const answer = await this.#put({
      Key: key,
      Body: body,
      ContentType: contentType,
      Metadata: metadata,
      ChecksumSHA256: digest.whole,
      ...this.#tagging(),
    });
    await this.#confirm(key, digest, answer === 'exists' ? undefined : answer.ChecksumSHA256);
    return digest;
  }

  async #putInParts(recording: Recording, buffer: Buffer): Promise<AudioDigest> {
    const { s3, deadline } = this.#options;
    const { key, contentType, metadata } = recording;
    const { IfNoneMatch, ...target } = this.#target();
    let upload: MultipartUpload | undefined;
    let digest: AudioDigest | undefined;
    let checksum: string | undefined;
    try {
      upload = await MultipartUpload.create(s3, deadline, {
        ...target,
        Key: key,
        ContentType: contentType,
        Metadata: metadata,
        ...this.#tagging(),
      });
      digest = await uploadParts(upload, recording.media, buffer);
      recording.accept(digest);
      checksum = await upload.complete(IfNoneMatch);
    } catch (error) {
      await upload?.abort();
      if (digest === undefined || awsStatus(error) !== EXISTS) {
        throw isOwn(error) ? error : awsTrouble(`storing ${key}`, error);
      }
    }
    await this.#confirm(key, digest, checksum);
    return digest;
  }

  /** Makes sure that S3 holds these bytes: by the checksum that it answered with, else by that of what it holds. */
  async #confirm(key: string, digest: AudioDigest, checksum: string | undefined): Promise<void> {
    if (!isChecksumOf(checksum, digest)) {
      await this.#verify(key, digest);
    }
  }

  async #verify(key: string, digest: AudioDigest): Promise<void> {
    const head = await this.#head(key);
    if (head.ContentLength !== digest.sizeBytes || !isChecksumOf(head.ChecksumSHA256, digest)) {
      throw new PermanentFailureError(
        'CONTENT_DIFFERS',
        `${key} holds another recording than Genesys gave out (SHA-256 ${digest.sha256}); nothing was changed, compare them by hand`,
      );
    }
  }

  async #put(input: Omit<PutObjectCommandInput, 'Bucket'>) {
    const { s3, deadline } = this.#options;
    const command = new PutObjectCommand({ ...this.#target(), ...input });
    try {
      return await s3.send(command, { abortSignal: deadline.signal() });
    } catch (error) {
      if (isOwn(error)) {
        throw error;
      }
      if (awsStatus(error) === EXISTS) {
        return 'exists' as const;
      }
      throw awsTrouble(`storing ${input.Key}`, error);
    }
  }

  async #head(key: string) {
    const { s3, bucketName, deadline } = this.#options;
    const command = new HeadObjectCommand({ Bucket: bucketName, Key: key, ChecksumMode: 'ENABLED' });
    return s3.send(command, { abortSignal: deadline.signal() }).catch((error: unknown) => {
      throw isOwn(error) ? error : awsTrouble(`looking at ${key}`, error);
    });
  }

  #target() {
    const { bucketName, kmsKeyArn } = this.#options;
    return {
      Bucket: bucketName,
      IfNoneMatch: '*',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: kmsKeyArn,
      BucketKeyEnabled: true,
    } as const;
  }

  #tagging() {
    const { tags } = this.#options;
    return tags === '' ? {} : { Tagging: tags };
  }
}
