import type { S3ClientResolvedConfig } from '@aws-sdk/client-s3';
import { StandardRetryStrategy } from '@smithy/core/retry';
import { awsErrorFacts } from '../shared/aws-error';
import { AwsTroubleError } from './errors';

/** AWS's codes and the SDK's classes are words; anything with a digit may be an echo of what was sent. */
const AWS_ERROR_NAME = /^[A-Za-z.]{1,64}$/;

/** HTTP status of an AWS error; `undefined` where no answer came. */
export const awsStatus = (error: unknown): number | undefined => awsErrorFacts(error).status;

/** Whether AWS refused with this error code. */
export const isAwsError = (error: unknown, code: string): boolean =>
  error instanceof Error && error.name === code;

/**
 * The refusal of an AWS call as a reason to give the message back. Each of them, a missing permission included, is the
 * deployment's and not the message's: once it is mended, the waiting messages go through by themselves.
 */
export const awsTrouble = (what: string, error: unknown): AwsTroubleError => {
  const { code: said, status } = awsErrorFacts(error);
  const code = AWS_ERROR_NAME.test(said) ? said : 'unknown error';
  return new AwsTroubleError(
    `${what} failed: ${code}${status === undefined ? '' : ` (${status})`}; it is tried again`,
    code,
  );
};

/** A client of the SDK, as far as its retries are concerned. */
interface RetryingClient {
  readonly config: Pick<S3ClientResolvedConfig, 'retryStrategy'>;
}

const MAXIMUM_ATTEMPTS = 3;

/**
 * Has a client of the SDK try each request up to three times.
 *
 * The SDK would share a budget of retries among all requests of a client, and give it back only with successes: in a long
 * outage no container would have any left, so that hardly a voicemail got through what a few retries bridge. What keeps a
 * storm away is here the queue, which lets few containers work and messages wait longer each time.
 */
export const retryEachRequest = <Client extends RetryingClient>(client: Client): Client => {
  client.config.retryStrategy = async () => new StandardRetryStrategy({ maxAttempts: MAXIMUM_ATTEMPTS });
  return client;
};
