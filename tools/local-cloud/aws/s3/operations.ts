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

const operation = (
  name: string,
  method: OperationSpecification['method'],
  target: OperationSpecification['target'],
  rest: Partial<OperationSpecification> = {},
): OperationSpecification => ({ name, method, target, markers: [], query: [], headers: [], ...rest });

const read = { query: ['versionId'], headers: ['x-amz-checksum-mode'] };

export const OPERATIONS: readonly OperationSpecification[] = [
  operation('PutObject', 'PUT', 'object', {
    headers: [...encryptionHeaders, ...payloadHeaders, ...conditions, 'x-amz-tagging'],
    createsObject: true,
  }),
  operation('UploadPart', 'PUT', 'object', {
    markers: ['partNumber', 'uploadId'],
    headers: payloadHeaders,
    createsObject: false,
  }),
  operation('CreateMultipartUpload', 'POST', 'object', {
    markers: ['uploads'],
    headers: [...encryptionHeaders, 'x-amz-tagging', 'x-amz-checksum-algorithm', 'x-amz-checksum-type'],
    createsObject: false,
  }),
  operation('CompleteMultipartUpload', 'POST', 'object', {
    markers: ['uploadId'],
    headers: [...CHECKSUM_HEADERS, ...conditions, 'x-amz-checksum-type', 'x-amz-mp-object-size'],
    createsObject: true,
  }),
  operation('AbortMultipartUpload', 'DELETE', 'object', { markers: ['uploadId'] }),
  operation('GetObject', 'GET', 'object', read),
  operation('HeadObject', 'HEAD', 'object', read),
  operation('DeleteObject', 'DELETE', 'object', {
    query: ['versionId'],
    headers: ['x-amz-bypass-governance-retention'],
  }),
  operation('DeleteObjects', 'POST', 'bucket', {
    markers: ['delete'],
    headers: [...payloadHeaders, 'x-amz-bypass-governance-retention'],
  }),
  operation('ListObjectsV2', 'GET', 'bucket', {
    markers: ['list-type'],
    query: ['prefix', 'max-keys', 'continuation-token'],
  }),
  operation('ListObjectVersions', 'GET', 'bucket', {
    markers: ['versions'],
    query: ['prefix', 'max-keys', 'key-marker', 'version-id-marker'],
  }),
  operation('GetBucketVersioning', 'GET', 'bucket', { markers: ['versioning'] }),
  operation('GetBucketEncryption', 'GET', 'bucket', { markers: ['encryption'] }),
  operation('GetPublicAccessBlock', 'GET', 'bucket', { markers: ['publicAccessBlock'] }),
  operation('ListMultipartUploads', 'GET', 'bucket', { markers: ['uploads'] }),
];
