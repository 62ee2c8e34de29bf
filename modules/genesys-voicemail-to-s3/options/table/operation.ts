import {
  arn,
  awsIds,
  choice,
  flag,
  KMS_KEY,
  listOf,
  type ObjectRule,
  type OptionTable,
  tags,
  text,
  wholeNumber,
} from '../rule';

/** The values that CloudWatch Logs offers. Source: `PutRetentionPolicy` in its API reference. */
const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const ON_LAMBDA = { architecture: 'arm64', runtime: 'nodejs24.x' } as const;
const REFRESH = { memoryMb: 256, timeoutSeconds: 120, ...ON_LAMBDA } as const;
const MOVE = { memoryMb: 512, timeoutSeconds: 300, ...ON_LAMBDA } as const;

const ofEach = (setting: 'memoryMb' | 'timeoutSeconds'): string =>
  `${REFRESH[setting]} for RefreshAuthToken, ${MOVE[setting]} for MoveVoicemailToS3`;

const functionOptions: ObjectRule = {
  kind: 'object',
  name: 'FunctionOptions',
  doc: 'How one of the two functions runs.',
  fields: {
    memoryMb: {
      doc: 'Memory in MB, 128 to 10,240. Lambda gives processor time in proportion.',
      rule: wholeNumber(128, 10_240, 'MB'),
      leftOut: ofEach('memoryMb'),
    },
    timeoutSeconds: {
      doc: 'Seconds after which a run is ended, at most 900. RefreshAuthToken needs at least 60: it refuses to ask for a new token without time left to write it. MoveVoicemailToS3 needs at least 30.',
      rule: wholeNumber(1, 900, 'seconds'),
      leftOut: ofEach('timeoutSeconds'),
      literal: true,
    },
    architecture: {
      doc: 'Instruction set: `arm64` or `x86_64`. The bundles run on both.',
      rule: choice(['arm64', 'x86_64']),
      byDefault: ON_LAMBDA.architecture,
    },
    runtime: {
      doc: 'Lambda runtime: `nodejs22.x` or `nodejs24.x`.',
      rule: choice(['nodejs22.x', 'nodejs24.x']),
      byDefault: ON_LAMBDA.runtime,
    },
    reservedConcurrency: {
      doc: 'Concurrent runs that are set aside for this function, which are also its limit. An account with a small quota cannot set any aside: 100 have to stay unreserved.',
      rule: wholeNumber(1, 1_000, 'concurrent runs'),
      leftOut: "none is set aside; the function shares the account's",
    },
  },
  allowed: 'an object of memoryMb, timeoutSeconds, architecture, runtime, reservedConcurrency',
};

/**
 * Services on whose ARNs both a metric alarm and a composite alarm can act. Source: `AlarmActions` of `PutMetricAlarm` and
 * `PutCompositeAlarm` in the API reference of CloudWatch.
 */
const alarmAction = arn(
  `(?:${[
    'sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]+(?:\\.fifo)?',
    'lambda:[a-z0-9-]+:[0-9]{12}:function:[A-Za-z0-9_-]+(?::[A-Za-z0-9_$-]+)?',
    'ssm:[a-z0-9-]+:[0-9]{12}:opsitem:[1-4](?:#CATEGORY=[A-Za-z]+)?',
    'ssm-incidents::[0-9]{12}:response-?plan/.+',
    'aiops:[a-z0-9-]+:[0-9]{12}:investigation-group/.+',
  ].join('|')})`,
  'the ARN of an action that a CloudWatch alarm takes: an SNS topic, a Lambda function, an SSM OpsItem or response plan, or an investigation group (a composite alarm takes no scaling policy and no EC2 action)',
  { ofRegion: true, ofAccount: false },
);

/** The path and the name with which an ARN of IAM ends. */
const IAM_NAME = '(?:[A-Za-z0-9_.,+=@-]+/)*[A-Za-z0-9_.,+=@-]+';

