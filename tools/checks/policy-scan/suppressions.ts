/** A check of checkov's that the stack fails on purpose. */
export interface Suppression {
  readonly checkId: string;
  /** Requirement of the check. */
  readonly asks: string;
  readonly reason: string;
  /** The option with which the check passes; undefined where there is none. */
  readonly passesWith?: string;
}

/** Every check that may fail, and why. One that does not fail any more has to go. */
export const SUPPRESSIONS: readonly Suppression[] = [
  {
    checkId: 'CKV_AWS_117',
    asks: 'functions inside a VPC',
    reason:
      'Genesys Cloud and the APIs of AWS are on the internet: a VPC would need NAT, cost more, and keep nobody out',
    passesWith: 'vpcSubnetIds',
  },
  {
    checkId: 'CKV_AWS_272',
    asks: 'code signing',
    reason:
      "needs the customer's own signing profile; the bundles are reproducible and compared by digest instead",
    passesWith: 'codeSigningConfigArn',
  },
  {
    checkId: 'CKV_AWS_144',
    asks: 'replication to another region',
    reason: 'where voicemail may be kept is for its owner to say, and a copy doubles the duty to erase',
  },
  {
    checkId: 'CKV_AWS_18',
    asks: 'an access log of the bucket',
    reason: "needs a bucket of the account's own for logs, which cannot be guessed",
    passesWith: 'accessLogBucketName',
  },
  {
    checkId: 'CKV_AWS_115',
    asks: 'reserved concurrency',
    reason:
      'an account with a small quota could not apply it; the mapping limits the mover, and rotations do not overlap',
    passesWith: 'reservedConcurrency of both functions',
  },
  {
    checkId: 'CKV_AWS_116',
    asks: 'a dead-letter target of the functions',
    reason:
      'Lambda uses it for asynchronous calls alone; the mover is fed by a queue with its own, and a failed rotation raises an alarm',
  },
];

/** Checks that a deployment may fail by an option of its own, beside those above. */
export const EXCUSED_BY_OPTION: readonly Suppression[] = [
  {
    checkId: 'CKV_AWS_338',
    asks: 'logs of a year',
    reason: '`logRetentionDays` is for its owner to say: logs hold ids',
  },
  {
    checkId: 'CKV_AWS_159',
    asks: 'results of Athena under a key',
    reason: 'with `catalog` Athena keeps them itself, under the key; the check looks for a bucket only',
  },
];
