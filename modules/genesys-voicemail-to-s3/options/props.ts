// Written by `npm run docs` from the table of options in `table/`: change an option there.

/** A move of stored voicemail to a cheaper storage class. */
export interface ArchiveTransition {
  /** Days after which an object moves. */
  readonly days: number;

  /** The S3 storage class it moves to, for example `STANDARD_IA` or `GLACIER_IR`. */
  readonly storageClass: string;
}

/** How one of the two functions runs. */
export interface FunctionOptions {
  /**
   * Memory in MB, 128 to 10,240. Lambda gives processor time in proportion.
   *
   * @default - 256 for RefreshAuthToken, 512 for MoveVoicemailToS3
   */
  readonly memoryMb?: number;

  /**
   * Seconds after which a run is ended, at most 900. RefreshAuthToken needs at least 60: it refuses to ask for a new
   * token without time left to write it. MoveVoicemailToS3 needs at least 30.
   *
   * @default - 120 for RefreshAuthToken, 300 for MoveVoicemailToS3
   */
  readonly timeoutSeconds?: number;

  /**
   * Instruction set: `arm64` or `x86_64`. The bundles run on both.
   *
   * @default 'arm64'
   */
  readonly architecture?: string;

  /**
   * Lambda runtime: `nodejs22.x` or `nodejs24.x`.
   *
   * @default 'nodejs24.x'
   */
  readonly runtime?: string;

  /**
   * Concurrent runs that are set aside for this function, which are also its limit. An account with a small quota
   * cannot set any aside: 100 have to stay unreserved.
   *
   * @default - none is set aside; the function shares the account's
   */
  readonly reservedConcurrency?: number;
}

/**
 * Options of {@link GenesysVoicemailToS3}.
 *
 * A value that is only known when Terraform plans (a token) is taken as it is, except in lists of ids and in time
 * limits, from which resources are counted and computed.
 */
export interface GenesysVoicemailToS3Props {
  /** Region of the Genesys Cloud organization: its AWS region (`eu-central-1`) or its domain (`mypurecloud.de`). */
  readonly genesysRegion: string;

  /**
   * Name of the partner event source that the Genesys EventBridge integration made:
   * `aws.partner/genesys.com/cloud/<organization id>/<suffix>`. The partner event bus is created under the same name.
   *
   * @default - `existingEventBusName` names the bus
   */
  readonly eventSourceName?: string;

  /**
   * Name of a partner event bus that exists already, made for another subscriber: one source feeds one bus. A partner
   * bus bears the name of its source.
   *
   * @default - the bus is created from `eventSourceName`
   */
  readonly existingEventBusName?: string;

  /**
   * Ids of the Genesys queues whose voicemail is moved, at most 75. They become event rules of 40 each.
   *
   * @default - every queue
   */
  readonly queueIds?: readonly string[];

  /**
   * Ids of the Genesys queues whose voicemail is left alone, at most 40; not together with `queueIds`.
   *
   * @default - no queue is left out
   */
  readonly excludedQueueIds?: readonly string[];

  /**
   * Ids of the Genesys groups whose voicemail is moved too, at most 75 together with `queueIds`. Genesys sends no event
   * for them, so the reconcile moves them; the service user has to be a member of each.
   *
   * @default - no group's voicemail is moved
   */
  readonly groupIds?: readonly string[];

  /**
   * Ids of the Genesys divisions whose voicemail is moved, at most 10.
   *
   * @default - every division
   */
  readonly divisionIds?: readonly string[];

  /**
   * Milliseconds; a shorter voicemail is left alone. An event that tells no duration passes.
   *
   * @default 0
   */
  readonly minimumDurationMs?: number;

  /**
   * Minutes after the event during which a voicemail may still appear at Genesys.
   *
   * @default 60
   */
  readonly voicemailWaitMinutes?: number;

  /**
   * Prefix of every resource's name, at most 24 characters. Two instances in one account need two names.
   *
   * @default 'genesys-voicemail'
   */
  readonly name?: string;

  /**
   * Format of the stored audio, one of those that Genesys offers.
   *
   * @default 'WEBM'
   */
  readonly audioFormat?: 'WEBM' | 'WAV' | 'WAV_ULAW' | 'OGG_VORBIS' | 'OGG_OPUS' | 'MP3' | 'NONE';

  /**
   * Bytes; a larger recording is refused and goes to the failures queue.
   *
   * @default 104857600
   */
  readonly maximumAudioBytes?: number;

  /**
   * The only hosts that recordings may be downloaded from.
   *
   * @default - hosts of the Genesys region's own domain and of Amazon S3
   */
  readonly mediaHosts?: readonly string[];

  /**
   * Whether the sidecar holds the transcript where Genesys has one. It is what the caller said, spoken card numbers
   * included; with false it is not asked for.
   *
   * @default true
   */
  readonly storeTranscript?: boolean;

  /**
   * Hours after a voicemail was left during which the reconcile looks again for a transcript that was not there when it
   * was stored; 0 looks once.
   *
   * @default 24
   */
  readonly transcriptWaitHours?: number;

