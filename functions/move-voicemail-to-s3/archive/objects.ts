import { randomUUID } from 'node:crypto';
import {
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { ClassifiedError } from '../../shared/errors';
import { awsStatus, awsTrouble, isAwsError } from '../aws';
import type { Deadline } from '../deadline';

/** Options of {@link ArchiveObjects}. */
export interface ArchiveObjectsOptions {
  readonly s3: S3Client;
  readonly bucketName: string;
  readonly kmsKeyArn: string;
  readonly deadline: Deadline;
  readonly absence: Absence;
}

/**
 * Whether S3 says of an object that it is not there. To a caller that may not list it answers 403 instead of 404 ("HeadObject",
 * "Permissions"), and whether a right that is bound to `s3:prefix` counts is not documented.
 */
export interface Absence {
  isTold: boolean;
}

/** An object that a listing names. */
export interface ListedObject {
  readonly key: string;
  /** Epoch milliseconds. */
  readonly modifiedMs: number;
}

/** JSON that the archive holds, with what identifies this version of it. */
export interface StoredJson {
  readonly content: unknown;
  readonly etag: string;
}

const EXISTS = 412;

/** Whether a condition on a write failed. S3 was seen to say so in an answer with status 200, so the name counts as well. */
export const isConditionFailed = (error: unknown): boolean =>
  awsStatus(error) === EXISTS || isAwsError(error, 'PreconditionFailed');

/** An error of AWS as a reason to give the message back; one of our own as it is. */
export const archiveTrouble = (what: string, error: unknown): Error =>
  error instanceof ClassifiedError ? error : awsTrouble(what, error);

/** The objects of the archive's bucket, encrypted with its key. Every write is conditional. */
export class ArchiveObjects {
  readonly s3: S3Client;
  readonly deadline: Deadline;
  readonly #bucketName: string;
  readonly #kmsKeyArn: string;
  readonly #absence: Absence;

  constructor({ s3, bucketName, kmsKeyArn, deadline, absence }: ArchiveObjectsOptions) {
    this.s3 = s3;
    this.deadline = deadline;
    this.#absence = absence;
    this.#bucketName = bucketName;
    this.#kmsKeyArn = kmsKeyArn;
  }

  /** Parameters that every write shares. */
  target() {
    return {
      Bucket: this.#bucketName,
      IfNoneMatch: '*',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: this.#kmsKeyArn,
      BucketKeyEnabled: true,
    } as const;
  }

  /** Writes an object unless one is there. */
  async put(input: Omit<PutObjectCommandInput, 'Bucket'>) {
    const command = new PutObjectCommand({ ...this.target(), ...input });
    try {
      const answer = await this.s3.send(command, { abortSignal: this.deadline.signal() });
      // Every success has an ETag; without one the answer was an error in the clothes of a success.
      return answer.ETag === undefined ? ('exists' as const) : answer;
    } catch (error) {
      if (isConditionFailed(error)) {
        return 'exists' as const;
      }
      throw archiveTrouble(`storing ${input.Key}`, error);
    }
  }

  /**
   * Writes JSON unless an object is there.
   *
   * @returns whether this call wrote it; a repeat of its request by the SDK counts as this call
   */
  async putIfAbsent(key: string, content: object): Promise<boolean> {
    const deliveryId = randomUUID();
    const answer = await this.put(json(key, content, deliveryId));
    if (answer !== 'exists') {
      return true;
    }
    const head = await this.head(key);
    return head.Metadata?.['delivery-id'] === deliveryId;
  }

  /**
   * Writes JSON in the place of one version of it, or where there is none.
   *
   * @returns the ETag of the new version; `undefined` where another version is there
   */
  async write(key: string, content: object, etag: string | undefined): Promise<string | undefined> {
    const { IfNoneMatch, ...target } = this.target();
    const condition = etag === undefined ? { IfNoneMatch } : { IfMatch: etag };
    const command = new PutObjectCommand({ ...target, ...json(key, content, randomUUID()), ...condition });
    try {
      return (await this.s3.send(command, { abortSignal: this.deadline.signal() })).ETag;
    } catch (error) {
      if (isConditionFailed(error) || awsStatus(error) === 404) {
        return undefined;
      }
      throw archiveTrouble(`writing ${key}`, error);
    }
  }

  /**
   * Whether an object is there. HeadObject costs a twelfth of a listing. A 403 never counts as absence: the listing then says
   * for certain, for this object and for all later ones of the container.
   */
  async exists(key: string): Promise<boolean> {
    if (this.#absence.isTold) {
      const command = new HeadObjectCommand({ Bucket: this.#bucketName, Key: key });
      const status = await this.s3.send(command, { abortSignal: this.deadline.signal() }).then(
        () => 200,
        (error: unknown) => {
          if (awsStatus(error) === 404 || awsStatus(error) === 403) {
            return awsStatus(error);
          }
          throw archiveTrouble(`looking for ${key}`, error);
        },
      );
      if (status !== 403) {
        return status === 200;
      }
      this.#absence.isTold = false;
    }
    for await (const listed of this.list(key)) {
      if (listed.key === key) {
        return true;
      }
    }
    return false;
  }

  async head(key: string) {
    const command = new HeadObjectCommand({ Bucket: this.#bucketName, Key: key, ChecksumMode: 'ENABLED' });
    return this.s3.send(command, { abortSignal: this.deadline.signal() }).catch((error: unknown) => {
      throw archiveTrouble(`looking at ${key}`, error);
    });
  }

  /** Reads an object that should be there; `undefined` where it is not. */
  async get(key: string) {
    const command = new GetObjectCommand({ Bucket: this.#bucketName, Key: key });
    return this.s3.send(command, { abortSignal: this.deadline.signal() }).catch((error: unknown) => {
      if (awsStatus(error) === 404) {
        return undefined;
      }
      throw archiveTrouble(`reading ${key}`, error);
    });
  }

  /** Reads JSON; `undefined` where there is none. What is not JSON has the content `undefined`. */
  async getJson(key: string): Promise<StoredJson | undefined> {
    const answer = await this.get(key);
    if (answer === undefined) {
      return undefined;
    }
    const text = await answer.Body?.transformToString().catch((error: unknown) => {
      throw archiveTrouble(`reading ${key}`, error);
    });
    return { content: parseJson(text ?? ''), etag: answer.ETag ?? '' };
  }

  /** Every object whose key begins with `prefix`, in the order of the keys. */
  async *list(prefix: string): AsyncGenerator<ListedObject, void, undefined> {
    let continuationToken: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.#bucketName,
        Prefix: prefix,
        ...(continuationToken === undefined ? {} : { ContinuationToken: continuationToken }),
      });
      const page = await this.s3
        .send(command, { abortSignal: this.deadline.signal() })
        .catch((error: unknown) => {
          throw archiveTrouble('listing the archive', error);
        });
      for (const { Key, LastModified } of page.Contents ?? []) {
        if (Key !== undefined) {
          yield { key: Key, modifiedMs: LastModified?.getTime() ?? 0 };
        }
      }
      continuationToken = page.NextContinuationToken;
    } while (continuationToken !== undefined);
  }
}

const json = (key: string, content: object, deliveryId: string) =>
  ({
    Key: key,
    Body: Buffer.from(`${JSON.stringify(content)}\n`),
    ContentType: 'application/json',
    Metadata: { 'delivery-id': deliveryId },
    ChecksumAlgorithm: 'SHA256',
  }) as const;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
