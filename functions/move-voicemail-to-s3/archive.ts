import { Readable } from 'node:stream';
import {
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { type AudioDigest, AudioHash, PART_BYTES } from './audio-digest';
import { awsStatus, awsTrouble } from './aws-call';
import type { Deadline } from './deadline';
import type { Media } from './download-media';
import { PermanentFailureError, TemporaryError } from './errors';

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
  /** Called with all bytes read and nothing stored yet; what it throws keeps the recording out. */
  readonly accept: (digest: AudioDigest) => void;
}

/**
 * A body of at most this many bytes is read whole and put in one request, which the SDK can repeat; a larger one goes up in
 * parts, one at a time. So memory stays bounded whatever the size.
 */
const SINGLE_PUT_BYTES = 8 * 1024 * 1024;

const EXISTS = 412;

const isOwn = (error: unknown): error is PermanentFailureError | TemporaryError =>
  error instanceof PermanentFailureError || error instanceof TemporaryError;

/** Whether S3's own SHA-256 of an object is that of these bytes, however the object was uploaded. */
const isChecksumOf = (checksum: string | undefined, { whole, composite }: AudioDigest): boolean => {
  // S3 writes the number of parts behind a composite checksum: `<Base64>-<parts>`.
  const [value, parts] = (checksum ?? '').split('-', 2);
  return value === (parts === undefined ? whole : composite);
};

/** Hands bytes on and takes their hash; with all bytes read, and before the last is handed on as such, asks for acceptance. */
async function* hashed(
  { media, accept }: Recording,
  done: (digest: AudioDigest) => void,
): AsyncGenerator<Buffer, void, undefined> {
  const hash = new AudioHash();
  for await (const chunk of media.chunks) {
    hash.update(chunk);
    yield chunk;
  }
  const digest = hash.digest();
  accept(digest);
  done(digest);
}

const collect = async (bytes: AsyncIterable<Buffer>, lengthBytes: number): Promise<Buffer> => {
  const whole = Buffer.allocUnsafe(lengthBytes);
  let offset = 0;
  for await (const chunk of bytes) {
    offset += chunk.copy(whole, offset);
  }
  return whole;
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
    const { lengthBytes } = recording.media;
    let digest: AudioDigest | undefined;
    const bytes = hashed(recording, (whole) => {
      digest = whole;
    });
    const checksum =
      lengthBytes !== undefined && lengthBytes <= SINGLE_PUT_BYTES
        ? await this.#putWhole(recording, await collect(bytes, lengthBytes), () => digest?.whole)
        : await this.#putInParts(recording, bytes);
    if (digest === undefined) {
      throw new TemporaryError(
        `storing ${recording.key} ended before all bytes were read; it is tried again`,
      );
    }
    if (!isChecksumOf(checksum, digest)) {
      await this.#verify(recording.key, digest);
    }
    return digest;
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

  async #putWhole(
    { key, contentType, metadata }: Recording,
    body: Buffer,
    checksum: () => string | undefined,
  ): Promise<string | undefined> {
    const answer = await this.#put({
      Key: key,
      Body: body,
      ContentType: contentType,
      Metadata: metadata,
      ChecksumSHA256: checksum(),
      ...this.#tagging(),
    });
    return answer === 'exists' ? undefined : answer.ChecksumSHA256;
  }

  async #putInParts(
    { key, contentType, metadata }: Recording,
    bytes: AsyncGenerator<Buffer, void, undefined>,
  ): Promise<string | undefined> {
    const { s3, bucketName } = this.#options;
    const upload = new Upload({
      client: s3,
      queueSize: 1,
      partSize: PART_BYTES,
      params: {
        ...this.#target(),
        Bucket: bucketName,
        Key: key,
        Body: Readable.from(bytes, { objectMode: false, highWaterMark: 64 * 1024 }),
        ContentType: contentType,
        Metadata: metadata,
        ChecksumAlgorithm: 'SHA256',
        ...this.#tagging(),
      },
    });
    try {
      const answer = await upload.done();
      return answer.ChecksumSHA256;
    } catch (error) {
      if (isOwn(error)) {
        throw error;
      }
      if (awsStatus(error) === EXISTS) {
        return undefined;
      }
      throw awsTrouble(`storing ${key}`, error);
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
