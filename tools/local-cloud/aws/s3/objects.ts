import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { AwsResponse } from '../service';
import { attributeHeaders, readAttributes } from './attributes';
import { noSuchKey, type ObjectVersion, type Version } from './bucket';
import { encryptionHeaders, type ObjectEncryption, resolveEncryption } from './encryption';
import { readVerifiedPayload } from './payload';
import type { OperationContext } from './request';
import { S3Error } from './s3-error';
import { parseXml, xmlResponse } from './xml';

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

const findVersion = ({ request: { key, query }, bucket }: OperationContext): ObjectVersion => {
  const versionId = query.get('versionId');
  const versions = bucket.versions(key);
  const version =
    versionId === null ? versions[0] : versions.find((candidate) => candidate.versionId === versionId);
  if (version === undefined) {
    throw noSuchKey(key);
  }
  if (version.isDeleteMarker) {
    throw noSuchKey(key, { 'x-amz-delete-marker': 'true', ...versionHeaders(version) });
  }
  return version;
};

const checksumHeaders = ({ checksum }: ObjectVersion): Readonly<Record<string, string>> => ({
  [checksum.algorithm.header]: checksum.value,
  'x-amz-checksum-type': checksum.type,
});

/**
 * `GetObject` and `HeadObject`. Not modelled: conditions, ranges, reading one part by its number.
 *
 * @throws S3Error 404 as S3 has it.
 */
export const readObject = (context: OperationContext): AwsResponse => {
  const { headers } = context.request;
  const version = findVersion(context);
  return {
    status: 200,
    headers: {
      ...attributeHeaders(version),
      'content-length': String(version.body.length),
      etag: `"${version.etag}"`,
      'last-modified': new Date(version.lastModifiedMs).toUTCString(),
      ...(headers.has('x-amz-checksum-mode') ? checksumHeaders(version) : {}),
      ...encryptionHeaders(version.encryption),
      ...versionHeaders(version),
    },
    body: context.request.operation.method === 'HEAD' ? '' : version.body,
  };
};

/** Result of a deletion: the delete marker that it left or removed, and the version that it removed. */
interface Deletion {
  readonly marker: Version | undefined;
  readonly removed: Version | undefined;
}

const BYPASS = 'x-amz-bypass-governance-retention';

/**
 * Deletes as S3 does: of a key or version that does not exist, too, and with success.
 *
 * @throws S3Error for a version that Object Lock keeps, unless the caller bypasses it.
 */
const remove = (
  { bucket, clock, request }: OperationContext,
  key: string,
  versionId: string | null,
): Deletion => {
  const nowMs = clock.now();
  if (versionId === null && bucket.versioning) {
    return { marker: bucket.add({ isDeleteMarker: true, key, lastModifiedMs: nowMs }), removed: undefined };
  }
  const removed = bucket.versions(key).find((version) => version.versionId === (versionId ?? 'null'));
  if (removed !== undefined) {
    if (bucket.locks(removed, nowMs) && request.headers.get(BYPASS) !== 'true') {
      throw new S3Error('AccessDenied', 403, 'Access Denied because object protected by object lock.');
    }
    bucket.remove(key, removed.versionId);
  }
  return { marker: removed?.isDeleteMarker ? removed : undefined, removed };
};

/** `DeleteObject`. Not modelled: MFA delete, conditions. */
export const deleteObject = (context: OperationContext): AwsResponse => {
  const { key, query } = context.request;
  const { marker, removed } = remove(context, key, query.get('versionId'));
  const version = marker ?? removed;
  return {
    status: 204,
    headers: {
      ...(marker === undefined ? {} : { 'x-amz-delete-marker': 'true' }),
      ...(version === undefined ? {} : versionHeaders(version)),
    },
    body: '',
  };
};

const MAXIMUM_OBJECTS = 1000;
const DeleteDocument = v.strictObject({
  Delete: v.strictObject({
    Object: v.pipe(
      v.array(v.strictObject({ Key: v.pipe(v.string(), v.minLength(1)), VersionId: v.optional(v.string()) })),
      v.maxLength(MAXIMUM_OBJECTS),
    ),
    Quiet: v.optional(v.picklist(['true', 'false'])),
  }),
});

/**
 * `DeleteObjects`.
 *
 * @throws S3Error where the body is malformed or carries no checksum.
 */
export const deleteObjects = (context: OperationContext): AwsResponse => {
  const { request } = context;
  const { data } = readVerifiedPayload(request);
  const { Object: objects, Quiet } = parseXml(data, DeleteDocument, ['Object']).Delete;
  const refused: { readonly Key: string; readonly Code: string; readonly Message: string }[] = [];
  const deleted = objects.flatMap(({ Key, VersionId }) => {
    try {
      const { marker } = remove(context, Key, VersionId ?? null);
      return {
        Key,
        ...(VersionId === undefined ? {} : { VersionId }),
        ...(marker === undefined ? {} : { DeleteMarker: true, DeleteMarkerVersionId: marker.versionId }),
      };
    } catch (error) {
      if (!(error instanceof S3Error)) {
        throw error;
      }
      refused.push({ Key, Code: error.code, Message: error.message });
      return [];
    }
  });
  return xmlResponse('DeleteResult', {
    Deleted: Quiet === 'true' ? undefined : deleted,
    Error: refused,
  });
};
