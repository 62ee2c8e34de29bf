import { createHash } from 'node:crypto';
import { invalidArgument, invalidRequest, S3Error } from './s3-error';

// By index, not by iterator: these loops see every byte of every recording, and an iterator is several times slower.

const BYTE_VALUES = 256;

const crc32Table = Uint32Array.from({ length: BYTE_VALUES }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  }
  return remainder;
});

/** CRC-32, as in zip files. */
export const crc32 = (data: Buffer): Buffer => {
  let crc = 0xffffffff;
  for (let index = 0; index < data.length; index++) {
    crc = (crc >>> 8) ^ (crc32Table[(crc ^ (data[index] ?? 0)) & 0xff] ?? 0);
  }
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(~crc >>> 0);
  return digest;
};

const CRC64_NVME_REFLECTED_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;

const crc64Table = Array.from({ length: BYTE_VALUES }, (_, byte) => {
  let remainder = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder >> 1n) ^ (remainder & 1n ? CRC64_NVME_REFLECTED_POLYNOMIAL : 0n);
  }
  return remainder;
});
const crc64High = Uint32Array.from(crc64Table, (entry) => Number(entry >> 32n));
const crc64Low = Uint32Array.from(crc64Table, (entry) => Number(entry & 0xffffffffn));

/** CRC-64/NVME, in two halves of 32 bits because a `bigint` for each byte would be slow. */
export const crc64nvme = (data: Buffer): Buffer => {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (let index = 0; index < data.length; index++) {
    const entry = (low ^ (data[index] ?? 0)) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ (crc64Low[entry] ?? 0);
    high = (high >>> 8) ^ (crc64High[entry] ?? 0);
  }
  const digest = Buffer.alloc(8);
  digest.writeUInt32BE(~high >>> 0, 0);
  digest.writeUInt32BE(~low >>> 0, 4);
  return digest;
};

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

/** Checksum that S3 keeps for an upload that brings none. Source: "Checking object integrity", S3 user guide. */
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
