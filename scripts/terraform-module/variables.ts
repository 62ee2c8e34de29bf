import { propsDocumentation } from '../../app/props-documentation';
import { AUDIO_FORMATS } from '../../functions/move-voicemail-to-s3/audio-format';
import { GENESYS_REGIONS } from '../../functions/shared/genesys-region';
import type { GenesysVoicemailToS3Props } from '../../modules/genesys-voicemail-to-s3';
import { LOG_RETENTION_DAYS } from '../../modules/genesys-voicemail-to-s3/option-schemas';
import { snakeCase } from './expressions';
import type { Json, JsonObject } from './module-document';

/** The options that are no variable, and why; the README lists them. */
export const FIXED_OPTIONS = {
  preventDestroy:
    'Terraform takes no variable for `prevent_destroy`, so bucket, secret, key and bus are guarded; to leave, take them out of the state (`terraform state rm`) or change a copy of the module',
  functionsFolder: 'the zips come with the module',
} as const satisfies Partial<Record<keyof GenesysVoicemailToS3Props, string>>;

/** The options that are variables. */
export type VariableOption = Exclude<keyof GenesysVoicemailToS3Props, keyof typeof FIXED_OPTIONS>;

/** A rule that a value has to keep. */
interface Rule {
  /** An HCL expression. */
  readonly holds: string;
  /** What is allowed, as the end of "... has to be". */
  readonly allowed: string;
}

/**
 * How an option becomes a variable. A rule may look at other variables, but no two at each other: Terraform refuses a cycle.
 */
interface VariableForm {
  readonly type: string;
  /** Undefined where the option has to be given; null where it may be left out. */
  readonly byDefault?: Json;
  readonly rules?: readonly Rule[];
}

/** A variable of the module. */
export interface ModuleVariable extends VariableForm {
  readonly name: string;
  readonly description: string;
}

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const PARTNER_NAME = `^aws\\\\.partner/genesys\\\\.com/cloud/${UUID}/[A-Za-z0-9._-]{1,64}$`;

const given = (name: string, holds: string): string => `var.${name} == null ? true : ${holds}`;

const matches = (name: string, pattern: string): string => `can(regex("${pattern}", var.${name}))`;

const texts = (name: string, pattern: string): string =>
  `alltrue([for text in var.${name} : can(regex("${pattern}", text))])`;

const optionalText = (
  name: string,
  pattern: string,
  allowed: string,
  more: readonly Rule[] = [],
): VariableForm => ({
  type: 'string',
  byDefault: null,
  rules: [{ holds: given(name, matches(name, pattern)), allowed }, ...more],
});

const text = (name: string, byDefault: string, pattern: string, allowed: string): VariableForm => ({
  type: 'string',
  byDefault,
  rules: [{ holds: matches(name, pattern), allowed }],
});

const within = (value: string, least: number, most: number): string =>
  `${value} >= ${least} && ${value} <= ${most} && floor(${value}) == ${value}`;

const wholeNumber = (
  name: string,
  byDefault: number | null,
  least: number,
  most: number,
  unit: string,
): VariableForm => ({
  type: 'number',
  byDefault,
  rules: [
    {
      holds:
        byDefault === null
          ? given(name, within(`var.${name}`, least, most))
          : within(`var.${name}`, least, most),
      allowed: `a whole number of ${unit} from ${least} to ${most}`,
    },
  ],
});

const flag = (byDefault: boolean | null): VariableForm => ({ type: 'bool', byDefault });

const list = (
  name: string,
  pattern: string,
  what: string,
  most: number,
  more: readonly Rule[] = [],
): VariableForm => ({
  type: 'list(string)',
  byDefault: [],
  rules: [
    {
      holds: `length(var.${name}) <= ${most} && length(distinct(var.${name})) == length(var.${name})`,
      allowed: `at most ${most}, without repeats`,
    },
    { holds: texts(name, pattern), allowed: what },
    ...more,
  ],
});

const oneOf = (name: string, byDefault: string | undefined, values: readonly string[]): VariableForm => ({
  type: 'string',
  ...(byDefault === undefined ? {} : { byDefault }),
  rules: [
    {
      holds: `contains(${JSON.stringify(values).replaceAll(',', ', ')}, var.${name})`,
      allowed: `one of ${values.join(', ')}`,
    },
  ],
});

