import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { AwsResponse } from '../service';
import { attributeHeaders, readAttributes } from './attributes';
import { matchesEtag, noSuchKey, type ObjectVersion, preconditionFailed, type Version } from './bucket';
import { encryptionHeaders, type ObjectEncryption, resolveEncryption } from './encryption';
import { readVerifiedPayload } from './payload';
import type { OperationContext } from './request';
import { invalidArgument, invalidRequest, notImplemented, S3Error } from './s3-error';
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
    throw versionId === null
      ? noSuchKey(key)
      : new S3Error('NoSuchVersion', 404, 'The specified version does not exist.', {
          Key: key,
          VersionId: versionId,
        });
  }
  if (version.isDeleteMarker) {
    const headers = { 'x-amz-delete-marker': 'true', ...versionHeaders(version) };
    throw versionId === null
      ? noSuchKey(key, headers)
      : new S3Error(
          'MethodNotAllowed',
          405,
          'The specified method is not allowed against this resource.',
          { ResourceType: 'DeleteMarker' },
          headers,
        );
  }
  return version;
};

const checkConditions = (headers: ReadonlyMap<string, string>, { etag }: ObjectVersion): void => {
  const ifMatch = headers.get('if-match');
  if (ifMatch !== undefined && !matchesEtag(ifMatch, etag)) {
    throw preconditionFailed('If-Match');
  }
  const ifNoneMatch = headers.get('if-none-match');
  if (ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, etag)) {
    throw new S3Error('NotModified', 304, '', {}, { etag: `"${etag}"` });
  }
};

/** A stretch of bytes, `end` included. */
interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const readRange = (header: string | undefined, size: number): ByteRange | undefined => {
  if (header === undefined) {
    return undefined;
  }
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) {
    throw notImplemented(`the range "${header}": one range of bytes is taken`);
  }
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end) {
    throw new S3Error(
      'InvalidRange',
      416,
      'The requested range is not satisfiable',
      { RangeRequested: header, ActualObjectSize: String(size) },
      { 'content-range': `bytes */${size}` },
    );
  }
  return { start, end };
};

/** The checksum is that of the whole object, so it goes with the whole object only. */
const checksumHeaders = (
  mode: string | undefined,
  range: ByteRange | undefined,
  { checksum }: ObjectVersion,
): Readonly<Record<string, string>> => {
  if (mode !== undefined && mode !== 'ENABLED') {
    throw invalidArgument('x-amz-checksum-mode', mode, 'ENABLED');
  }
  return mode === undefined || range !== undefined
    ? {}
    : { [checksum.algorithm.header]: checksum.value, 'x-amz-checksum-type': checksum.type };
};

const RESPONSE_PREFIX = 'response-';

const overrides = (query: URLSearchParams): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...query]
      .filter(([name]) => name.startsWith(RESPONSE_PREFIX))
      .map(([name, value]) => [name.slice(RESPONSE_PREFIX.length), value]),
  );

/**
 * `GetObject` and `HeadObject`. Not modelled: reading one part by its number, conditions on time, several ranges.
 *
 * @throws S3Error 304, 404, 405, 412 or 416 as S3 has it.
 */
export const readObject = (context: OperationContext): AwsResponse => {
  const { headers, query } = context.request;
  const version = findVersion(context);
  checkConditions(headers, version);
  const size = version.body.length;
  const range = readRange(headers.get('range'), size);
  const { start, end } = range ?? { start: 0, end: size - 1 };
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...attributeHeaders(version),
      ...overrides(query),
      'accept-ranges': 'bytes',
      'content-length': String(end - start + 1),
      ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
      etag: `"${version.etag}"`,
      'last-modified': new Date(version.lastModifiedMs).toUTCString(),
      ...checksumHeaders(headers.get('x-amz-checksum-mode'), range, version),
      ...encryptionHeaders(version.encryption),
      ...versionHeaders(version),
    },
    body: context.request.operation.method === 'HEAD' ? '' : version.body.subarray(start, end + 1),
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
 * @throws S3Error where the body is malformed or carries neither Content-MD5 nor a checksum.
 */
export const deleteObjects = (context: OperationContext): AwsResponse => {
  const { request } = context;
  const { data, isStated } = readVerifiedPayload(request);
  if (!isStated && !request.headers.has('content-md5')) {
    throw invalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
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
