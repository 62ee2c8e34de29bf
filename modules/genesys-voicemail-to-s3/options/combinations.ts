import { IDS_PER_RULE_WITH_DIVISIONS } from '../events/event-pattern';
import type { GenesysVoicemailToS3Props } from './props';
import type { ResolvedOptions } from './with-defaults';

/** A rule about options that depend on each other. */
export interface Combination {
  /** The options that it looks at; the first is the one that is refused. */
  readonly of: readonly [keyof ResolvedOptions, ...(keyof ResolvedOptions)[]];
  /** The field of the first that is refused. */
  readonly field?: string;
  /** Whether the options may be so. Only asked where Terraform fills none of them in later. */
  readonly holds: (options: ResolvedOptions, given: GenesysVoicemailToS3Props) => boolean;
  /** The same as a condition of the HCL module; undefined where a variable cannot tell whether it was given. */
  readonly hcl: string | undefined;
  /** What is shown as refused. @default - the first option's value */
  readonly received?: (options: ResolvedOptions) => unknown;
  /** What is allowed, as a phrase, with the names of the options as the construct has them. */
  readonly allowed: string;
}

/** Ids that the environment of MoveVoicemailToS3 has room for, beside what else is in it. */
const MOST_LISTED = 75;

/** Characters that the lists may take of the 4 KB of a function's environment; names and ARNs need the rest. */
const LISTED_CHARACTERS = 2_900;

/** Seconds that RefreshAuthToken needs: a request's timeout, the write budget and its deadline margin, and a start. */
const LEAST_REFRESH_TIMEOUT_SECONDS = 60;

const listed = ({ queueIds, groupIds }: ResolvedOptions): number => queueIds.length + groupIds.length;

const LISTED = 'length(var.queue_ids) + length(var.group_ids)';

const tagTexts = ({ objectTags }: ResolvedOptions): readonly string[] =>
  Object.entries(objectTags).map(([name, value]) => `${name}=${value}`);

/** Characters of one more secret's ARN and its comma, with the longest name. */
const SECRET_CHARACTERS = 110;

const listedCharacters = (options: ResolvedOptions): number =>
  (options.tokens - 1) * SECRET_CHARACTERS +
  [options.queueIds, options.groupIds, options.mediaHosts, tagTexts(options)]
    .map((list) => list.join(',').length)
    .reduce((sum, length) => sum + length, 0);

const LISTED_CHARACTERS_USED = [
  'join(",", var.queue_ids)',
  'join(",", var.group_ids)',
  'join(",", var.media_hosts)',
  'join(",", [for name, value in var.object_tags : "${name}=${value}"])',
]
  .map((list) => `length(${list})`)
  .concat(`(var.tokens - 1) * ${SECRET_CHARACTERS}`)
  .join(' + ');

/** A setting of a bucket that the module makes: it has to be left out with another one's bucket. */
const ofOwnBucket = (
  option: keyof ResolvedOptions,
  leftOut: Combination['holds'],
  hcl: string | undefined,
): Combination => ({
  of: [option, 'existingBucketName'],
  holds: (options, given) => options.existingBucketName === undefined || leftOut(options, given),
  hcl: hcl === undefined ? undefined : `var.existing_bucket_name == null || ${hcl}`,
  allowed: 'only without existingBucketName, whose owner decides this',
});

/**
 * What the options may be together.
 *
 * Terraform refuses variables that look at each other, so a pair always belongs to the same one of the two.
 */
