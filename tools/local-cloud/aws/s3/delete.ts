import * as v from 'valibot';
import type { AwsResponse } from '../service';
import type { Bucket, Version } from './bucket';
import type { OperationContext } from './context';
import { readVerifiedPayload } from './payload';
import { invalidRequest } from './s3-error';
import { versionHeaders } from './write';
import { parseXml, xmlResponse } from './xml';

/** What a deletion did: the delete marker that it left or removed, and the version that it removed. */
interface Deletion {
  readonly marker: Version | undefined;
  readonly removed: Version | undefined;
}

/** Deletes as S3 does: of a key or version that does not exist, too, and with success. */
const remove = (bucket: Bucket, key: string, versionId: string | null, nowMs: number): Deletion => {
  if (versionId === null && bucket.versioning) {
    return { marker: bucket.add({ isDeleteMarker: true, key, lastModifiedMs: nowMs }), removed: undefined };
  }
  const removed = bucket.versions(key).find((version) => version.versionId === (versionId ?? 'null'));
  if (removed !== undefined) {
    bucket.remove(key, removed.versionId);
  }
  return { marker: removed?.isDeleteMarker ? removed : undefined, removed };
};

/** `DeleteObject`. Not modelled: MFA delete, object lock, conditions. */
export const deleteObject = ({ request: { key, query }, bucket, clock }: OperationContext): AwsResponse => {
  const { marker, removed } = remove(bucket, key, query.get('versionId'), clock.now());
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
export const deleteObjects = ({ request, bucket, clock }: OperationContext): AwsResponse => {
  const { data, isStated } = readVerifiedPayload(request);
  if (!isStated && !request.headers.has('content-md5')) {
    throw invalidRequest('Missing required header for this request: Content-MD5 OR x-amz-checksum-*');
  }
  const { Object: objects, Quiet } = parseXml(data, DeleteDocument, ['Object']).Delete;
  const deleted = objects.map(({ Key, VersionId }) => {
    const { marker } = remove(bucket, Key, VersionId ?? null, clock.now());
    return {
      Key,
      ...(VersionId === undefined ? {} : { VersionId }),
      ...(marker === undefined ? {} : { DeleteMarker: true, DeleteMarkerVersionId: marker.versionId }),
    };
  });
  return xmlResponse('DeleteResult', { Deleted: Quiet === 'true' ? undefined : deleted });
};
