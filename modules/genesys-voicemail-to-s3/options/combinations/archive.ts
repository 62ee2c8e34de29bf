import type { CheckedOptions } from '../with-defaults';
import type { Combination } from './combination';

/** A setting of a bucket that the module makes: it has to be left out with another one's bucket. */
const ofOwnBucket = (
  option: keyof CheckedOptions,
  leftOut: Combination['holds'],
  hcl: string | undefined,
): Combination => ({
  of: [option, 'existingBucketName'],
  holds: (options, given) => options.existingBucketName === undefined || leftOut(options, given),
  hcl: hcl === undefined ? undefined : `var.existing_bucket_name == null || ${hcl}`,
  allowed: 'only without existingBucketName, whose owner decides this',
});

/** How far down a class is: an object only moves downhill. */
const DOWNHILL = [
  'STANDARD_IA',
  'INTELLIGENT_TIERING',
  'ONEZONE_IA',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
];

/** Classes into which S3 moves nothing in its first days, nor out of them in their first. */
const INFREQUENT_ACCESS = ['STANDARD_IA', 'ONEZONE_IA'];

const INFREQUENT_ACCESS_DAYS = 30;

type Transitions = CheckedOptions['transitions'];

/** Whether a condition is true of each two transitions. */
const eachTwo = (
  transitions: Transitions,
  condition: (one: Transitions[number], other: Transitions[number]) => boolean,
): boolean =>
  transitions.every((one, index) =>
    transitions.every((other, otherIndex) => index === otherIndex || condition(one, other)),
  );

const eachTwoHcl = (condition: string): string =>
  `alltrue(flatten([for index, one in var.transitions : [for other_index, other in var.transitions : index == other_index || (${condition})]]))`;

const isInfrequent = (storageClass: string): boolean => INFREQUENT_ACCESS.includes(storageClass);
const isInfrequentHcl = (storageClass: string): string =>
  `contains(${JSON.stringify(INFREQUENT_ACCESS)}, ${storageClass})`;
const rankHcl = (transition: string): string =>
  `index(${JSON.stringify(DOWNHILL)}, ${transition}.storage_class)`;

/**
 * What S3 wants of several transitions.
 *
 * Source: "Transitioning objects using Amazon S3 Lifecycle" in its user guide.
 */
const TRANSITION_COMBINATIONS: readonly Combination[] = [
  {
    of: ['transitions'],
    holds: ({ transitions }) => eachTwo(transitions, (one, other) => one.storageClass !== other.storageClass),
    hcl: eachTwoHcl('one.storage_class != other.storage_class'),
    allowed:
      'at most one transition to each storage class, because a rule of S3 moves an object into a class once',
  },
  {
    of: ['transitions'],
    holds: ({ transitions }) =>
      eachTwo(
        transitions,
        (one, other) =>
          one.storageClass === other.storageClass ||
          one.days < other.days === DOWNHILL.indexOf(one.storageClass) < DOWNHILL.indexOf(other.storageClass),
      ),
    hcl: `try(${eachTwoHcl(`one.storage_class == other.storage_class || (one.days < other.days) == (${rankHcl('one')} < ${rankHcl('other')})`)}, false)`,
    allowed: `transitions that go downhill, each after more days than the one before: ${DOWNHILL.join(', ')}; S3 moves no object back`,
  },
  {
    of: ['transitions'],
    holds: ({ transitions }) =>
      eachTwo(
        transitions,
        (one, other) => one.storageClass !== 'ONEZONE_IA' || other.storageClass !== 'GLACIER_IR',
      ),
    hcl: eachTwoHcl('one.storage_class != "ONEZONE_IA" || other.storage_class != "GLACIER_IR"'),
    allowed: 'either ONEZONE_IA or GLACIER_IR, because S3 moves no object from the one to the other',
  },
  {
    of: ['transitions'],
    holds: ({ transitions }) =>
      transitions.every(
        ({ days, storageClass }) => !isInfrequent(storageClass) || days >= INFREQUENT_ACCESS_DAYS,
      ),
    hcl: `alltrue([for one in var.transitions : !${isInfrequentHcl('one.storage_class')} || one.days >= ${INFREQUENT_ACCESS_DAYS}])`,
    allowed: `at least ${INFREQUENT_ACCESS_DAYS} days for ${INFREQUENT_ACCESS.join(' and ')}, because S3 moves nothing younger there`,
  },
  {
    of: ['transitions'],
    holds: ({ transitions }) =>
      eachTwo(
        transitions,
        (one, other) =>
          !isInfrequent(one.storageClass) ||
          other.days <= one.days ||
          other.days >= one.days + INFREQUENT_ACCESS_DAYS,
      ),
    hcl: eachTwoHcl(
      `!${isInfrequentHcl('one.storage_class')} || other.days <= one.days || other.days >= one.days + ${INFREQUENT_ACCESS_DAYS}`,
    ),
    allowed: `at least ${INFREQUENT_ACCESS_DAYS} days between ${INFREQUENT_ACCESS.join(' or ')} and the next class, because S3 keeps an object there so long`,
  },
  {
    of: ['transitions', 'retentionDays'],
    holds: ({ transitions, retentionDays }) =>
      retentionDays === undefined || transitions.every(({ days }) => days < retentionDays),
    hcl: 'var.retention_days == null ? true : alltrue([for one in var.transitions : one.days < var.retention_days])',
    allowed: 'transitions after fewer days than retentionDays, because S3 moves nothing that expires before',
  },
];

