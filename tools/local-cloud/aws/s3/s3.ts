import type { Clock } from '../../clock';
import type { AwsError, AwsOperation, AwsRequest, AwsResponse, AwsService } from '../service';
import { Bucket, type BucketDefinition, type MultipartUpload, type Version } from './bucket';
import { getBucketEncryption, getBucketVersioning, getPublicAccessBlock } from './bucket-settings';
import type { KeyRing } from './encryption';
import { listMultipartUploads, listObjectsV2, listObjectVersions } from './list';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  createMultipartUpload,
  uploadPart,
} from './multipart';
import { deleteObject, deleteObjects, putObject, readObject } from './objects';
import { type OperationContext, policyContext, readRequest } from './request';
import { notImplemented, S3Error } from './s3-error';
import { xmlError } from './xml';

export interface S3Options {
  readonly clock: Clock;
  /** 12 digits; the account that owns every bucket. */
  readonly accountId: string;
  readonly region: string;
  /** ARNs of the customer keys that exist, asked for at each use. @default - none exist */
  readonly kmsKeyArns?: () => ReadonlySet<string>;
}

const HANDLERS: ReadonlyMap<string, (context: OperationContext) => AwsResponse> = new Map([
  ['PutObject', putObject],
  ['UploadPart', uploadPart],
  ['CreateMultipartUpload', createMultipartUpload],
  ['CompleteMultipartUpload', completeMultipartUpload],
  ['AbortMultipartUpload', abortMultipartUpload],
  ['GetObject', readObject],
  ['HeadObject', readObject],
  ['DeleteObject', deleteObject],
  ['DeleteObjects', deleteObjects],
  ['ListObjectsV2', listObjectsV2],
  ['ListObjectVersions', listObjectVersions],
  ['ListMultipartUploads', listMultipartUploads],
  ['GetBucketVersioning', getBucketVersioning],
  ['GetBucketEncryption', getBucketEncryption],
  ['GetPublicAccessBlock', getPublicAccessBlock],
]);

/**
 * The part of Amazon S3 that this project uses, in memory, path style only.
 *
 * Each call takes effect in one go: of any number of conditional writes to one key, one succeeds. Policies are not
 * evaluated here; what they would look at is in the context of `identify`. Each operation says in its file what it leaves
 * out.
 */
export class LocalS3 implements AwsService {
  readonly signingName = 's3';
  readonly #clock: Clock;
  readonly #keys: KeyRing;
  readonly #buckets = new Map<string, Bucket>();

  constructor({ clock, accountId, region, kmsKeyArns = () => new Set() }: S3Options) {
    this.#clock = clock;
    this.#keys = { accountId, region, kmsKeyArns };
  }

  /** Creates a bucket; not part of the wire. */
  createBucket(definition: BucketDefinition): void {
    this.#buckets.set(definition.name, new Bucket(definition));
  }

  /** Every version of a bucket, by key in S3's order, newest first; for assertions. @throws S3Error `NoSuchBucket` */
  objects(bucketName: string): readonly Version[] {
    const bucket = this.#bucket(bucketName);
    return bucket.keys().flatMap((key) => bucket.versions(key));
  }

  /** The uploads of a bucket that are neither completed nor aborted; for assertions. @throws S3Error `NoSuchBucket` */
  uploads(bucketName: string): readonly MultipartUpload[] {
    return [...this.#bucket(bucketName).uploads.values()];
  }

  /**
   * Lets the next `count` conditional writes to a bucket fail with 409 `ConditionalRequestConflict`, as if another write
   * were under way.
   */
  conflictNextConditionalWrites(bucketName: string, count = 1): void {
    this.#bucket(bucketName).conflictNextConditionalWrites(count);
  }

  identify(request: AwsRequest): AwsOperation {
    const parsed = readRequest(request);
    const { operation, bucketName, key } = parsed;
    return {
      name: operation.name,
      resource: `arn:aws:s3:::${bucketName}${key === '' ? '' : `/${key}`}`,
      context: policyContext(parsed),
    };
  }

  async handle(awsRequest: AwsRequest): Promise<AwsResponse> {
    const request = readRequest(awsRequest);
    const expectedOwner = request.headers.get('x-amz-expected-bucket-owner');
    const bucket = this.#bucket(request.bucketName);
    if (expectedOwner !== undefined && expectedOwner !== this.#keys.accountId) {
      throw new S3Error('AccessDenied', 403, 'Access Denied');
    }
    const handler = HANDLERS.get(request.operation.name);
    if (handler === undefined) {
      throw notImplemented(request.operation.name);
    }
    return handler({ request, bucket, clock: this.#clock, keys: this.#keys });
  }

  errorResponse(error: AwsError, requestId: string): AwsResponse {
    return {
      status: error.status,
      headers: { 'content-type': 'application/xml', ...error.headers },
      body: xmlError({
        Code: error.code,
        Message: error.message,
        ...(error instanceof S3Error ? error.details : {}),
        RequestId: requestId,
      }),
    };
  }

  #bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket === undefined) {
      throw new S3Error('NoSuchBucket', 404, 'The specified bucket does not exist', { BucketName: name });
    }
    return bucket;
  }
}

/** The local S3, to be put behind the front door. */
export const createS3 = (options: S3Options): LocalS3 => new LocalS3(options);
