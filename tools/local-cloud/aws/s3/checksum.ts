import { createHash } from 'node:crypto';
import { S3Error } from './s3-error';

const BYTE_VALUES = 256;

const crc32Table = Uint32Array.from({ length: BYTE_VALUES }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = (remainder >>> 1) ^ (remainder & 1 ? 0xedb88320 : 0);
  }
  return remainder;
});

/** CRC-32, as in zip files. */
const crc32 = (data: Buffer): Buffer => {
  let crc = 0xffffffff;
  // By index: this loop sees every byte of every recording, and an iterator is several times slower.
  for (let index = 0; index < data.length; index++) {
    crc = (crc >>> 8) ^ (crc32Table[(crc ^ (data[index] ?? 0)) & 0xff] ?? 0);
  }
  const digest = Buffer.alloc(4);
  digest.writeUInt32BE(~crc >>> 0);
  return digest;
};

/** Whether a multipart object's checksum covers its bytes, or the checksums of its parts. */
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE';

/** An algorithm under which S3 verifies and keeps checksums. */
export interface ChecksumAlgorithm {
  readonly name: 'CRC32' | 'SHA256';
  readonly header: string;
  /** The element's name in XML. */
  readonly element: string;
  digest(data: Buffer): Buffer;
}

/** A checksum that S3 keeps with an object or a part. `value` is base64, a composite one ends in `-<parts>`. */
export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly type: ChecksumType;
  readonly value: string;
}

const algorithm = (name: ChecksumAlgorithm['name'], digest: (data: Buffer) => Buffer): ChecksumAlgorithm => ({
  name,
  header: `x-amz-checksum-${name.toLowerCase()}`,
  element: `Checksum${name}`,
  digest,
});

export const SHA256 = algorithm('SHA256', (data) => createHash('sha256').update(data).digest());

const CRC32 = algorithm('CRC32', crc32);

/** The algorithms that the local S3 verifies: those of the functions and of the SDKs. Others are refused. */
const CHECKSUM_ALGORITHMS: readonly ChecksumAlgorithm[] = [CRC32, SHA256];

export const CHECKSUM_HEADERS: readonly string[] = CHECKSUM_ALGORITHMS.map(({ header }) => header);

/** A checksum that a request states. */
export interface StatedChecksum {
  readonly algorithm: ChecksumAlgorithm;
  readonly value: string;
}

/** The checksum among header fields. */
export const statedChecksum = (fields: ReadonlyMap<string, string>): StatedChecksum | undefined => {
  const stated = CHECKSUM_ALGORITHMS.find(({ header }) => fields.has(header));
  return stated && { algorithm: stated, value: fields.get(stated.header) ?? '' };
};

/** The checksum that S3 keeps where a writer states none: CRC-64/NVME on AWS, which nobody here reads; CRC-32 does for it. */
export const ownChecksum = (data: Buffer): StatedChecksum => ({
  algorithm: CRC32,
  value: CRC32.digest(data).toString('base64'),
});

/** @throws S3Error `BadDigest` where `data` does not have the stated checksum. */
export const verifyChecksum = ({ algorithm: used, value }: StatedChecksum, data: Buffer): void => {
  if (used.digest(data).toString('base64') !== value) {
    throw new S3Error(
      'BadDigest',
      400,
      `The ${used.name} you specified did not match the calculated checksum.`,
    );
  }
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
