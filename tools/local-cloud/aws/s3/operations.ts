import { CHECKSUM_HEADERS } from './checksum';

/** Operations of the local S3 with their parameters. Whatever is not listed here is refused. */
export interface OperationSpecification {
  readonly name: string;
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE';
  readonly target: 'bucket' | 'object';
  /** Query parameters that tell this operation from others of the same method. */
  readonly markers: readonly string[];
  readonly query: readonly string[];
  /** `x-amz-` headers and conditions, in lower case. */
  readonly headers: readonly string[];
  /** Whether a write creates an object: the condition key `s3:ObjectCreationOperation`. */
  readonly createsObject?: boolean;
}

const encryptionHeaders = [
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
];
const payloadHeaders = [...CHECKSUM_HEADERS, 'x-amz-sdk-checksum-algorithm'];
const conditions = ['if-match', 'if-none-match'];
const responseOverrides = [
  'response-cache-control',
  'response-content-disposition',
  'response-content-encoding',
  'response-content-language',
  'response-content-type',
  'response-expires',
];

export const OPERATIONS: readonly OperationSpecification[] = [
  {
    name: 'PutObject',
    method: 'PUT',
    target: 'object',
    markers: [],
    query: [],
    headers: [...encryptionHeaders, ...payloadHeaders, ...conditions, 'x-amz-tagging'],
    createsObject: true,
  },
  {
    name: 'UploadPart',
    method: 'PUT',
    target: 'object',
    markers: ['partNumber', 'uploadId'],
    query: [],
    headers: payloadHeaders,
    createsObject: false,
  },
  {
    name: 'CreateMultipartUpload',
    method: 'POST',
    target: 'object',
    markers: ['uploads'],
    query: [],
    headers: [...encryptionHeaders, 'x-amz-tagging', 'x-amz-checksum-algorithm', 'x-amz-checksum-type'],
    createsObject: false,
  },
  {
    name: 'CompleteMultipartUpload',
    method: 'POST',
    target: 'object',
    markers: ['uploadId'],
    query: [],
    headers: [...CHECKSUM_HEADERS, ...conditions, 'x-amz-checksum-type', 'x-amz-mp-object-size'],
    createsObject: true,
  },
  {
    name: 'AbortMultipartUpload',
    method: 'DELETE',
    target: 'object',
    markers: ['uploadId'],
    query: [],
    headers: [],
  },
  {
    name: 'GetObject',
    method: 'GET',
    target: 'object',
    markers: [],
    query: ['versionId', ...responseOverrides],
    headers: [...conditions, 'range', 'x-amz-checksum-mode'],
  },
  {
    name: 'HeadObject',
    method: 'HEAD',
    target: 'object',
    markers: [],
    query: ['versionId', ...responseOverrides],
    headers: [...conditions, 'range', 'x-amz-checksum-mode'],
  },
  {
    name: 'DeleteObject',
    method: 'DELETE',
    target: 'object',
    markers: [],
    query: ['versionId'],
    headers: ['x-amz-bypass-governance-retention'],
  },
  {
    name: 'DeleteObjects',
    method: 'POST',
    target: 'bucket',
    markers: ['delete'],
    query: [],
    headers: [...payloadHeaders, 'x-amz-bypass-governance-retention'],
  },
  {
    name: 'ListObjectsV2',
    method: 'GET',
    target: 'bucket',
    markers: ['list-type'],
    query: [
      'prefix',
      'delimiter',
      'max-keys',
      'encoding-type',
      'continuation-token',
      'start-after',
      'fetch-owner',
    ],
    headers: [],
  },
  {
    name: 'ListObjectVersions',
    method: 'GET',
    target: 'bucket',
    markers: ['versions'],
    query: ['prefix', 'delimiter', 'max-keys', 'encoding-type', 'key-marker', 'version-id-marker'],
    headers: [],
  },
  {
    name: 'GetBucketVersioning',
    method: 'GET',
    target: 'bucket',
    markers: ['versioning'],
    query: [],
    headers: [],
  },
  {
    name: 'GetBucketEncryption',
    method: 'GET',
    target: 'bucket',
    markers: ['encryption'],
    query: [],
    headers: [],
  },
  {
    name: 'GetPublicAccessBlock',
    method: 'GET',
    target: 'bucket',
    markers: ['publicAccessBlock'],
    query: [],
    headers: [],
  },
  {
    name: 'ListMultipartUploads',
    method: 'GET',
    target: 'bucket',
    markers: ['uploads'],
    query: [],
    headers: [],
  },
];
