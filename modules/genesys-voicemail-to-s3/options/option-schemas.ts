import * as v from 'valibot';
import {
  AUDIO_FORMATS,
  type AudioFormatId,
} from '../../../functions/move-voicemail-to-s3/contract/audio-format';
import { GENESYS_REGIONS } from '../../../functions/shared/genesys-region';
import type { GenesysVoicemailToS3Props } from './props';

/*
 * One schema per option. Every message is a phrase that says what is allowed: it ends both the construct's errors and
 * those about a deployment file, and the editors' schema is made from the same.
 */

const text = (pattern: RegExp, allowed: string) => v.pipe(v.string(allowed), v.regex(pattern, allowed));

const wholeNumber = (minimum: number, maximum: number, unit: string) => {
  const allowed = `a whole number of ${unit} from ${minimum} to ${maximum}`;
  return v.pipe(
    v.number(allowed),
    v.integer(allowed),
    v.minValue(minimum, allowed),
    v.maxValue(maximum, allowed),
  );
};

const flag = v.boolean('true or false');

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';

const ids = (what: string, maximum: number) => {
  const allowed = `a list of at most ${maximum} ids of Genesys ${what}s, without repeats`;
  return v.pipe(
    v.array(
      text(
        new RegExp(`^${uuid}$`),
        `the id of a Genesys ${what}, a UUID in lower case such as 3fa85f64-5717-4562-b3fc-2c963f66afa6`,
      ),
      allowed,
    ),
    v.maxLength(maximum, allowed),
    v.check((list) => new Set(list).size === list.length, allowed),
  );
};

const awsIds = (prefix: string, what: string, maximum: number) => {
  const allowed = `a list of at most ${maximum} ids of ${what}`;
  return v.pipe(
    v.array(
      text(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `an id such as ${prefix}-0123456789abcdef0`),
      allowed,
    ),
    v.maxLength(maximum, allowed),
  );
};

const genesysRegions = GENESYS_REGIONS.flatMap(({ awsRegion, domain }) => [awsRegion, domain]);

const partnerName = text(
  new RegExp(`^aws\\.partner/genesys\\.com/cloud/${uuid}/[A-Za-z0-9._-]{1,64}$`),
  'aws.partner/genesys.com/cloud/<organisation id>/<suffix>, the id a UUID in lower case, the suffix up to 64 of A-Z a-z 0-9 . _ -',
);

// The first letters of S3's own rules, without dots: those break the certificate of virtual hosts.
const bucketName = text(
  /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/,
  'a bucket name of 3 to 63 of a-z 0-9 -, without dots',
);

const arn = (pattern: string, allowed: string) => text(new RegExp(`^arn:aws[a-z-]*:${pattern}$`), allowed);

const keyPrefix = v.pipe(
  text(
    /^(?:(?!\.{1,2}\/)[A-Za-z0-9=_.-]+\/)*$/,
    'empty, or folders of A-Z a-z 0-9 = _ . - that each end in a slash, such as voicemail/',
  ),
  v.maxLength(200, 'at most 200 characters'),
);

/** The values that CloudWatch Logs offers. Source: `PutRetentionPolicy` in its API reference. */
export const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const functionOptions = v.strictObject(
  {
    memoryMb: v.exactOptional(wholeNumber(128, 10_240, 'MB')),
    timeoutSeconds: v.exactOptional(wholeNumber(1, 900, 'seconds')),
    architecture: v.exactOptional(v.picklist(['arm64', 'x86_64'], 'arm64 or x86_64')),
    runtime: v.exactOptional(v.picklist(['nodejs22.x', 'nodejs24.x'], 'nodejs22.x or nodejs24.x')),
    reservedConcurrency: v.exactOptional(wholeNumber(1, 1_000, 'concurrent runs')),
  },
  'memoryMb, timeoutSeconds, architecture, runtime, reservedConcurrency',
);