  /**
   * Whether the callback is disconnected once its voicemail is stored.
   *
   * @default false
   */
  readonly disconnectAfterStore?: boolean;

  /**
   * Whether the voicemail is marked read once it is stored. Best effort: Genesys refuses it to service users.
   *
   * @default false
   */
  readonly markReadAfterStore?: boolean;

  /**
   * Whether the voicemail is deleted at Genesys once its stored checksum is confirmed.
   *
   * @default false
   */
  readonly deleteAfterStore?: boolean;

  /**
   * When the token is rotated: `rate(4 hours)` or slower, or a `cron(0 ...)` expression, in UTC. A Genesys token lives
   * 24 hours by default, and a rotation may fail now and then: leave room for two.
   *
   * @default 'rate(6 hours)'
   */
  readonly rotationScheduleExpression?: string;

  /**
   * Hours within which a due rotation starts.
   *
   * @default 1
   */
  readonly rotationWindowHours?: number;

  /**
   * Whether queues and groups are compared with the archive on a schedule, which heals lost events. Needs `queueIds` or
   * `groupIds`: without them there is no list to compare.
   *
   * @default - true where `queueIds` or `groupIds` are given, else false
   */
  readonly reconcileEnabled?: boolean;

  /**
   * When the queues are compared with the archive: an EventBridge `rate(...)` or `cron(...)` expression, in UTC.
   *
   * @default 'rate(1 hour)'
   */
  readonly reconcileScheduleExpression?: string;

  /**
   * Days that the reconcile looks back: a week holds a long weekend and the repair after it. Less than `retentionDays`,
   * or the reconcile would bring back what has expired.
   *
   * @default 7
   */
  readonly reconcileLookBackDays?: number;

  /**
   * Days after which stored voicemail is deleted. Either this or `retainForever` has to be given: how long voices are
   * kept is a decision, not a default.
   *
   * @default - `retainForever` has to be true
   */
  readonly retentionDays?: number;

  /**
   * Whether stored voicemail is kept until somebody deletes it.
   *
   * @default - `retentionDays` has to be given
   */
  readonly retainForever?: boolean;

  /**
   * Days for which a deleted or replaced object can still be brought back. It is gone for good after the sum of
   * `retentionDays` and this.
   *
   * @default 30
   */
  readonly noncurrentRetentionDays?: number;

  /**
   * Moves to cheaper storage classes. Objects below 128 KB stay where they are, which are the sidecars and short
   * voicemail: the cheaper classes bill each of them as 128 KB or more, so that a move would cost more than it saves.
   *
   * @default - objects stay in `STANDARD`
   */
  readonly transitions?: readonly ArchiveTransition[];

  /**
   * Prefix of every object's key: empty, or ending in `/`.
   *
   * @default ''
   */
  readonly keyPrefix?: string;

  /**
   * Tags of every stored recording, at most 10.
   *
   * @default - recordings bear no tags
   */
  readonly objectTags?: Readonly<Record<string, string>>;

  /**
   * Name of a bucket in the same account and region that receives the archive's server access logs.
   *
   * @default - no access log is written
   */
  readonly accessLogBucketName?: string;

  /**
   * Prefix of the access logs' keys.
   *
   * @default - the name of the archive and `/`
   */
  readonly accessLogPrefix?: string;

  /**
   * Days, at most `retentionDays`, for which only who may bypass it deletes a version for good (S3 Object Lock,
   * governance mode): `erase --bypass-lock`. Holds for what is stored from then on. S3 never takes it off a bucket
   * again, only the days.
   *
   * @default - no version is locked
   */
  readonly objectLockDays?: number;

  /**
   * Whether Athena can ask the archive: a Glue table over the sidecars with partitions that nobody has to add, and a
   * workgroup whose results are kept encrypted for a day. An `existingKeyArn` has to allow it to
   * `encryption.athena.amazonaws.com`.
   *
   * @default false
   */
  readonly catalog?: boolean;

  /**
   * Name of a bucket in the same account that takes the voicemail. Its settings and its lifecycle stay its owner's: the
   * module makes no bucket and changes none.
   *
   * @default - a bucket is created
   */
  readonly existingBucketName?: string;

  /**
   * ARN of a customer KMS key (not of an alias) that encrypts everything. Its policy has to allow what the module's own
   * key allows: CloudWatch Logs for the functions' log groups, and EventBridge for the queues.
   *
   * @default - a key is created
   */
  readonly existingKeyArn?: string;

  /**
   * ARN of a secret that holds the token pair. The module attaches the rotation to it and changes nothing else. It has
   * to be encrypted with the key of `existingKeyArn` or with `aws/secretsmanager`: the functions have rights on no
   * other key.
   *
   * @default - a secret is created, without a value
   */
  readonly existingSecretArn?: string;

  /**
   * ARNs of the IAM roles and users that may read the token pair beside the functions: the secrets deny it to all
   * others. Who authorizes, heals or runs `doctor` belongs here. A role of IAM Identity Center has its path in its ARN.
   *
   * @default - whoever IAM lets read it may read it
   */
  readonly secretReaders?: readonly string[];

