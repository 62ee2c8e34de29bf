import { createHash } from 'node:crypto';
import { crc32, crc64nvme } from './crc';
import { invalidArgument, invalidRequest, S3Error } from './s3-error';

/** Whether a multipart object's checksum covers its bytes, or the checksums of its parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** An algorithm under which S3 verifies and keeps checksums. */
export interface ChecksumAlgorithm {
  readonly name: 'CRC32' | 'CRC64NVME' | 'SHA256';
  readonly header: string;
  /** The element's name in XML. */
  readonly element: string;
  readonly bytes: number;
  digest(data: Buffer): Buffer;
}

/** A checksum that S3 keeps with an object or a part. `value` is base64, a composite one ends in `-<parts>`. */
export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  readonly value: string;
}

const algorithm = (
  name: ChecksumAlgorithm['name'],
  bytes: number,
  digest: (data: Buffer) => Buffer,
): ChecksumAlgorithm => ({
  name,
  header: `x-amz-checksum-${name.toLowerCase()}`,
  element: `Checksum${name}`,
  bytes,
  digest,
});

/** What S3 keeps for an upload that brings no checksum. Source: "Checking object integrity", S3 user guide. */
const DEFAULT_ALGORITHM = algorithm('CRC64NVME', 8, crc64nvme);

/** The algorithms that the local S3 verifies. Not modelled, and so refused: CRC32C, SHA-1. */
const CHECKSUM_ALGORITHMS: readonly ChecksumAlgorithm[] = [
  algorithm('CRC32', 4, crc32),
  DEFAULT_ALGORITHM,
  algorithm('SHA256', 32, (data) => createHash('sha256').update(data).digest()),
];

export const CHECKSUM_HEADERS: readonly string[] = CHECKSUM_ALGORITHMS.map(({ header }) => header);

/** @throws S3Error when there is no such algorithm. */
export const algorithmNamed = (name: string): ChecksumAlgorithm => {
  const found = CHECKSUM_ALGORITHMS.find((candidate) => candidate.name === name);
  if (found === undefined) {
    throw invalidArgument(
      'checksum algorithm',
      name,
      `one of ${CHECKSUM_ALGORITHMS.map((a) => a.name).join(', ')}`,
    );
  }
  return found;
};

/** A checksum that a request states. */
export interface StatedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
}

/** Reads base64 of exactly `bytes` bytes. */
export const strictBase64 = (value: string, bytes: number): Buffer | undefined => {
  const decoded = Buffer.from(value, 'base64');
  return decoded.length === bytes && decoded.toString('base64') === value ? decoded : undefined;
};

/**
 * The one checksum among header or trailer fields.
 *
 * @throws S3Error when there are several.
 */
export const statedChecksum = (fields: ReadonlyMap<string, string>): StatedChecksum | undefined => {
  const [stated, ...others] = CHECKSUM_ALGORITHMS.flatMap((candidate) => {
    const value = fields.get(candidate.header);
    return value === undefined ? [] : [{ algorithm: candidate, value }];
  });
  if (others.length > 0) {
    throw invalidRequest(
      'Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.',
    );
  }
  return stated;
};

/**
 * Computes the checksum of `data` under the stated algorithm, or the default one, and verifies what was stated.
 *
 * @returns base64 of the checksum
 * @throws S3Error `BadDigest` when it differs, `InvalidRequest` when the stated value is malformed.
 */
export const verifiedChecksum = (stated: StatedChecksum | undefined, data: Buffer): StatedChecksum => {
  const used = stated?.algorithm ?? DEFAULT_ALGORITHM;
  const value = used.digest(data).toString('base64');
  if (stated !== undefined && stated.value !== value) {
    if (strictBase64(stated.value, used.bytes) === undefined) {
      throw invalidRequest(`Value for ${used.header} header is invalid.`);
    }
    throw new S3Error(
      'BadDigest',
      400,
      `The ${used.name} you specified did not match the calculated checksum.`,
    );
  }
  return { algorithm: used, value };
};

/** The checksum of an object made of parts: that of their checksums. */
export const compositeChecksum = (
  used: ChecksumAlgorithm,
  parts: readonly { readonly checksum: string }[],
): StoredChecksum => {
  const bytes = Buffer.concat(parts.map(({ checksum }) => Buffer.from(checksum, 'base64')));
  return {
    algorithm: used,
    type: 'COMPOSITE',
    value: `${used.digest(bytes).toString('base64')}-${parts.length}`,
  };
};
