import type { ReviewedChange } from './changes';

/**
 * The types whose objects hold what cannot be made again, and what each of them is.
 *
 * A bucket and a secret hold the data, a key is what makes them readable, and a partner event bus that is gone drops
 * events without a trace.
 */
export const PROTECTED_TYPES: ReadonlyMap<string, string> = new Map([
  ['aws_s3_bucket', 'bucket'],
  ['aws_secretsmanager_secret', 'secret'],
  ['aws_kms_key', 'KMS key'],
  ['aws_kms_replica_key', 'KMS key'],
  ['aws_kms_external_key', 'KMS key'],
  ['aws_kms_replica_external_key', 'KMS key'],
  ['aws_cloudwatch_event_bus', 'event bus'],
]);

/** A protected resource that a plan deletes or replaces. */
export interface Stop {
  readonly address: string;
  /** What it is, for people: `bucket`. */
  readonly what: string;
  readonly action: 'destroy' | 'replace';
  /** Whether the caller allowed it by its address. */
  readonly allowed: boolean;
}

/** Finds the protected resources that a plan deletes or replaces. */
export const findStops = (
  changes: readonly ReviewedChange[],
  allowDelete: readonly string[],
): readonly Stop[] =>
  changes.flatMap(({ address, type, action }) => {
    const what = PROTECTED_TYPES.get(type);
    return what !== undefined && (action === 'destroy' || action === 'replace')
      ? [{ address, what, action, allowed: allowDelete.includes(address) }]
      : [];
  });