export const COMBINATIONS: readonly Combination[] = [
  {
    of: ['eventSourceName', 'existingEventBusName'],
    holds: ({ eventSourceName, existingEventBusName }) =>
      (eventSourceName === undefined) !== (existingEventBusName === undefined),
    hcl: '(var.event_source_name == null) != (var.existing_event_bus_name == null)',
    allowed:
      'either eventSourceName (a bus is created) or existingEventBusName, not both, each in the form aws.partner/genesys.com/cloud/<organization id>/<suffix>',
  },
  {
    of: ['excludedQueueIds', 'queueIds'],
    holds: ({ excludedQueueIds, queueIds }) => excludedQueueIds.length === 0 || queueIds.length === 0,
    hcl: 'length(var.excluded_queue_ids) == 0 || length(var.queue_ids) == 0',
    allowed: 'either queueIds or excludedQueueIds, not both',
  },
  {
    of: ['excludedQueueIds', 'divisionIds'],
    holds: ({ excludedQueueIds, divisionIds }) =>
      excludedQueueIds.length <= IDS_PER_RULE_WITH_DIVISIONS || divisionIds.length === 0,
    hcl: `length(var.excluded_queue_ids) <= ${IDS_PER_RULE_WITH_DIVISIONS} || length(var.division_ids) == 0`,
    received: ({ excludedQueueIds }) => `${excludedQueueIds.length} ids`,
    allowed: `at most ${IDS_PER_RULE_WITH_DIVISIONS} together with divisionIds, because they have to stand in one rule of 2,048 characters`,
  },
  {
    of: ['groupIds', 'queueIds'],
    holds: (options) => listed(options) <= MOST_LISTED,
    hcl: `${LISTED} <= ${MOST_LISTED}`,
    received: (options) => `${listed(options)} ids together with queueIds`,
    allowed: `at most ${MOST_LISTED} together with queueIds, because Lambda's environment holds 4 KB; use a second instance for the rest`,
  },
  {
    of: ['reconcileEnabled', 'queueIds', 'groupIds'],
    holds: (options) => options.reconcileEnabled !== true || listed(options) > 0,
    hcl: `var.reconcile_enabled == null ? true : !var.reconcile_enabled || ${LISTED} > 0`,
    allowed: 'true only with queueIds or groupIds, which are the lists to compare',
  },
  {
    of: ['reconcileEnabled', 'groupIds'],
    holds: ({ reconcileEnabled, groupIds }) => reconcileEnabled !== false || groupIds.length === 0,
    hcl: 'var.reconcile_enabled == null ? true : var.reconcile_enabled || length(var.group_ids) == 0',
    allowed: 'left on with groupIds, because Genesys sends no event for the voicemail of groups',
  },
  {
    of: ['reconcileLookBackDays', 'retentionDays', 'reconcileEnabled', 'queueIds', 'groupIds'],
    holds: (options) =>
      options.retentionDays === undefined ||
      options.reconcileEnabled === false ||
      listed(options) === 0 ||
      options.reconcileLookBackDays < options.retentionDays,
    hcl: `var.retention_days == null || var.reconcile_enabled == false || ${LISTED} == 0 ? true : var.reconcile_look_back_days < var.retention_days`,
    allowed: 'less than retentionDays, or the reconcile brings back what has expired',
  },
  {
    of: ['retentionDays', 'retainForever', 'existingBucketName'],
    holds: ({ retentionDays, retainForever, existingBucketName }) =>
      existingBucketName !== undefined || (retentionDays === undefined) === retainForever,
    hcl: 'var.existing_bucket_name != null || (var.retention_days == null) == var.retain_forever',
    allowed: 'either retentionDays or retainForever as true, not both',
  },
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
  ofOwnBucket('transitions', (options) => options.transitions.length === 0, 'length(var.transitions) == 0'),
  ofOwnBucket(
    'accessLogBucketName',
    (options) => options.accessLogBucketName === undefined,
    'var.access_log_bucket_name == null',
  ),
  {
    of: ['mediaHosts', 'queueIds', 'groupIds', 'objectTags', 'tokens'],
    holds: (options) => listedCharacters(options) <= LISTED_CHARACTERS,
    hcl: `${LISTED_CHARACTERS_USED} <= ${LISTED_CHARACTERS}`,
    received: (options) =>
      `${listedCharacters(options)} characters of queueIds, groupIds, mediaHosts, objectTags and further tokens together`,
    allowed: `at most ${LISTED_CHARACTERS} characters together with queueIds, groupIds, objectTags and 110 for each further token, because Lambda's environment holds 4 KB; use a second instance for the rest`,
  },
  {
    of: ['vpcSecurityGroupIds', 'vpcSubnetIds'],
    holds: ({ vpcSubnetIds, vpcSecurityGroupIds }) =>
      (vpcSubnetIds.length === 0) === (vpcSecurityGroupIds.length === 0),
    hcl: '(length(var.vpc_subnet_ids) == 0) == (length(var.vpc_security_group_ids) == 0)',
    allowed: 'at least one id in vpcSubnetIds and one in vpcSecurityGroupIds, or neither option',
  },
  {
    of: ['accessLogPrefix', 'accessLogBucketName'],
    holds: ({ accessLogPrefix, accessLogBucketName }) =>
      accessLogPrefix === undefined || accessLogBucketName !== undefined,
    hcl: 'var.access_log_prefix == null || var.access_log_bucket_name != null',
    allowed: 'only together with accessLogBucketName',
  },
  {
    of: ['refreshAuthToken'],
    field: 'timeoutSeconds',
    holds: ({ refreshAuthToken }) => refreshAuthToken.timeoutSeconds >= LEAST_REFRESH_TIMEOUT_SECONDS,
    hcl: `var.refresh_auth_token.timeout_seconds >= ${LEAST_REFRESH_TIMEOUT_SECONDS}`,
    received: ({ refreshAuthToken }) => refreshAuthToken.timeoutSeconds,
    allowed: `at least ${LEAST_REFRESH_TIMEOUT_SECONDS}, so that a new token can be written after it was asked for`,
  },
  {
    of: ['moveVoicemailToS3', 'maximumConcurrency'],
    field: 'reservedConcurrency',
    holds: ({ moveVoicemailToS3: { reservedConcurrency }, maximumConcurrency }) =>
      reservedConcurrency === undefined || reservedConcurrency >= maximumConcurrency,
    hcl: 'var.move_voicemail_to_s3.reserved_concurrency == null ? true : var.move_voicemail_to_s3.reserved_concurrency >= var.maximum_concurrency',
    received: ({ moveVoicemailToS3 }) => moveVoicemailToS3.reservedConcurrency,
    allowed: "at least maximumConcurrency, or the queue's messages are turned away",
  },
];