const functionForm = (
  name: string,
  memoryMb: number,
  timeoutSeconds: number,
  leastTimeout: number,
): VariableForm => ({
  type: `object({
    memory_mb            = optional(number, ${memoryMb})
    timeout_seconds      = optional(number, ${timeoutSeconds})
    architecture         = optional(string, "arm64")
    runtime              = optional(string, "nodejs24.x")
    reserved_concurrency = optional(number)
  })`,
  byDefault: {},
  rules: [
    {
      holds: within(`var.${name}.memory_mb`, 128, 10_240),
      allowed: 'a memory_mb from 128 to 10240',
    },
    {
      holds: within(`var.${name}.timeout_seconds`, leastTimeout, 900),
      allowed: `a timeout_seconds from ${leastTimeout} to 900`,
    },
    {
      holds: `contains(["arm64", "x86_64"], var.${name}.architecture)`,
      allowed: 'an architecture of arm64 or x86_64',
    },
    {
      holds: `contains(["nodejs22.x", "nodejs24.x"], var.${name}.runtime)`,
      allowed: 'a runtime of nodejs22.x or nodejs24.x',
    },
  ],
});

const LISTED = 'length(var.queue_ids) + length(var.group_ids)';

const FORMS: Readonly<Record<VariableOption, VariableForm>> = {
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
  ),
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
        allowed: 'left out with existing_bucket_name, whose owner decides this',
      },
    ],
  },
  retainForever: {
    ...flag(false),
    rules: [
      {
        holds: 'var.existing_bucket_name == null || !var.retain_forever',
        allowed: 'false with existing_bucket_name, whose owner decides this',
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
    ],
  },
  keyPrefix: text(
    'key_prefix',
    '',
    '^(?:[A-Za-z0-9=_-][A-Za-z0-9=_.-]*/)*$',
    'empty, or folders of A-Z a-z 0-9 = _ . - that do not begin with a dot and each end in a slash',
  ),
  objectTags: {
    type: 'map(string)',
    byDefault: {},
    rules: [{ holds: 'length(var.object_tags) <= 10', allowed: 'at most 10 tags' }],
  },
  accessLogBucketName: optionalText(
    'access_log_bucket_name',
    '^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$',
    'a bucket name of 3 to 63 of a-z 0-9 -, without dots',
    [
      {
        holds: 'var.existing_bucket_name == null || var.access_log_bucket_name == null',
        allowed: 'left out with existing_bucket_name, whose owner decides this',
      },
    ],
  ),
  accessLogPrefix: {
    type: 'string',
    byDefault: null,
    rules: [
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
  tags: { type: 'map(string)', byDefault: {} },
};

/** Names of options in backticks, as Terraform names them. */
const inTerraformsWords = (description: string): string =>
  description
    .replaceAll(/`([a-z]+(?:[A-Z][A-Za-z0-9]*)+)`/g, (_, name: string) => `\`${snakeCase(name)}\``)
    .replaceAll(/\{@link (\w+)\}/g, '$1')
    .trim();

/** The variables of the module, in the order of the options; what each means is the option's own documentation. */
export const moduleVariables = (): readonly ModuleVariable[] =>
  [...propsDocumentation('GenesysVoicemailToS3Props')].flatMap(([option, { description }]) => {
    const form = Object.entries(FORMS).find(([name]) => name === option)?.[1];
    return form === undefined
      ? []
      : [{ name: snakeCase(option), description: inTerraformsWords(description), ...form }];
  });

/** A variable in Terraform's JSON syntax. */
const declared = ({ name, type, description, byDefault, rules = [] }: ModuleVariable): JsonObject => ({
  type,
  description,
  // A variable with a default of its own has no use for null; one that is null by default means just that.
  ...(byDefault === undefined ? { nullable: false } : { default: byDefault }),
  ...(byDefault === undefined || byDefault === null ? {} : { nullable: false }),
  ...(rules.length === 0
    ? {}
    : {
        validation: rules.map(({ holds, allowed }) => ({
          condition: `\${${holds}}`,
          error_message: `${name} has to be ${allowed}.`,
        })),
      }),
});

/** `variables.tf.json`. */
export const variablesDocument = (): JsonObject => ({
  variable: Object.fromEntries(moduleVariables().map((variable) => [variable.name, declared(variable)])),
});