  /**
   * Tokens that the functions work with, 1 to 10, each with a secret, rotation and login (`authorize --token 2`), best
   * by an OAuth client and user of its own. With two, the loss of one stops nothing; N allow N times the requests. To
   * go back to fewer, set `preventDestroy` to false first.
   *
   * @default 1
   */
  readonly tokens?: number;

  /**
   * Days for which the functions' logs are kept, one of the values that CloudWatch Logs offers.
   *
   * @default 365
   */
  readonly logRetentionDays?: number;

  /**
   * How RefreshAuthToken runs.
   *
   * @default - the defaults of `FunctionOptions`
   */
  readonly refreshAuthToken?: FunctionOptions;

  /**
   * How MoveVoicemailToS3 runs.
   *
   * @default - the defaults of `FunctionOptions`
   */
  readonly moveVoicemailToS3?: FunctionOptions;

  /**
   * Ids of the VPC subnets that both functions run in. They need a way out to Genesys Cloud (a NAT gateway), and to AWS
   * by the same way or by endpoints. The roles get rights on network interfaces with it.
   *
   * @default - the functions run outside of any VPC: their only way in is an invocation that IAM allows
   */
  readonly vpcSubnetIds?: readonly string[];

  /**
   * Ids of the security groups of both functions, at most 5; together with `vpcSubnetIds`. Outgoing HTTPS is all they
   * need.
   *
   * @default - only without `vpcSubnetIds`
   */
  readonly vpcSecurityGroupIds?: readonly string[];

  /**
   * ARN of a Lambda code signing configuration for both functions. Their zips have to be signed then, by AWS Signer and
   * one of its signing profiles.
   *
   * @default - signatures are not checked
   */
  readonly codeSigningConfigArn?: string;

  /**
   * Runs of MoveVoicemailToS3 at a time, 2 to 1,000. Each takes a few of the 300 requests a minute that Genesys allows
   * one token.
   *
   * @default 5
   */
  readonly maximumConcurrency?: number;

  /**
   * Whether MoveVoicemailToS3 takes no messages: mail waits in the events queue, for at most 14 days, and the rotation
   * goes on. The alarm `stuck` goes off after `voicemailWaitMinutes` and five hours.
   *
   * @default false
   */
  readonly paused?: boolean;

  /**
   * Messages that one run of MoveVoicemailToS3 takes at most, 1 to 10.
   *
   * @default 10
   */
  readonly batchSize?: number;

  /**
   * How much is watched: `full` has an alarm for each thing that can go wrong, a composite alarm per cause that sends
   * one message, and a dashboard; `lean` has the ten alarms that see every loss and only the metrics that these read:
   * fixed costs below 3 US dollars a month.
   *
   * @default 'full'
   */
  readonly observability?: string;

  /**
   * ARNs that the alarms notify, for example of an SNS topic: the default of `pageActions` and `notifyActions`.
   *
   * @default - the alarms change state and notify nobody
   */
  readonly alarmActions?: readonly string[];

  /**
   * ARNs that the alarms notify for which a person should get up: no token works, voicemail waits, events are not
   * delivered.
   *
   * @default - `alarmActions`
   */
  readonly pageActions?: readonly string[];

  /**
   * ARNs that the other alarms notify, which can wait for the morning: a rotation failed while the token still works,
   * voicemail lies in the failures queue, the reconcile does not see everything.
   *
   * @default - `alarmActions`
   */
  readonly notifyActions?: readonly string[];

  /**
   * Hours without a rotation after which the alarms `rotation-missing` and `token-age` go off.
   *
   * @default - three times the longest pause of `rotationScheduleExpression`
   */
  readonly tokenAgeAlarmHours?: number;

  /**
   * Days, at most 14, for which matched events are kept for a replay. The raw events hold the callers' numbers.
   *
   * @default - no event is kept
   */
  readonly eventArchiveDays?: number;

  /**
   * Whether the bus and the event archive, where the callers' numbers lie, are encrypted with the module's key, too.
   * What the bus cannot encrypt or decrypt goes to the undelivered queue. An `existingKeyArn` has to allow it to
   * EventBridge.
   *
   * @default - AWS's own key encrypts them
   */
  readonly encryptEvents?: boolean;

  /**
   * ARN of the permissions boundary of both roles.
   *
   * @default - the roles have none
   */
  readonly permissionsBoundaryArn?: string;

  /**
   * IAM path of roles and policies, beginning and ending with `/`.
   *
   * @default '/'
   */
  readonly iamPath?: string;

  /**
   * Tags of every resource that takes tags.
   *
   * @default - the provider's default tags alone
   */
  readonly tags?: Readonly<Record<string, string>>;

  /**
   * Whether Terraform refuses to destroy bucket, secret, key and bus. To leave, set it to false, apply, empty the
   * bucket, then destroy.
   *
   * @default true
   */
  readonly preventDestroy?: boolean;

  /**
   * Folder that holds the functions' zips, as `npm run build` writes them.
   *
   * @default - `dist/functions` of this package
   */
  readonly functionsFolder?: string;
}
