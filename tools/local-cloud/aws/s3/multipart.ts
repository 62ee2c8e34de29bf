import { createHash, randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { AwsResponse } from '../service';
import { readAttributes } from './attributes';
import type { MultipartUpload, Part } from './bucket';
import {
  algorithmNamed,
  CHECKSUM_ALGORITHMS,
  type ChecksumAlgorithm,
  type ChecksumType,
  DEFAULT_ALGORITHM,
  multipartChecksum,
  type StoredChecksum,
  statedChecksum,
} from './checksum';
import type { OperationContext } from './context';
import { encryptionHeaders, refuseCustomerKeys, resolveEncryption } from './encryption';
import { readPayload, readVerifiedPayload } from './payload';
import { invalidArgument, invalidRequest, S3Error } from './s3-error';
import { etagOf, versionHeaders } from './write';
import { parseXml, xmlResponse } from './xml';

/** Source: "Amazon S3 multipart upload limits", S3 user guide. */
const SMALLEST_PART_BYTES = 5 * 1024 * 1024;
const LARGEST_PART_NUMBER = 10_000;

const readChecksumType = (
  value: string | undefined,
  { name, multipartTypes: [defaultType = 'FULL_OBJECT', ...otherTypes] }: ChecksumAlgorithm,
): ChecksumType => {
  const type = [defaultType, ...otherTypes].find((candidate) => candidate === (value ?? defaultType));
  if (type === undefined) {
    throw invalidRequest(`The ${value} checksum type cannot be used with the ${name} checksum algorithm.`);
  }
  return type;
};

/** `CreateMultipartUpload` */
export const createMultipartUpload = ({ request, bucket, clock, keys }: OperationContext): AwsResponse => {
  const { headers, key } = request;
  refuseCustomerKeys(headers, bucket.blocksCustomerKeys);
  readPayload(request);
  const stated = headers.get('x-amz-checksum-algorithm');
  const type = headers.get('x-amz-checksum-type');
  if (stated === undefined && type !== undefined) {
    throw invalidRequest(
      'The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.',
    );
  }
  const algorithm = stated === undefined ? DEFAULT_ALGORITHM : algorithmNamed(stated);
  const upload: MultipartUpload = {
    uploadId: randomBytes(48).toString('base64url'),
    key,
    initiatedMs: clock.now(),
    attributes: readAttributes(headers),
    encryption: resolveEncryption(headers, bucket.encryption, keys),
    algorithm,
    checksumType: readChecksumType(type, algorithm),
    isAlgorithmStated: stated !== undefined,
    parts: new Map(),
  };
  bucket.uploads.set(upload.uploadId, upload);
  return xmlResponse(
    'InitiateMultipartUploadResult',
    { Bucket: bucket.name, Key: key, UploadId: upload.uploadId },
    {
      ...encryptionHeaders(upload.encryption),
      ...(stated === undefined
        ? {}
        : { 'x-amz-checksum-algorithm': algorithm.name, 'x-amz-checksum-type': upload.checksumType }),
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
 * `UploadPart`. A part brings a checksum of the upload's algorithm, unless that one covers the whole object.
 *
 * The error for another or no algorithm is taken from user reports, not from AWS's own pages.
 */
export const uploadPart = (context: OperationContext): AwsResponse => {
  const { request, clock, bucket } = context;
  refuseCustomerKeys(request.headers, bucket.blocksCustomerKeys);
  const upload = findUpload(context);
  const number = request.query.get('partNumber') ?? '';
  if (!/^[1-9]\d*$/.test(number) || Number(number) > LARGEST_PART_NUMBER) {
    throw invalidArgument('partNumber', number, `an integer between 1 and ${LARGEST_PART_NUMBER}, inclusive`);
  }
  const { data, checksum, isStated } = readVerifiedPayload(request);
  const expected = upload.isAlgorithmStated ? upload.algorithm.name : 'null';
  const isNeeded = upload.isAlgorithmStated && upload.checksumType === 'COMPOSITE';
  const actual = isStated ? checksum.algorithm.name : 'null';
  if (actual !== expected && (isStated || isNeeded)) {
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${expected.toLowerCase()}, actual checksum Type: ${actual.toLowerCase()}`,
    );
  }
  const part: Part = {
    body: data,
    etag: etagOf(data, upload.encryption),
    lastModifiedMs: clock.now(),
    checksum: isStated ? checksum.value : upload.algorithm.digest(data).toString('base64'),
  };
  upload.parts.set(Number(number), part);
  return {
    status: 200,
    headers: {
      etag: `"${part.etag}"`,
      ...(upload.isAlgorithmStated ? { [upload.algorithm.header]: part.checksum } : {}),
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
          ...v.entriesFromList(
            CHECKSUM_ALGORITHMS.map(({ element }) => element),
            v.optional(v.string()),
          ),
        }),
      ),
      v.minLength(1),
    ),
  }),
});
type ListedPart = v.InferOutput<typeof CompleteDocument>['CompleteMultipartUpload']['Part'][number];

/** A part of the list that completes an upload, found in the upload. */
const findPart = (upload: MultipartUpload, listed: ListedPart): Part => {
  const { algorithm, checksumType, isAlgorithmStated, parts } = upload;
  const part = parts.get(listed.PartNumber);
  const stated = new Map<string, unknown>(Object.entries(listed)).get(algorithm.element);
  const isMissing = stated === undefined;
  if (isMissing && isAlgorithmStated && checksumType === 'COMPOSITE') {
    throw invalidRequest(
      `The upload was created using a ${algorithm.name.toLowerCase()} checksum. The complete request must include the checksum for each part. It was missing for part ${listed.PartNumber} in the request.`,
    );
  }
  const hasOthers = CHECKSUM_ALGORITHMS.some(
    ({ element }) => element !== algorithm.element && element in listed,
  );
  const isSame =
    part !== undefined &&
    !hasOthers &&
    listed.ETag.replace(/^"(.*)"$/, '$1') === part.etag &&
    (isMissing || stated === part.checksum);
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
    throw new S3Error(
      'EntityTooSmall',
      400,
      'Your proposed upload is smaller than the minimum allowed size',
      {
        ProposedSize: String(tooSmall.body.length),
        MinSizeAllowed: String(SMALLEST_PART_BYTES),
      },
    );
  }
  return parts;
};

/** Verifies what the completing request says of the whole object. */
const checkWhole = (headers: ReadonlyMap<string, string>, checksum: StoredChecksum, size: number): void => {
  const type = headers.get('x-amz-checksum-type');
  if (type !== undefined && type !== checksum.type) {
    throw invalidRequest(`The upload was created with the checksum type ${checksum.type}, not ${type}.`);
  }
  const statedSize = headers.get('x-amz-mp-object-size');
  if (statedSize !== undefined && statedSize !== String(size)) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${statedSize} does not match what was computed: ${size}`,
    );
  }
  const stated = statedChecksum(headers);
  if (stated !== undefined && (stated.algorithm !== checksum.algorithm || stated.value !== checksum.value)) {
    throw new S3Error(
      'BadDigest',
      400,
      `The ${stated.algorithm.name} you specified did not match the calculated checksum.`,
    );
  }
};

const multipartEtag = (upload: MultipartUpload, parts: readonly Part[]): string => {
  const digest =
    upload.encryption.sseAlgorithm === 'AES256'
      ? createHash('md5')
          .update(Buffer.concat(parts.map(({ etag }) => Buffer.from(etag, 'hex'))))
          .digest('hex')
      : randomBytes(16).toString('hex');
  return `${digest}-${parts.length}`;
};

/**
 * `CompleteMultipartUpload`. A failed condition leaves the upload as it is. A second completion finds no upload: S3 may
 * repeat its answer for a while, but promises nothing.
 *
 * Which error a wrong part checksum in the list gives is documented nowhere: `InvalidPart` here.
 */
export const completeMultipartUpload = (context: OperationContext): AwsResponse => {
  const { request, bucket, clock } = context;
  refuseCustomerKeys(request.headers, bucket.blocksCustomerKeys);
  const { data } = readPayload(request);
  const upload = findUpload(context);
  const document = parseXml(data, CompleteDocument, ['Part']);
  const parts = findParts(upload, document.CompleteMultipartUpload.Part);
  const body = Buffer.concat(parts.map((part) => part.body));
  const checksum = multipartChecksum(upload.algorithm, upload.checksumType, parts);
  checkWhole(request.headers, checksum, body.length);
  bucket.checkWrite(upload.key, request.headers);
  const etag = multipartEtag(upload, parts);
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