/** The names that the archive of an instance can have: with the account and the region, which nobody knows yet. */
const archiveOf = (name: string): string => `^${name}-[0-9]{12}-[a-z]{2,4}(?:-[a-z]+)+-[0-9]$`;

/** The bucket, and how long it keeps what. */
export const ARCHIVE_COMBINATIONS: readonly Combination[] = [
  {
    of: ['retentionDays', 'retainForever', 'existingBucketName'],
    holds: ({ retentionDays, retainForever, existingBucketName }) =>
      existingBucketName !== undefined || (retentionDays === undefined) === retainForever,
    hcl: 'var.existing_bucket_name != null || (var.retention_days == null) == var.retain_forever',
    allowed: 'either retentionDays or retainForever as true, not both',
  },
  ...TRANSITION_COMBINATIONS,
  ofOwnBucket(
    'retentionDays',
    (options) => options.retentionDays === undefined,
    'var.retention_days == null',
  ),
  ofOwnBucket('retainForever', (options) => !options.retainForever, '!var.retain_forever'),
  ofOwnBucket(
    'noncurrentRetentionDays',
    (_, given) => given.noncurrentRetentionDays === undefined,
    // Its variable has a default, so that it cannot tell whether it was given.
    undefined,
  ),
  ofOwnBucket(
    'objectLockDays',
    (options) => options.objectLockDays === undefined,
    'var.object_lock_days == null',
  ),
  {
    of: ['objectLockDays', 'retentionDays'],
    holds: ({ objectLockDays, retentionDays }) =>
      objectLockDays === undefined || retentionDays === undefined || objectLockDays <= retentionDays,
    hcl: 'var.object_lock_days == null || var.retention_days == null ? true : var.object_lock_days <= var.retention_days',
    allowed: 'at most retentionDays, or locked voicemail would outlive its retention',
  },
  ofOwnBucket('transitions', (options) => options.transitions.length === 0, 'length(var.transitions) == 0'),
  ofOwnBucket(
    'accessLogBucketName',
    (options) => options.accessLogBucketName === undefined,
    'var.access_log_bucket_name == null',
  ),
  {
    of: ['accessLogPrefix', 'accessLogBucketName'],
    holds: ({ accessLogPrefix, accessLogBucketName }) =>
      accessLogPrefix === undefined || accessLogBucketName !== undefined,
    hcl: 'var.access_log_prefix == null || var.access_log_bucket_name != null',
    allowed: 'only together with accessLogBucketName',
  },
  {
    of: ['accessLogBucketName', 'name'],
    holds: ({ accessLogBucketName, name }) =>
      accessLogBucketName === undefined || !new RegExp(archiveOf(name)).test(accessLogBucketName),
    hcl: `var.access_log_bucket_name == null ? true : !can(regex("${archiveOf('${var.name}')}", var.access_log_bucket_name))`,
    allowed:
      'another bucket than the archive, or each log that S3 writes would be an access of which it writes a log',
  },
];
