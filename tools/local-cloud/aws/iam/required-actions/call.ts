import type { IncomingHttpHeaders } from 'node:http';
import type { RequestContext } from '../condition';

/** The facts about a resource that decide which rights a call needs. */
export interface ResourceFacts {
  /**
   * The ARN of the customer managed key that encrypts it. Without one AWS holds the key, and asks the caller for no right
   * on it.
   */
  readonly kmsKeyArn?: string | undefined;
  /** Whether new objects of a bucket use an S3 Bucket Key. */
  readonly bucketKeyEnabled?: boolean | undefined;
  /** The function that rotates a secret, once rotation is configured. */
  readonly rotationFunctionArn?: string | undefined;
}

/** Says what a resource is; `undefined` where nothing is known of it. */
export type DescribeResource = (resourceArn: string) => ResourceFacts | undefined;

/** A call before it is authorized. */
export interface Call {
  /** The signing name of the service, or that of a service which the local AWS plays elsewhere. */
  readonly service: 's3' | 'sqs' | 'secretsmanager' | 'events' | 'lambda' | 'logs' | 'monitoring' | 'sts';
  /** The API operation, for example `PutObject`. */
  readonly operation: string;
  /** The ARN that the call names. */
  readonly resource: string;
  readonly region: string;
  /** Twelve digits: the owner of every resource here. */
  readonly accountId: string;
  /** Condition keys of the service itself. */
  readonly context: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly query: URLSearchParams;
  readonly body: Buffer;
}

/** A right that a call needs. */
export interface RequiredAction {
  /** For example `s3:PutObject`. */
  readonly action: string;
  /** The ARN of the resource, as the request names it. */
  readonly resource: string;
  /** Condition keys beside those that every request carries. */
  readonly context: RequestContext;
}

/** The rights of one service's operations. */
export type ServiceActions = Readonly<
  Record<string, (call: Call, describe: DescribeResource) => readonly RequiredAction[]>
>;