const STORAGE_CLASSES = [
  'STANDARD_IA',
  'ONEZONE_IA',
  'INTELLIGENT_TIERING',
  'GLACIER_IR',
  'GLACIER',
  'DEEP_ARCHIVE',
];

const transition = v.strictObject(
  {
    days: wholeNumber(0, 36_500, 'days'),
    storageClass: v.picklist(STORAGE_CLASSES, STORAGE_CLASSES.join(', ')),
  },
  'an object with days and storageClass',
);

/** Tags as AWS takes them; the braces and dollars of Terraform's expressions are not among their characters. */
const tagsOf = (characters: RegExp, described: string) => {
  const name = `a tag name of 1 to 128 characters: ${described}`;
  const value = `a tag value of at most 256 characters: ${described}`;
  return v.record(
    v.pipe(v.string(name), v.regex(characters, name), v.minLength(1, name), v.maxLength(128, name)),
    v.pipe(v.string(value), v.regex(characters, value), v.maxLength(256, value)),
    'an object of tag names and values',
  );
};

const audioFormats = Object.keys(AUDIO_FORMATS) as AudioFormatId[];

/** The schema of each option of the construct that a deployment file can hold, by its name. */
export const GenesysVoicemailToS3Options = {
  genesysRegion: v.picklist(
    genesysRegions,
    `${GENESYS_REGIONS.map(({ awsRegion, domain }) => `${awsRegion} (${domain})`).join(', ')}, by either name`,
  ),
  eventSourceName: v.exactOptional(partnerName),
  existingEventBusName: v.exactOptional(partnerName),
  // Lambda's environment holds 4 KB, and the ids are in it.
  queueIds: v.exactOptional(ids('queue', 75)),
  groupIds: v.exactOptional(ids('group', 75)),
  excludedQueueIds: v.exactOptional(ids('queue', 40)),
  divisionIds: v.exactOptional(ids('division', 10)),
  minimumDurationMs: v.exactOptional(wholeNumber(0, 3_600_000, 'milliseconds')),
  voicemailWaitMinutes: v.exactOptional(wholeNumber(0, 1_440, 'minutes')),
  name: v.exactOptional(
    text(
      /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$(?<=^.{1,24})/,
      '1 to 24 of a-z 0-9 -, beginning with a letter, no two hyphens together',
    ),
  ),
  audioFormat: v.exactOptional(v.picklist(audioFormats, audioFormats.join(', '))),
  maximumAudioBytes: v.exactOptional(wholeNumber(1, 5_000_000_000, 'bytes')),
  mediaHosts: v.exactOptional(
    v.pipe(
      v.array(
        text(
          /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+$/,
          'a host name in lower case such as api-downloads.mypurecloud.de, without scheme, port or wildcard',
        ),
        'a list of host names',
      ),
      v.maxLength(10, 'at most 10 host names'),
    ),
  ),
  storeTranscript: v.exactOptional(flag),
  disconnectAfterStore: v.exactOptional(flag),
  markReadAfterStore: v.exactOptional(flag),
  deleteAfterStore: v.exactOptional(flag),
  rotationScheduleExpression: v.exactOptional(
    text(
      /^(?:rate\((?:(?:[4-9]|[1-9]\d{1,2}) hours|1 day|(?:[2-9]|[1-9]\d{1,2}) days)\)|cron\(0(?: [^\s()]+){5}\))$/,
      'rate(4 hours) or slower, such as rate(6 hours) or rate(1 day), or cron(0 <hour> <day> <month> <weekday> <year>)',
    ),
  ),
  rotationWindowHours: v.exactOptional(wholeNumber(1, 24, 'hours')),
  reconcileEnabled: v.exactOptional(flag),
  reconcileScheduleExpression: v.exactOptional(
    text(
      /^(?:rate\((?:1 (?:minute|hour|day)|(?:[2-9]|[1-9]\d{1,3}) (?:minutes|hours|days))\)|cron\([^\s()]+(?: [^\s()]+){5}\))$/,
      'an EventBridge expression such as rate(1 hour), rate(30 minutes) or cron(0 6 * * ? *)',
    ),
  ),
  reconcileLookBackDays: v.exactOptional(wholeNumber(1, 365, 'days')),
  retentionDays: v.exactOptional(wholeNumber(1, 36_500, 'days')),
  retainForever: v.exactOptional(flag),
  noncurrentRetentionDays: v.exactOptional(wholeNumber(1, 36_500, 'days')),
  transitions: v.exactOptional(v.array(transition, 'a list of objects with days and storageClass')),
  keyPrefix: v.exactOptional(keyPrefix),
  objectTags: v.exactOptional(
    v.pipe(
      tagsOf(/^[\w .:/=+@-]+$/, 'A-Z a-z 0-9 space . : / = + @ _ -'),
      v.check((tags) => Object.keys(tags).length <= 10, 'at most 10 tags'),
    ),
  ),
  accessLogBucketName: v.exactOptional(bucketName),
  accessLogPrefix: v.exactOptional(keyPrefix),
  existingBucketName: v.exactOptional(bucketName),
  existingKeyArn: v.exactOptional(
    arn(
      'kms:[a-z0-9-]+:\\d{12}:key/[A-Za-z0-9-]+',
      'the ARN of a KMS key (arn:aws:kms:<region>:<account>:key/<id>), not of an alias',
    ),
  ),
  existingSecretArn: v.exactOptional(
    arn(
      'secretsmanager:[a-z0-9-]+:\\d{12}:secret:[A-Za-z0-9/_+=.@-]+',
      'the full ARN of a Secrets Manager secret',
    ),
  ),
  logRetentionDays: v.exactOptional(v.picklist(LOG_RETENTION_DAYS, LOG_RETENTION_DAYS.join(', '))),
  refreshAuthToken: v.exactOptional(functionOptions),
  moveVoicemailToS3: v.exactOptional(functionOptions),
  vpcSubnetIds: v.exactOptional(awsIds('subnet', 'VPC subnets', 16)),
  vpcSecurityGroupIds: v.exactOptional(awsIds('sg', 'security groups', 5)),
  codeSigningConfigArn: v.exactOptional(
    arn(
      'lambda:[a-z0-9-]+:\\d{12}:code-signing-config:csc-[a-z0-9]{17}',
      'the ARN of a Lambda code signing configuration',
    ),
  ),
  maximumConcurrency: v.exactOptional(wholeNumber(2, 1_000, 'runs')),
  batchSize: v.exactOptional(wholeNumber(1, 10, 'messages')),
  alarmActions: v.exactOptional(
    v.pipe(
      v.array(arn('.+', 'an ARN, such as that of an SNS topic'), 'a list of ARNs'),
      v.maxLength(5, 'at most 5 ARNs'),
    ),
  ),
  tokenAgeAlarmHours: v.exactOptional(wholeNumber(1, 3_000, 'hours')),
  eventArchiveDays: v.exactOptional(wholeNumber(1, 14, 'days')),
  permissionsBoundaryArn: v.exactOptional(arn('iam::(?:\\d{12}|aws):policy/.+', 'the ARN of an IAM policy')),
  iamPath: v.exactOptional(
    text(
      /^\/(?:[A-Za-z0-9_.,+=@-]+\/)*$(?<=^.{1,512})/,
      '/ or a path such as /voicemail/, with a slash at both ends',
    ),
  ),
  tags: v.exactOptional(tagsOf(/^[\p{L}\p{N}\s_.:/=+@-]*$/u, 'letters, digits, spaces and _ . : / = + @ -')),
  preventDestroy: v.exactOptional(flag),
} as const satisfies Readonly<
  Record<Exclude<keyof GenesysVoicemailToS3Props, 'functionsFolder'>, v.GenericSchema<unknown, unknown>>
>;
