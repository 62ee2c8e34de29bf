import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { AwsResponse } from '../service';
import { readAttributes } from './attributes';
import type { MultipartUpload, Part } from './bucket';
import { compositeChecksum, SHA256, type StoredChecksum, statedChecksum } from './checksum';
import { encryptionHeaders, resolveEncryption } from './encryption';
import { etagOf, versionHeaders } from './objects';
import { readVerifiedPayload } from './payload';
import type { OperationContext } from './request';
import { invalidRequest, notImplemented, S3Error } from './s3-error';
import { parseXml, xmlResponse } from './xml';

/** Source: "Amazon S3 multipart upload limits", S3 user guide. */
const SMALLEST_PART_BYTES = 5 * 1024 * 1024;

/** `CreateMultipartUpload`, under a composite SHA-256: the one that the mover asks for. */
export const createMultipartUpload = ({ request, bucket, clock, keys }: OperationContext): AwsResponse => {
  const { headers, key } = request;
  const algorithm = headers.get('x-amz-checksum-algorithm');
  const type = headers.get('x-amz-checksum-type') ?? 'COMPOSITE';
  if (algorithm !== SHA256.name || type !== 'COMPOSITE') {
    throw notImplemented(`an upload whose checksum is ${algorithm ?? "S3's own choice"}, ${type}`);
  }
  const upload: MultipartUpload = {
    uploadId: randomBytes(48).toString('base64url'),
    key,
    initiatedMs: clock.now(),
    attributes: readAttributes(headers),
    encryption: resolveEncryption(headers, bucket.encryption, keys),
    parts: new Map(),
  };
  bucket.uploads.set(upload.uploadId, upload);
  return xmlResponse(
    'InitiateMultipartUploadResult',
    { Bucket: bucket.name, Key: key, UploadId: upload.uploadId },
    {
      ...encryptionHeaders(upload.encryption),
      'x-amz-checksum-algorithm': SHA256.name,
      'x-amz-checksum-type': 'COMPOSITE',
    },
  );
};

const findUpload = ({ request: { key, query }, bucket }: OperationContext): MultipartUpload => {
  const uploadId = query.get('uploadId') ?? '';
  const upload = bucket.uploads.get(uploadId);
  if (upload?.key !== key) {
    throw new S3Error(
      'NoSuchUpload',
      404,
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
      { UploadId: uploadId },
    );
  }
  return upload;
};

/**
 * `UploadPart`. A part brings its SHA-256.
 *
 * The error for another or no algorithm is taken from user reports, not from AWS's own pages.
 */
export const uploadPart = (context: OperationContext): AwsResponse => {
  const { request, clock } = context;
  const upload = findUpload(context);
  const { data, checksum } = readVerifiedPayload(request);
  if (checksum.algorithm !== SHA256) {
    throw invalidRequest('Checksum Type mismatch occurred, expected checksum Type: sha256');
  }
  const part: Part = {
    body: data,
    etag: etagOf(data, upload.encryption),
    lastModifiedMs: clock.now(),
    checksum: checksum.value,
  };
  upload.parts.set(Number(request.query.get('partNumber')), part);
  return {
    status: 200,
    headers: {
      etag: `"${part.etag}"`,
      [SHA256.header]: part.checksum,
      ...encryptionHeaders(upload.encryption),
    },
    body: '',
  };
};

const CompleteDocument = v.strictObject({
  CompleteMultipartUpload: v.strictObject({
    Part: v.pipe(
      v.array(
        v.strictObject({
          PartNumber: v.pipe(v.string(), v.regex(/^[1-9]\d*$/), v.transform(Number)),
          ETag: v.string(),
          ChecksumSHA256: v.optional(v.string()),
        }),
      ),
      v.minLength(1),
    ),
  }),
});
type ListedPart = v.InferOutput<typeof CompleteDocument>['CompleteMultipartUpload']['Part'][number];

/** A part of the list that completes an upload, found in the upload. */
const findPart = (upload: MultipartUpload, listed: ListedPart): Part => {
  const part = upload.parts.get(listed.PartNumber);
  const isSame =
    part !== undefined &&
    listed.ETag.replace(/^"(.*)"$/, '$1') === part.etag &&
    listed.ChecksumSHA256 === part.checksum;
  if (!isSame) {
    throw new S3Error(
      'InvalidPart',
      400,
      "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
      { UploadId: upload.uploadId, PartNumber: String(listed.PartNumber) },
    );
  }
  return part;
};

const findParts = (upload: MultipartUpload, listed: readonly ListedPart[]): readonly Part[] => {
  if (listed.some(({ PartNumber }, index) => PartNumber <= (listed[index - 1]?.PartNumber ?? 0))) {
    throw new S3Error(
      'InvalidPartOrder',
      400,
      'The list of parts was not in ascending order. Parts must be ordered by part number.',
    );
  }
  const parts = listed.map((part) => findPart(upload, part));
  const tooSmall = parts.slice(0, -1).find(({ body }) => body.length < SMALLEST_PART_BYTES);
  if (tooSmall !== undefined) {
    throw new S3Error('EntityTooSmall', 400, `A part has ${tooSmall.body.length} bytes, 5 MiB is the least`);
  }
  return parts;
};

/** @throws S3Error where the completing request states another checksum than the object has. */
const checkWhole = (headers: ReadonlyMap<string, string>, checksum: StoredChecksum): void => {
  const stated = statedChecksum(headers);
  if (stated !== undefined && (stated.algorithm !== checksum.algorithm || stated.value !== checksum.value)) {
    throw new S3Error(
      'BadDigest',
      400,
      `The ${stated.algorithm.name} you specified did not match the calculated checksum.`,
    );
  }
};

/**
 * `CompleteMultipartUpload`. A failed condition leaves the upload as it is. A second completion finds no upload: S3 may
 * repeat its answer for a while, but promises nothing.
 *
 * Which error a wrong part checksum in the list gives is documented nowhere: `InvalidPart` here.
 */
export const completeMultipartUpload = (context: OperationContext): AwsResponse => {
  const { request, bucket, clock } = context;
  const upload = findUpload(context);
  const document = parseXml(request.body, CompleteDocument, ['Part']);
  const parts = findParts(upload, document.CompleteMultipartUpload.Part);
  const body = Buffer.concat(parts.map((part) => part.body));
  const checksum = compositeChecksum(SHA256, parts);
  checkWhole(request.headers, checksum);
  bucket.checkWrite(upload.key, request.headers);
  const etag = `${randomBytes(16).toString('hex')}-${parts.length}`;
  const version = bucket.add({
    ...upload.attributes,
    isDeleteMarker: false,
    key: upload.key,
    lastModifiedMs: clock.now(),
    body,
    etag,
    encryption: upload.encryption,
    checksum,
  });
  bucket.uploads.delete(upload.uploadId);
  return xmlResponse(
    'CompleteMultipartUploadResult',
    {
      Location: `/${bucket.name}/${encodeURIComponent(upload.key)}`,
      Bucket: bucket.name,
      Key: upload.key,
      ETag: `"${etag}"`,
      [checksum.algorithm.element]: checksum.value,
      ChecksumType: checksum.type,
    },
    { ...encryptionHeaders(upload.encryption), ...versionHeaders(version) },
  );
};

/** `AbortMultipartUpload` */
export const abortMultipartUpload = (context: OperationContext): AwsResponse => {
  context.bucket.uploads.delete(findUpload(context).uploadId);
  return { status: 204, headers: {}, body: '' };
};
