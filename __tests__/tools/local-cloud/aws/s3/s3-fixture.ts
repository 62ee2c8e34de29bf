import { S3Client, type S3ClientConfig, type S3ServiceException } from '@aws-sdk/client-s3';
import { type LocalAws, startLocalAws } from '../../../../../tools/local-cloud/aws';
import {
  type BucketDefinition,
  createS3,
  type LocalS3,
  type ObjectVersion,
} from '../../../../../tools/local-cloud/aws/s3';
import { MovableClock } from '../../../../../tools/local-cloud/clock';

export const accountId = '123456789012';
export const region = 'eu-central-1';
export const keyArn = `arn:aws:kms:${region}:${accountId}:key/2f1e0d3c-0000-4000-8000-000000000001`;
export const Bucket = 'voicemail-archive';

/** A local S3 behind the real front door, and a real client. */
export interface S3Fixture {
  readonly aws: LocalAws;
  readonly clock: MovableClock;
  readonly s3: LocalS3;
  readonly client: S3Client;
  /** A further client. */
  newClient(config?: S3ClientConfig): S3Client;
  /** A client whose requests are changed before they are signed. */
  clientThat(
    change: (request: { headers: Record<string, string>; query?: Record<string, unknown> }) => void,
  ): S3Client;
  /** The objects of the bucket without delete markers. */
  stored(): readonly ObjectVersion[];
}

const running: (() => Promise<void>)[] = [];

/** Stops every local S3 that this file has started: a test that fails half way must not keep the process alive. */
export const stopAll = async (): Promise<void> => {
  await Promise.all(running.splice(0).map((stop) => stop()));
};

export const startS3 = async (bucket: Partial<BucketDefinition> = {}): Promise<S3Fixture> => {
  const clock = new MovableClock();
  const s3 = createS3({ clock, accountId, region, kmsKeyArns: () => new Set([keyArn]) });
  s3.createBucket({ name: Bucket, versioning: true, ...bucket });
  const aws = await startLocalAws({ clock, accountId, region, services: [s3] });
  const credentials = aws.issueCredentials(`arn:aws:iam::${accountId}:role/mover`);
  const clients: S3Client[] = [];
  const newClient = (config: S3ClientConfig = {}): S3Client => {
    const client = new S3Client({ endpoint: aws.origin, region, credentials, maxAttempts: 1, ...config });
    clients.push(client);
    return client;
  };
  running.push(async () => {
    for (const client of clients) {
      client.destroy();
    }
    await aws.close();
  });
  return {
    aws,
    clock,
    s3,
    client: newClient(),
    newClient,
    clientThat: (change) => {
      const client = newClient();
      client.middlewareStack.add(
        (next) => (args) => {
          const { request } = args;
          if (isRequest(request)) {
            change(request);
          }
          return next(args);
        },
        { step: 'build', priority: 'low' },
      );
      return client;
    },
    stored: () => s3.objects(Bucket).filter((version) => !version.isDeleteMarker),
  };
};

const isRequest = (
  request: unknown,
): request is { headers: Record<string, string>; query: Record<string, unknown> } =>
  typeof request === 'object' && request !== null && 'headers' in request && 'query' in request;

/** The service's error of a call that must fail. */
export const errorOf = async (
  call: Promise<unknown>,
): Promise<S3ServiceException & Readonly<Record<string, unknown>>> => {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (isServiceError(outcome)) {
    return outcome;
  }
  throw outcome ?? new Error('the call succeeded');
};

const isServiceError = (value: unknown): value is S3ServiceException & Readonly<Record<string, unknown>> =>
  value instanceof Error && '$metadata' in value;

/** What matters of an error: its code and its status. */
export const refusal = async (call: Promise<unknown>): Promise<readonly [string, number | undefined]> => {
  const { name, $metadata } = await errorOf(call);
  return [name, $metadata.httpStatusCode];
};
