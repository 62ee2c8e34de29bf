import type { S3ClientResolvedConfig } from '@aws-sdk/client-s3';
import { StandardRetryStrategy } from '@smithy/core/retry';

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
