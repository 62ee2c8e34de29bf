import { AUDIO_FORMATS } from '../../../functions/move-voicemail-to-s3/contract/audio-format';
import { GENESYS_REGIONS } from '../../../functions/shared/genesys-region';
import type { GenesysVoicemailToS3Props } from '../../../modules/genesys-voicemail-to-s3';
import { LISTED_CHARACTERS } from '../../../modules/genesys-voicemail-to-s3/options/option-combinations';
import { LOG_RETENTION_DAYS } from '../../../modules/genesys-voicemail-to-s3/options/option-schemas';
import {
  flag,
  functionForm,
  given,
  list,
  matches,
  oneOf,
  optionalText,
  tags,
  text,
  type VariableForm,
  wholeNumber,
  within,
} from './variable-form';

/** The options that are no variable, and why; the README lists them. */
export const FIXED_OPTIONS = {
  preventDestroy:
    'Terraform takes no variable for `prevent_destroy`, so bucket, secret, key and bus are guarded; to leave, take them out of the state (`terraform state rm`) or change a copy of the module',
  functionsFolder: 'the zips come with the module',
} as const satisfies Partial<Record<keyof GenesysVoicemailToS3Props, string>>;

/** The options that are variables. */
export type VariableOption = Exclude<keyof GenesysVoicemailToS3Props, keyof typeof FIXED_OPTIONS>;

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const PARTNER_NAME = `^aws\\\\.partner/genesys\\\\.com/cloud/${UUID}/[A-Za-z0-9._-]{1,64}$`;

const KEY_PREFIX = '^(?:[A-Za-z0-9=_-][A-Za-z0-9=_.-]*/)*$';
const KEY_PREFIX_WORDS =
  'empty, or folders of A-Z a-z 0-9 = _ . - that do not begin with a dot and each end in a slash, at most 200 characters';

const WITHOUT_EXISTING_BUCKET = 'with existing_bucket_name, whose owner decides this';

/** Characters of the lists in the environment of MoveVoicemailToS3, as the construct counts them. */
const LISTED_CHARACTERS_USED = [
  'join(",", var.queue_ids)',
  'join(",", var.group_ids)',
  'join(",", var.media_hosts)',
  'join(",", [for name, value in var.object_tags : "${name}=${value}"])',
]
  .map((listed) => `length(${listed})`)
  .join(' + ');

const LISTED = 'length(var.queue_ids) + length(var.group_ids)';