/** Options of existing resources, of the functions, of alarms, and of names and tags. */
export const OPERATION_OPTIONS = {
  existingKeyArn: {
    doc: "ARN of a customer KMS key (not of an alias) that encrypts everything. Its policy has to allow what the module's own key allows: CloudWatch Logs for the functions' log groups, and EventBridge for the queues.",
    rule: arn(KMS_KEY, 'the ARN of a KMS key (arn:aws:kms:<region>:<account>:key/<id>), not of an alias'),
    leftOut: 'a key is created',
  },
  existingSecretArn: {
    doc: 'ARN of a secret that holds the token pair. The module attaches the rotation to it and changes nothing else. It has to be encrypted with the key of `existingKeyArn` or with `aws/secretsmanager`: the functions have rights on no other key.',
    rule: arn(
      'secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]+-[A-Za-z0-9]{6}',
      'the full ARN of a Secrets Manager secret, with the hyphen and the six characters that end it: IAM policies match no other',
    ),
    leftOut: 'a secret is created, without a value',
  },
  secretReaders: {
    doc: 'ARNs of the IAM roles and users that may read the token pair beside the functions: the secrets deny it to all others. Who authorizes, heals or runs `doctor` belongs here. A role of IAM Identity Center has its path in its ARN.',
    rule: listOf(
      arn(
        `iam::[0-9]{12}:(?:role|user)/${IAM_NAME}`,
        'the ARN of an IAM role or user (arn:aws:iam::<account>:role/<path and name>), without a wildcard',
      ),
      'ARNs',
      20,
    ),
    leftOut: 'whoever IAM lets read it may read it',
    literal: 'entries',
  },
  tokens: {
    doc: 'Tokens that the functions work with, 1 to 10, each with a secret, rotation and login (`authorize --token 2`), best by an OAuth client and user of its own. With two, the loss of one stops nothing; N allow N times the requests. To go back to fewer, set `preventDestroy` to false first.',
    rule: wholeNumber(1, 10, 'tokens'),
    byDefault: 1,
    literal: true,
  },
  logRetentionDays: {
    doc: "Days for which the functions' logs are kept, one of the values that CloudWatch Logs offers.",
    rule: choice(LOG_RETENTION_DAYS),
    byDefault: 365,
  },
  refreshAuthToken: {
    doc: 'How RefreshAuthToken runs.',
    rule: functionOptions,
    byDefault: REFRESH,
    leftOut: 'the defaults of `FunctionOptions`',
  },
  moveVoicemailToS3: {
    doc: 'How MoveVoicemailToS3 runs.',
    rule: functionOptions,
    byDefault: MOVE,
    leftOut: 'the defaults of `FunctionOptions`',
  },
  vpcSubnetIds: {
    doc: 'Ids of the VPC subnets that both functions run in. They need a way out to Genesys Cloud (a NAT gateway), and to AWS by the same way or by endpoints. The roles get rights on network interfaces with it.',
    rule: awsIds('subnet', 'VPC subnets', 16),
    byDefault: [],
    leftOut: 'the functions run outside of any VPC: their only way in is an invocation that IAM allows',
  },
  vpcSecurityGroupIds: {
    doc: 'Ids of the security groups of both functions, at most 5; together with `vpcSubnetIds`. Outgoing HTTPS is all they need.',
    rule: awsIds('sg', 'security groups', 5),
    byDefault: [],
    leftOut: 'only without `vpcSubnetIds`',
  },
  codeSigningConfigArn: {
    doc: 'ARN of a Lambda code signing configuration for both functions. Their zips have to be signed then, by AWS Signer and one of its signing profiles.',
    rule: arn(
      'lambda:[a-z0-9-]+:[0-9]{12}:code-signing-config:csc-[a-z0-9]{17}',
      'the ARN of a Lambda code signing configuration',
    ),
    leftOut: 'signatures are not checked',
  },
  maximumConcurrency: {
    doc: 'Runs of MoveVoicemailToS3 at a time, 2 to 1,000. Each takes a few of the 300 requests a minute that Genesys allows one token.',
    rule: wholeNumber(2, 1_000, 'runs'),
    byDefault: 5,
  },
  paused: {
    doc: 'Whether MoveVoicemailToS3 takes no messages: mail waits in the events queue, for at most 14 days, and the rotation goes on. The alarm `stuck` goes off after `voicemailWaitMinutes` and five hours.',
    rule: flag,
    byDefault: false,
    literal: true,
  },
  batchSize: {
    doc: 'Messages that one run of MoveVoicemailToS3 takes at most, 1 to 10.',
    rule: wholeNumber(1, 10, 'messages'),
    byDefault: 10,
  },
  observability: {
    doc: 'How much is watched: `full` has an alarm for each thing that can go wrong, a composite alarm per cause that sends one message, and a dashboard; `lean` has the ten alarms that see every loss and only the metrics that these read: fixed costs below 3 US dollars a month.',
    rule: choice(['full', 'lean']),
    byDefault: 'full',
    literal: true,
  },
  alarmActions: {
    doc: 'ARNs that the alarms notify, for example of an SNS topic: the default of `pageActions` and `notifyActions`.',
    rule: listOf(alarmAction, 'ARNs', 5),
    byDefault: [],
    leftOut: 'the alarms change state and notify nobody',
  },
  pageActions: {
    doc: 'ARNs that the alarms notify for which a person should get up: no token works, voicemail waits, events are not delivered.',
    rule: listOf(alarmAction, 'ARNs', 5),
    leftOut: '`alarmActions`',
  },
  notifyActions: {
    doc: 'ARNs that the other alarms notify, which can wait for the morning: a rotation failed while the token still works, voicemail lies in the failures queue, the reconcile does not see everything.',
    rule: listOf(alarmAction, 'ARNs', 5),
    leftOut: '`alarmActions`',
  },
  tokenAgeAlarmHours: {
    doc: 'Hours without a rotation after which the alarms `rotation-missing` and `token-age` go off.',
    rule: wholeNumber(1, 3_000, 'hours'),
    leftOut: 'three times the longest pause of `rotationScheduleExpression`',
    literal: true,
  },
  eventArchiveDays: {
    doc: "Days, at most 14, for which matched events are kept for a replay. The raw events hold the callers' numbers.",
    rule: wholeNumber(1, 14, 'days'),
    leftOut: 'no event is kept',
  },
  encryptEvents: {
    doc: "Whether the bus and the event archive, where the callers' numbers lie, are encrypted with the module's key, too. What the bus cannot encrypt or decrypt goes to the undelivered queue. An `existingKeyArn` has to allow it to EventBridge.",
    rule: flag,
    byDefault: false,
    leftOut: "AWS's own key encrypts them",
    literal: true,
  },
  permissionsBoundaryArn: {
    doc: 'ARN of the permissions boundary of both roles.',
    rule: arn(
      `iam::(?:[0-9]{12}|aws):policy/${IAM_NAME}`,
      'the ARN of an IAM policy (arn:aws:iam::<account>:policy/<name>)',
    ),
    leftOut: 'the roles have none',
  },
  iamPath: {
    doc: 'IAM path of roles and policies, beginning and ending with `/`.',
    rule: {
      ...text(
        '/(?:[A-Za-z0-9_.,+=@-]+/)*',
        "/ or a path such as /voicemail/, with a slash at both ends, and not /aws-service-role/ or /aws-reserved/, which are AWS's own",
        512,
      ),
      excluded: '^/aws-(?:service-role|reserved)/',
    },
    byDefault: '/',
  },
  tags: {
    doc: 'Tags of every resource that takes tags.',
    rule: { ...tags(50), caseInsensitive: true },
    byDefault: {},
    leftOut: "the provider's default tags alone",
  },
  preventDestroy: {
    doc: 'Whether Terraform refuses to destroy bucket, secret, key and bus. To leave, set it to false, apply, empty the bucket, then destroy.',
    rule: flag,
    byDefault: true,
    literal: true,
    notInHcl:
      'Terraform takes no variable for `prevent_destroy`, so bucket, secret, key and bus are guarded; to leave, take them out of the state (`terraform state rm`) or change a copy of the module',
  },
  functionsFolder: {
    doc: "Folder that holds the functions' zips, as `npm run build` writes them.",
    // The construct looks for the zips themselves.
    rule: text('[^\\n]+', 'the path of a folder'),
    leftOut: '`dist/functions` of this package',
    notInHcl: 'the zips come with the module',
    notInFile: true,
  },
} as const satisfies OptionTable;
