/** What the service has seen since it was asked last. */
export interface ServiceCounts {
  /** Requests to the Genesys Cloud platform API. */
  readonly genesys: number;
  /** Of those, pages of a queue's listing. */
  readonly genesysListing: number;
  /** Downloads that were begun. */
  readonly media: number;
  readonly s3: number;
  readonly secretsManager: number;
  /** Recordings that arrived in S3 whole. */
  readonly stored: number;
  /** The longest time, in milliseconds, for which a body that was being sent to S3 stood still. */
  readonly longestPauseMs: number;
  /** Requests that were refused: a peer does not do its job. Each in a few words. */
  readonly refused: readonly string[];
}

/** Nothing seen yet. */
export const NO_COUNTS: ServiceCounts = {
  genesys: 0,
  genesysListing: 0,
  media: 0,
  s3: 0,
  secretsManager: 0,
  stored: 0,
  longestPauseMs: 0,
  refused: [],
};
