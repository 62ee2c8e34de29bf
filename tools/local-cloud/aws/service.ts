import type { IncomingHttpHeaders } from 'node:http';

/** A request whose signature the front door has verified. */
export interface AwsRequest {
  readonly method: string;
  /** The path as it was sent, still percent-encoded. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body as it was sent. */
  readonly body: Buffer;
  /** The region of the credential scope. */
  readonly region: string;
  /** The ARN of the role whose access key signed the request. */
  readonly principal: string;
}

/** A request in AWS's words. */
export interface AwsOperation {
  /** The API operation, for example `PutObject`. */
  readonly name: string;
  /** The ARN of the resource that it names; `*` where it names none. */
  readonly resource: string;
  /**
   * What a policy condition may look at besides, under IAM's condition key names (`secretsmanager:VersionStage`,
   * `s3:x-amz-server-side-encryption-aws-kms-key-id`). Never a secret value.
   */
  readonly context?: Readonly<Record<string, string>>;
}

export interface AwsResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** An error that AWS documents for an operation. */
export class AwsError extends Error {
  override readonly name = 'AwsError';
  /** The error code on the wire, for example `ResourceNotFoundException`. */
  readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: string, message: string, status = 400, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.headers = headers;
  }
}

/** One AWS service behind the front door. */
export interface AwsService {
  /** The service's name in a SigV4 credential scope. */
  readonly signingName: 's3' | 'sqs' | 'secretsmanager' | 'events' | 'lambda' | 'logs' | 'monitoring' | 'sts';

  /**
   * Says what a request asks for.
   *
   * @throws AwsError for an operation that this service does not have: unknown is refused, never ignored.
   */
  identify(request: AwsRequest): AwsOperation;

  /** Carries the operation out. @throws AwsError for every documented failure, unknown parameters included. */
  handle(request: AwsRequest, operation: AwsOperation): Promise<AwsResponse>;

  /** The service's own wire form of an error. */
  errorResponse(error: AwsError, requestId: string): AwsResponse;
}
