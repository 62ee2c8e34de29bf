import { randomBytes } from 'node:crypto';
import type { ObjectAttributes } from './attributes';
import type { StoredChecksum } from './checksum';
import type { BucketEncryption, ObjectEncryption } from './encryption';
import { S3Error } from './s3-error';

export interface BucketDefinition {
  readonly name: string;
  /** @default false */
  readonly versioning?: boolean;
  /** @default - SSE-S3 (`AES256`), as every bucket has it */
  readonly encryption?: BucketEncryption;
  /** All four settings of the public access block at once. @default false */
  readonly blocksPublicAccess?: boolean;
  /** Days for which governance mode locks each new version. @default - none is locked */
  readonly lockDays?: number | undefined;
}

/** An object's bytes with all that is kept of them. */
export interface ObjectVersion extends ObjectAttributes {
  readonly isDeleteMarker: false;
  readonly key: string;
  /** `null` (the text) in a bucket without versioning. */
  readonly versionId: string;
  readonly lastModifiedMs: number;
  readonly body: Buffer;
  /** Without its quotes. */
  readonly etag: string;
  readonly encryption: ObjectEncryption;
  readonly checksum: StoredChecksum;
}

/** Delete marker: a deletion without a version leaves one in a bucket with versioning. */
export interface DeleteMarker {
  readonly isDeleteMarker: true;
  readonly key: string;
  readonly versionId: string;
  readonly lastModifiedMs: number;
}

export type Version = ObjectVersion | DeleteMarker;

/** A version before the bucket has given it an id. */
export type NewVersion = Omit<ObjectVersion, 'versionId'> | Omit<DeleteMarker, 'versionId'>;

export interface Part {
  readonly body: Buffer;
  readonly etag: string;
  readonly lastModifiedMs: number;
  /** Base64. */
  readonly checksum: string;
}

/** A multipart upload that is neither completed nor aborted. */
export interface MultipartUpload {
  readonly uploadId: string;
  readonly key: string;
  readonly initiatedMs: number;
  readonly attributes: ObjectAttributes;
  readonly encryption: ObjectEncryption;
  readonly parts: Map<number, Part>;
}

/** S3 orders keys by their UTF-8 bytes. */
export const byUtf8 = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The versions and uploads of one bucket. */
export class Bucket {
  readonly name: string;
  readonly versioning: boolean;
  readonly encryption: BucketEncryption;
  readonly blocksPublicAccess: boolean;
  readonly #lockMs: number;
  readonly uploads = new Map<string, MultipartUpload>();
  /** Newest first. */
  readonly #versions = new Map<string, Version[]>();
  /** Every key that has a version, in S3's order; kept so, since listings of a full bucket are frequent. */
  readonly #keys: string[] = [];
  #conflicts = 0;

  constructor({
    name,
    versioning = false,
    encryption,
    blocksPublicAccess = false,
    lockDays = 0,
  }: BucketDefinition) {
    this.name = name;
    this.versioning = versioning;
    this.encryption = encryption ?? { sseAlgorithm: 'AES256' };
    this.blocksPublicAccess = blocksPublicAccess;
    this.#lockMs = lockDays * 86_400_000;
  }

  /** Whether Object Lock keeps a version; a delete marker is never locked. */
  locks(version: Version, nowMs: number): boolean {
    return !version.isDeleteMarker && nowMs < version.lastModifiedMs + this.#lockMs;
  }

  /** Every key that has a version, in S3's order. */
  keys(): readonly string[] {
    return this.#keys;
  }

  /** The versions of a key, newest first. */
  versions(key: string): readonly Version[] {
    return this.#versions.get(key) ?? [];
  }

  /** The object that a key names now; `undefined` where there is none or a delete marker hides it. */
  current(key: string): ObjectVersion | undefined {
    const [newest] = this.versions(key);
    return newest?.isDeleteMarker === false ? newest : undefined;
  }

  /** Puts a version on top; without versioning it takes the place of what was there. */
  add(version: NewVersion): Version {
    const versionId = this.versioning ? randomBytes(24).toString('base64url') : 'null';
    const added: Version = { ...version, versionId };
    if (!this.#versions.has(version.key)) {
      this.#keys.splice(this.#placeOf(version.key), 0, version.key);
    }
    this.#versions.set(version.key, this.versioning ? [added, ...this.versions(version.key)] : [added]);
    return added;
  }

  /** Removes a version for good. */
  remove(key: string, versionId: string): void {
    const rest = this.versions(key).filter((version) => version.versionId !== versionId);
    if (rest.length > 0) {
      this.#versions.set(key, rest);
    } else if (this.#versions.delete(key)) {
      this.#keys.splice(this.#placeOf(key), 1);
    }
  }

  /** Where a key is among the keys, or would be. */
  #placeOf(key: string): number {
    let from = 0;
    let to = this.#keys.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (byUtf8(this.#keys[middle] ?? '', key) < 0) {
        from = middle + 1;
      } else {
        to = middle;
      }
    }
    return from;
  }

  /** Lets the next conditional writes meet a concurrent one. */
  conflictNextConditionalWrites(count: number): void {
    this.#conflicts = count;
  }

  /**
   * Checks the conditions of a write. Nothing may await between this and `add`: that is what makes the write atomic.
   *
   * @throws S3Error 412 where a condition fails, 409 where another write is in the way.
   */
  checkWrite(key: string, headers: ReadonlyMap<string, string>): void {
    const ifMatch = headers.get('if-match');
    const ifNoneMatch = headers.get('if-none-match');
    if (ifMatch === undefined && ifNoneMatch === undefined) {
      return;
    }
    if (ifNoneMatch !== undefined && (ifNoneMatch !== '*' || ifMatch !== undefined)) {
      throw new S3Error(
        'NotImplemented',
        501,
        'A header you provided implies functionality that is not implemented',
        { Header: 'If-None-Match' },
      );
    }
    if (this.#conflicts > 0) {
      this.#conflicts--;
      throw new S3Error(
        'ConditionalRequestConflict',
        409,
        'The conditional request cannot succeed due to a conflicting operation against this resource.',
        { Condition: ifMatch === undefined ? 'If-None-Match' : 'If-Match', Key: key },
      );
    }
    const current = this.current(key);
    if (ifNoneMatch !== undefined && current !== undefined) {
      throw preconditionFailed('If-None-Match');
    }
    if (ifMatch !== undefined) {
      if (current === undefined) {
        throw noSuchKey(key);
      }
      if (!matchesEtag(ifMatch, current.etag)) {
        throw preconditionFailed('If-Match');
      }
    }
  }
}

export const preconditionFailed = (condition: string): S3Error =>
  new S3Error('PreconditionFailed', 412, 'At least one of the pre-conditions you specified did not hold', {
    Condition: condition,
  });

export const noSuchKey = (key: string, headers: Readonly<Record<string, string>> = {}): S3Error =>
  new S3Error('NoSuchKey', 404, 'The specified key does not exist.', { Key: key }, headers);

/** Whether the list of a condition header names an ETag, or is `*`. */
export const matchesEtag = (condition: string, etag: string): boolean =>
  condition.split(',').some((candidate) => ['*', etag, `"${etag}"`].includes(candidate.trim()));
