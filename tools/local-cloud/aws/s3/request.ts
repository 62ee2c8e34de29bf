import type { Clock } from '../../clock';
import type { AwsRequest } from '../service';
import type { Bucket } from './bucket';
import type { KeyRing } from './encryption';
import { OPERATIONS, type OperationSpecification } from './operations';
import { notImplemented } from './s3-error';

/** A request whose operation is known and whose every parameter that operation has. */
export interface S3Request {
  readonly operation: OperationSpecification;
  readonly bucketName: string;
  /** Empty for an operation on a bucket. */
  readonly key: string;
  readonly query: URLSearchParams;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** All that an operation works with. */
export interface OperationContext {
  readonly request: S3Request;
  readonly bucket: Bucket;
  readonly clock: Clock;
  readonly keys: KeyRing;
}

const COMMON_HEADERS: ReadonlySet<string> = new Set([
  'x-amz-date',
  'x-amz-security-token',
  'x-amz-content-sha256',
  'x-amz-user-agent',
  'x-amz-expected-bucket-owner',
]);
/** Headers outside `x-amz-` that change what an operation does. */
const MEANINGFUL_HEADERS: ReadonlySet<string> = new Set([
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'range',
]);
/** The name that the SDKs add for people who read logs, and the parameters of a presigned URL. */
const isCommonParameter = (name: string): boolean => name === 'x-id' || name.startsWith('X-Amz-');
const METADATA_PREFIX = 'x-amz-meta-';

/** Headers that a presigned URL carries as parameters, as the SDKs write them (`x-amz-checksum-mode`). */
const isHoistedHeader = (query: URLSearchParams, name: string): boolean =>
  query.has('X-Amz-Signature') && name.startsWith('x-amz-');

const decodePath = (rawPath: string): { bucketName: string; key: string } => {
  const [, bucketName = '', rawKey = ''] = /^\/([^/]*)\/?(.*)$/s.exec(rawPath) ?? [];
  return { bucketName: decodeURIComponent(bucketName), key: decodeURIComponent(rawKey) };
};

const findOperation = (
  method: string,
  target: OperationSpecification['target'],
  query: URLSearchParams,
): OperationSpecification => {
  const [operation] = OPERATIONS.filter(
    (candidate) =>
      candidate.method === method &&
      candidate.target === target &&
      candidate.markers.every((marker) => query.has(marker)),
  ).sort((a, b) => b.markers.length - a.markers.length);
  if (operation === undefined) {
    throw notImplemented(
      `${method} on ${target === 'bucket' ? 'a bucket' : 'an object'} with the query "${[...query.keys()].join('&')}"`,
    );
  }
  return operation;
};

const checkParameters = (
  operation: OperationSpecification,
  query: URLSearchParams,
  headers: ReadonlyMap<string, string>,
): void => {
  const parameters = new Set([...operation.markers, ...operation.query]);
  for (const name of query.keys()) {
    if (!parameters.has(name) && !isCommonParameter(name)) {
      throw notImplemented(`the parameter ${name} of ${operation.name}`);
    }
  }
  const takesMetadata = operation.headers.includes('x-amz-tagging');
  for (const name of headers.keys()) {
    const isMeaningful = name.startsWith('x-amz-') || MEANINGFUL_HEADERS.has(name);
    const isKnown =
      COMMON_HEADERS.has(name) ||
      operation.headers.includes(name) ||
      (takesMetadata && name.startsWith(METADATA_PREFIX));
    if (isMeaningful && !isKnown) {
      throw notImplemented(`the header ${name} of ${operation.name}`);
    }
  }
};

/**
 * Reads a path-style request.
 *
 * @throws S3Error `NotImplemented` for an operation, a parameter or an `x-amz-` header that the local S3 does not have.
 */
export const readRequest = ({ method, rawPath, query: sent, headers, body }: AwsRequest): S3Request => {
  const query = new URLSearchParams([...sent].filter(([name]) => !isHoistedHeader(sent, name)));
  const { bucketName, key } = decodePath(rawPath);
  const operation = findOperation(method, key === '' ? 'bucket' : 'object', query);
  const fields = new Map([
    ...Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as const],
    ),
    ...[...sent].filter(([name]) => isHoistedHeader(sent, name)),
  ]);
  checkParameters(operation, query, fields);
  return { operation, bucketName, key, query, headers: fields, body };
};

/** Headers that S3 offers to policies as condition keys. Source: "Actions, resources, and condition keys for Amazon S3". */
const CONDITION_HEADERS = [
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-content-sha256',
  'if-match',
  'if-none-match',
];
const CONDITION_PARAMETERS = ['prefix', 'max-keys'];

/** Condition keys, under IAM's names. */
export const policyContext = ({ operation, headers, query }: S3Request): Readonly<Record<string, string>> =>
  Object.fromEntries([
    ...CONDITION_HEADERS.flatMap((name) => {
      const value = headers.get(name);
      return value === undefined ? [] : [[`s3:${name}`, value]];
    }),
    ...CONDITION_PARAMETERS.flatMap((name) => {
      const value = query.get(name);
      return value === null ? [] : [[`s3:${name}`, value]];
    }),
    ...(operation.createsObject === undefined
      ? []
      : [['s3:ObjectCreationOperation', String(operation.createsObject)]]),
    ...(query.has('versionId') ? [['s3:VersionId', query.get('versionId') ?? '']] : []),
  ]);
