import { createHash, randomBytes } from 'node:crypto';
import type { AwsResponse } from '../service';
import { readAttributes } from './attributes';
import type { Version } from './bucket';
import type { OperationContext } from './context';
import { encryptionHeaders, type ObjectEncryption, resolveEncryption } from './encryption';
import { readVerifiedPayload } from './payload';

/** An ETag is the MD5 of the bytes only where S3 holds the key; under KMS it is some 32 hex digits. */
export const etagOf = (data: Buffer, { sseAlgorithm }: ObjectEncryption): string =>
  sseAlgorithm === 'AES256' ? createHash('md5').update(data).digest('hex') : randomBytes(16).toString('hex');

/** The header that names a version, in a bucket that has them. */
export const versionHeaders = ({ versionId }: Version): Readonly<Record<string, string>> =>
  versionId === 'null' ? {} : { 'x-amz-version-id': versionId };

/**
 * `PutObject`. Not modelled: ACLs, storage classes, object lock, redirects, appending.
 *
 * @throws S3Error for every check that fails; nothing is stored then.
 */
export const putObject = ({ request, bucket, clock, keys }: OperationContext): AwsResponse => {
  const { headers, key } = request;
  const attributes = readAttributes(headers);
  const encryption = resolveEncryption(headers, bucket.encryption, keys);
  const { data, checksum } = readVerifiedPayload(request);
  bucket.checkWrite(key, headers);
  const etag = etagOf(data, encryption);
  const version = bucket.add({
    ...attributes,
    isDeleteMarker: false,
    key,
    lastModifiedMs: clock.now(),
    body: data,
    etag,
    encryption,
    checksum: { ...checksum, type: 'FULL_OBJECT' },
  });
  return {
    status: 200,
    headers: {
      etag: `"${etag}"`,
      [checksum.algorithm.header]: checksum.value,
      'x-amz-checksum-type': 'FULL_OBJECT',
      ...encryptionHeaders(encryption),
      ...versionHeaders(version),
    },
    body: '',
  };
};