/** The form of every variable, by the option of the construct that it is. */
export const VARIABLE_FORMS: Readonly<Record<VariableOption, VariableForm>> = {
  genesysRegion: oneOf(
    'genesys_region',
    undefined,
    GENESYS_REGIONS.flatMap(({ awsRegion, domain }) => [awsRegion, domain]),
  ),
  eventSourceName: optionalText(
    'event_source_name',
    PARTNER_NAME,
    'aws.partner/genesys.com/cloud/<organisation id>/<suffix>',
    [
      {
        holds: '(var.event_source_name == null) != (var.existing_event_bus_name == null)',
        allowed: 'given unless existing_event_bus_name is, and not together with it',
      },
    ],
  ),
  existingEventBusName: optionalText(
    'existing_event_bus_name',
    PARTNER_NAME,
    'aws.partner/genesys.com/cloud/<organisation id>/<suffix>',
  ),
  queueIds: list('queue_ids', `^${UUID}$`, 'ids of Genesys queues: UUIDs in lower case', 75, [
    {
      holds: `${LISTED} <= 75`,
      allowed: "at most 75 together with group_ids, because Lambda's environment holds 4 KB",
    },
  ]),
  excludedQueueIds: list(
    'excluded_queue_ids',
    `^${UUID}$`,
    'ids of Genesys queues: UUIDs in lower case',
    40,
    [
      {
        holds: 'length(var.excluded_queue_ids) == 0 || length(var.queue_ids) == 0',
        allowed: 'empty where queue_ids are given',
      },
      {
        holds: 'length(var.excluded_queue_ids) <= 30 || length(var.division_ids) == 0',
        allowed:
          'at most 30 together with division_ids, because they have to stand in one rule of 2,048 characters',
      },
    ],
  ),
  groupIds: list('group_ids', `^${UUID}$`, 'ids of Genesys groups: UUIDs in lower case', 75),
  divisionIds: list('division_ids', `^${UUID}$`, 'ids of Genesys divisions: UUIDs in lower case', 10),
  minimumDurationMs: wholeNumber('minimum_duration_ms', 0, 0, 3_600_000, 'milliseconds'),
  voicemailWaitMinutes: wholeNumber('voicemail_wait_minutes', 60, 0, 1_440, 'minutes'),
  name: {
    type: 'string',
    byDefault: 'genesys-voicemail',
    rules: [
      {
        holds: 'can(regex("^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$", var.name)) && length(var.name) <= 24',
        allowed: '1 to 24 of a-z 0-9 -, beginning with a letter, no two hyphens together',
      },
    ],
  },
  audioFormat: oneOf('audio_format', 'WEBM', Object.keys(AUDIO_FORMATS)),
  maximumAudioBytes: wholeNumber('maximum_audio_bytes', 104_857_600, 1, 5_000_000_000, 'bytes'),
  mediaHosts: list(
    'media_hosts',
    '^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\\\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$',
    'host names in lower case, without scheme, port or wildcard',
    10,
    [
      {
        holds: `${LISTED_CHARACTERS_USED} <= ${LISTED_CHARACTERS}`,
        allowed: `at most ${LISTED_CHARACTERS} characters together with queue_ids, group_ids and object_tags, because Lambda's environment holds 4 KB`,
      },
    ],
  ),
  storeTranscript: flag(true),
  disconnectAfterStore: flag(false),
  markReadAfterStore: flag(false),
  deleteAfterStore: flag(false),
  rotationScheduleExpression: text(
    'rotation_schedule_expression',
    'rate(6 hours)',
    '^(?:rate\\\\((?:(?:[4-9]|[1-9][0-9]{1,2}) hours|1 day|(?:[2-9]|[1-9][0-9]{1,2}) days)\\\\)|cron\\\\(0(?: [^\\\\s()]+){5}\\\\))$',
    'rate(4 hours) or slower, or cron(0 <hour> <day> <month> <weekday> <year>)',
  ),
  rotationWindowHours: wholeNumber('rotation_window_hours', 1, 1, 24, 'hours'),
  reconcileEnabled: {
    ...flag(null),
    rules: [
      {
        holds: `var.reconcile_enabled == null ? true : !var.reconcile_enabled || ${LISTED} > 0`,
        allowed: 'true only with queue_ids or group_ids, which are the lists to compare',
      },
      {
        holds: 'var.reconcile_enabled == null ? true : var.reconcile_enabled || length(var.group_ids) == 0',
        allowed: 'left on with group_ids, because Genesys sends no event for the voicemail of groups',
      },
    ],
  },
  reconcileScheduleExpression: text(
    'reconcile_schedule_expression',
    'rate(1 hour)',
    '^(?:rate\\\\((?:1 (?:minute|hour|day)|(?:[2-9]|[1-9][0-9]{1,3}) (?:minutes|hours|days))\\\\)|cron\\\\([^\\\\s()]+(?: [^\\\\s()]+){5}\\\\))$',
    'an EventBridge expression such as rate(1 hour)',
  ),
  reconcileLookBackDays: {
    ...wholeNumber('reconcile_look_back_days', 7, 1, 365, 'days'),
    rules: [
      ...(wholeNumber('reconcile_look_back_days', 7, 1, 365, 'days').rules ?? []),
      {
        holds: `var.retention_days == null ? true : ${LISTED} == 0 || var.reconcile_look_back_days < var.retention_days`,
        allowed: 'less than retention_days, or the reconcile brings back what has expired',
      },
    ],
  },
  retentionDays: {
    ...wholeNumber('retention_days', null, 1, 36_500, 'days'),
    rules: [
      ...(wholeNumber('retention_days', null, 1, 36_500, 'days').rules ?? []),
      {
        holds: 'var.existing_bucket_name != null || (var.retention_days == null) == var.retain_forever',
        allowed: 'given unless retain_forever is true, and not together with it',
      },
      {
        holds: 'var.existing_bucket_name == null || var.retention_days == null',
        allowed: `left out ${WITHOUT_EXISTING_BUCKET}`,
      },
    ],
  },
  retainForever: {
    ...flag(false),
    rules: [
      {
        holds: 'var.existing_bucket_name == null || !var.retain_forever',
        allowed: `false ${WITHOUT_EXISTING_BUCKET}`,
      },
    ],
  },
  noncurrentRetentionDays: wholeNumber('noncurrent_retention_days', 30, 1, 36_500, 'days'),
  transitions: {
    type: 'list(object({ days = number, storage_class = string }))',
    byDefault: [],
    rules: [
      {
        holds:
          'alltrue([for transition in var.transitions : contains(["STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"], transition.storage_class)])',
        allowed: 'of STANDARD_IA, ONEZONE_IA, INTELLIGENT_TIERING, GLACIER_IR, GLACIER or DEEP_ARCHIVE',
      },
      {
        holds: `alltrue([for transition in var.transitions : ${within('transition.days', 0, 36_500)}])`,
        allowed: 'after a whole number of days from 0 to 36500',
      },
      {
        holds: 'var.existing_bucket_name == null || length(var.transitions) == 0',
        allowed: `empty ${WITHOUT_EXISTING_BUCKET}`,
      },
    ],
  },
  keyPrefix: {
    type: 'string',
    byDefault: '',
    rules: [
      {
        holds: `${matches('key_prefix', KEY_PREFIX)} && length(var.key_prefix) <= 200`,
        allowed: KEY_PREFIX_WORDS,
      },
    ],
  },
  objectTags: tags('object_tags', '\\\\w .:/=+@-', 1, 'A-Z a-z 0-9 space . : / = + @ _ -', [
    { holds: 'length(var.object_tags) <= 10', allowed: 'at most 10 tags' },
  ]),
  accessLogBucketName: optionalText(
    'access_log_bucket_name',
    '^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$',
    'a bucket name of 3 to 63 of a-z 0-9 -, without dots',
    [
      {
        holds: 'var.existing_bucket_name == null || var.access_log_bucket_name == null',
        allowed: `left out ${WITHOUT_EXISTING_BUCKET}`,
      },
    ],
  ),
  accessLogPrefix: {
    type: 'string',
    byDefault: null,
    rules: [
      {
        holds: given(
          'access_log_prefix',
          `${matches('access_log_prefix', KEY_PREFIX)} && length(var.access_log_prefix) <= 200`,
        ),
        allowed: KEY_PREFIX_WORDS,
      },
      {
        holds: 'var.access_log_prefix == null || var.access_log_bucket_name != null',
        allowed: 'left out without access_log_bucket_name',
      },
    ],
  },
  existingBucketName: optionalText(
    'existing_bucket_name',
    '^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$',
    'a bucket name of 3 to 63 of a-z 0-9 -, without dots',
  ),
  existingKeyArn: optionalText(
    'existing_key_arn',
    '^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+$',
    'the ARN of a KMS key, not of an alias',
  ),
  existingSecretArn: optionalText(
    'existing_secret_arn',
    '^arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+$',
    'the full ARN of a Secrets Manager secret',
  ),
  logRetentionDays: {
    type: 'number',
    byDefault: 365,
    rules: [
      {
        holds: `contains([${LOG_RETENTION_DAYS.join(', ')}], var.log_retention_days)`,
        allowed: `one of ${LOG_RETENTION_DAYS.join(', ')}`,
      },
    ],
  },
  refreshAuthToken: functionForm('refresh_auth_token', 256, 120, 60),
  moveVoicemailToS3: functionForm('move_voicemail_to_s3', 512, 300, 1),
  vpcSubnetIds: list(
    'vpc_subnet_ids',
    '^subnet-[0-9a-f]{8,17}$',
    'ids such as subnet-0123456789abcdef0',
    16,
    [
      {
        holds: '(length(var.vpc_subnet_ids) == 0) == (length(var.vpc_security_group_ids) == 0)',
        allowed: 'given together with vpc_security_group_ids, or neither',
      },
    ],
  ),
  vpcSecurityGroupIds: list(
    'vpc_security_group_ids',
    '^sg-[0-9a-f]{8,17}$',
    'ids such as sg-0123456789abcdef0',
    5,
  ),
  codeSigningConfigArn: optionalText(
    'code_signing_config_arn',
    '^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:code-signing-config:csc-[a-z0-9]{17}$',
    'the ARN of a Lambda code signing configuration',
  ),
  maximumConcurrency: {
    ...wholeNumber('maximum_concurrency', 5, 2, 1_000, 'runs'),
    rules: [
      ...(wholeNumber('maximum_concurrency', 5, 2, 1_000, 'runs').rules ?? []),
      {
        holds:
          'var.move_voicemail_to_s3.reserved_concurrency == null ? true : var.maximum_concurrency <= var.move_voicemail_to_s3.reserved_concurrency',
        allowed: "at most move_voicemail_to_s3.reserved_concurrency, or the queue's messages are turned away",
      },
    ],
  },
  batchSize: wholeNumber('batch_size', 10, 1, 10, 'messages'),
  alarmActions: list('alarm_actions', '^arn:aws[a-z-]*:.+$', 'ARNs, such as that of an SNS topic', 5),
  tokenAgeAlarmHours: wholeNumber('token_age_alarm_hours', null, 1, 3_000, 'hours'),
  eventArchiveDays: wholeNumber('event_archive_days', null, 1, 14, 'days'),
  permissionsBoundaryArn: optionalText(
    'permissions_boundary_arn',
    '^arn:aws[a-z-]*:iam::(?:[0-9]{12}|aws):policy/.+$',
    'the ARN of an IAM policy',
  ),
  iamPath: text(
    'iam_path',
    '/',
    '^/(?:[A-Za-z0-9_.,+=@-]+/)*$',
    '/ or a path such as /voicemail/, with a slash at both ends',
  ),
  tags: tags('tags', '\\\\p{L}\\\\p{N}\\\\s_.:/=+@-', 0, 'letters, digits, spaces and _ . : / = + @ -'),
};
