import type { GenesysVoicemailToS3Props } from '../../../modules/genesys-voicemail-to-s3';

const SOURCE = 'aws.partner/genesys.com/cloud/7f1c9a34-3d1b-4b0e-8a55-2f6d0c9e4b18/voicemail';

const ids = (count: number, group: number): readonly string[] =>
  Array.from(
    { length: count },
    (_, index) => `0000000${group}-0000-4000-8000-${String(index).padStart(12, '0')}`,
  );

const SMALLEST: GenesysVoicemailToS3Props = {
  genesysRegion: 'mypurecloud.de',
  eventSourceName: SOURCE,
  queueIds: ids(1, 1),
  retentionDays: 365,
};

const { queueIds: _queues, ...WITHOUT_QUEUES } = SMALLEST;
const { retentionDays: _days, ...WITHOUT_RETENTION } = SMALLEST;

/** Options under which both doors have to make the same, each by what is special about it. */
export const OPTION_SETS: Readonly<Record<string, GenesysVoicemailToS3Props>> = {
  'the smallest': SMALLEST,
  'two rules of queues': { ...SMALLEST, queueIds: ids(41, 1) },
  'divisions, and a shortest duration': {
    ...SMALLEST,
    queueIds: ids(31, 1),
    divisionIds: ids(2, 2),
    minimumDurationMs: 2_000,
  },
  'every queue': WITHOUT_QUEUES,
  'excluded queues': { ...WITHOUT_QUEUES, excludedQueueIds: ids(3, 1) },
  'groups alone': { ...WITHOUT_QUEUES, groupIds: ids(2, 3) },
  'no reconcile, so that its schedule says nothing': {
    ...SMALLEST,
    reconcileEnabled: false,
    reconcileScheduleExpression: 'rate(30 days)',
  },
  'kept for ever, after-store actions, a cron schedule': {
    ...WITHOUT_RETENTION,
    retainForever: true,
    disconnectAfterStore: true,
    markReadAfterStore: true,
    deleteAfterStore: true,
    rotationScheduleExpression: 'cron(0 */4 * * ? *)',
  },
  'lean observability, two lists of actions': {
    ...SMALLEST,
    observability: 'lean',
    pageActions: ['arn:aws:sns:eu-central-1:123456789012:page'],
    notifyActions: ['arn:aws:sns:eu-central-1:123456789012:notify'],
    rotationScheduleExpression: 'cron(0 1,5,9,13,21 * * ? *)',
  },
  'lean observability of groups alone, one list of actions': {
    ...WITHOUT_QUEUES,
    groupIds: ids(2, 3),
    observability: 'lean',
    alarmActions: ['arn:aws:sns:eu-central-1:123456789012:operators'],
  },
  'two tokens that few may read, roles under a path': {
    ...SMALLEST,
    tokens: 2,
    secretReaders: ['arn:aws:iam::123456789012:role/operators/authorize'],
    iamPath: '/voicemail/',
  },
  'events under the key': { ...SMALLEST, encryptEvents: true, eventArchiveDays: 7 },
  'an archive under the key, of a bus that exists': {
    genesysRegion: 'mypurecloud.de',
    existingEventBusName: SOURCE,
    retentionDays: 365,
    encryptEvents: true,
    eventArchiveDays: 7,
  },
  'a reconcile each Monday, and an alarm soon after a rotation that did not come': {
    ...SMALLEST,
    reconcileScheduleExpression: 'cron(0 2 ? * MON *)',
    tokenAgeAlarmHours: 8,
  },
  'a reconcile on the last Friday of a month': {
    ...SMALLEST,
    reconcileScheduleExpression: 'cron(0 2 ? * 6L *)',
    reconcileLookBackDays: 35,
  },
  'locked versions': { ...SMALLEST, objectLockDays: 365 },
  'a catalog of queues and groups': { ...SMALLEST, groupIds: ids(2, 3), catalog: true },
  'a catalog of every queue, in a bucket that exists': {
    genesysRegion: 'mypurecloud.de',
    eventSourceName: SOURCE,
    existingBucketName: 'central-archive',
    catalog: true,
  },
  'a token that the functions alone may read': { ...SMALLEST, secretReaders: [] },
  'two lists of actions without the reconcile, a long timeout': {
    ...SMALLEST,
    reconcileEnabled: false,
    alarmActions: ['arn:aws:sns:eu-central-1:123456789012:operators'],
    pageActions: ['arn:aws:sns:eu-central-1:123456789012:page'],
    moveVoicemailToS3: { timeoutSeconds: 900 },
    rotationScheduleExpression: 'cron(0 8 ? * SUN,TUE,THU,SAT *)',
  },
  'ids in other forms': {
    ...SMALLEST,
    queueIds: [
      'https://apps.mypurecloud.de/directory/#/admin/routing/queues/2B6F0CC9-04D1-4C1D-8F3A-9A1F5F0B7C3E',
      'C0A8E5D2-7B64-4F0A-9C57-1E3D2B4A6F80',
    ],
  },
  'objects that move at once': {
    ...SMALLEST,
    transitions: [
      { days: 0, storageClass: 'INTELLIGENT_TIERING' },
      { days: 1, storageClass: 'GLACIER_IR' },
    ],
  },
  'a window of all hours between two rotations': {
    ...SMALLEST,
    rotationScheduleExpression: 'rate(4 hours)',
    rotationWindowHours: 4,
  },
  'a rotation every other day': {
    ...SMALLEST,
    rotationScheduleExpression: 'cron(0 8 ? * SUN,TUE,thu,SAT *)',
  },
  'three tokens': { ...SMALLEST, tokens: 3, rotationScheduleExpression: 'rate(8 hours)' },
  'two tokens, one of them there already, watched leanly': {
    ...SMALLEST,
    tokens: 2,
    existingSecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:ours-AbCdEf',
    observability: 'lean',
    pageActions: ['arn:aws:sns:eu-central-1:123456789012:page'],
    notifyActions: ['arn:aws:sns:eu-central-1:123456789012:notify'],
    rotationScheduleExpression: 'rate(1 day)',
    rotationWindowHours: 13,
  },
  'two tokens on a schedule of their own': {
    ...SMALLEST,
    tokens: 2,
    rotationScheduleExpression: 'cron(0 */4 * * ? *)',
  },
  'paused, with a patient look for transcripts': { ...SMALLEST, paused: true, transcriptWaitHours: 72 },
  'a slow rotation': { ...SMALLEST, rotationScheduleExpression: 'rate(1 day)', rotationWindowHours: 3 },
  'everything that exists already': {
    genesysRegion: 'eu-central-1',
    existingEventBusName: SOURCE,
    existingKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/0b5b3b4e-6f2a-4a51-9f0c-5f0f6f2d9b11',
    existingSecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:ours-AbCdEf',
    existingBucketName: 'our-archive',
    queueIds: ids(1, 1),
    eventArchiveDays: 7,
  },
  'every other option': {
    ...SMALLEST,
    queueIds: ids(2, 1),
    groupIds: ids(1, 3),
    voicemailWaitMinutes: 90,
    audioFormat: 'MP3',
    maximumAudioBytes: 1_000_000,
    mediaHosts: ['media.example.com', 'other.example.com'],
    storeTranscript: false,
    reconcileScheduleExpression: 'rate(30 minutes)',
    reconcileLookBackDays: 3,
    noncurrentRetentionDays: 5,
    transitions: [
      { days: 30, storageClass: 'STANDARD_IA' },
      { days: 90, storageClass: 'GLACIER_IR' },
    ],
    keyPrefix: 'voicemail/care/',
    objectTags: { city: 'Köln', 'cost centre': 'a+b=c', 'no value': '', team: 'care' },
    accessLogBucketName: 'central-logs',
    accessLogPrefix: 'voicemail/',
    logRetentionDays: 400,
    refreshAuthToken: { memoryMb: 300, timeoutSeconds: 90, architecture: 'x86_64', runtime: 'nodejs22.x' },
    moveVoicemailToS3: { memoryMb: 1_024, timeoutSeconds: 200, reservedConcurrency: 20 },
    vpcSubnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    vpcSecurityGroupIds: ['sg-0123456789abcdef0'],
    codeSigningConfigArn:
      'arn:aws:lambda:eu-central-1:123456789012:code-signing-config:csc-0f6c334abcdea4d8b',
    maximumConcurrency: 20,
    batchSize: 2,
    alarmActions: ['arn:aws:sns:eu-central-1:123456789012:operators'],
    tokenAgeAlarmHours: 20,
    eventArchiveDays: 14,
    permissionsBoundaryArn: 'arn:aws:iam::123456789012:policy/boundary',
    iamPath: '/voicemail/',
    tags: { team: 'care', costCentre: '42' },
  },
};

const OURS = 'our-archive';

/** Options that both doors have to refuse before anything is made, each by what is wrong with it. */
export const REFUSED_OPTION_SETS: Readonly<Record<string, GenesysVoicemailToS3Props>> = {
  'an unknown region': { ...SMALLEST, genesysRegion: 'mypurecloud.example' },
  'no bus': { genesysRegion: 'mypurecloud.de', queueIds: ids(1, 1), retentionDays: 365 },
  'two buses': { ...SMALLEST, existingEventBusName: SOURCE },
  'included and excluded queues': { ...SMALLEST, excludedQueueIds: ids(1, 2) },
  'a queue twice': { ...SMALLEST, queueIds: [...ids(1, 1), ...ids(1, 1)] },
  'too many queues and groups together': { ...SMALLEST, queueIds: ids(70, 1), groupIds: ids(6, 3) },
  'too many excluded queues beside divisions': {
    ...WITHOUT_QUEUES,
    excludedQueueIds: ids(31, 1),
    divisionIds: ids(1, 2),
  },
  'lists that do not fit the environment': {
    ...SMALLEST,
    queueIds: ids(70, 1),
    mediaHosts: Array.from({ length: 10 }, (_, index) => `media-${index}.${'long'.repeat(10)}.example.com`),
  },
  'more tokens beside the lists than the environment holds': { ...SMALLEST, queueIds: ids(60, 1), tokens: 8 },
  'readers of an existing secret': {
    ...SMALLEST,
    secretReaders: [],
    existingSecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:ours-AbCdEf',
  },
  'readers with a wildcard': { ...SMALLEST, secretReaders: ['arn:aws:iam::123456789012:role/*'] },
  'eleven tokens': { ...SMALLEST, tokens: 11 },
  'more tokens in a network than the policy of a function has room for': {
    ...SMALLEST,
    tokens: 9,
    vpcSubnetIds: ['subnet-0123456789abcdef0'],
    vpcSecurityGroupIds: ['sg-0123456789abcdef0'],
  },
  'a reconcile without lists': { ...WITHOUT_QUEUES, reconcileEnabled: true },
  'groups without the reconcile': { ...SMALLEST, groupIds: ids(1, 3), reconcileEnabled: false },
  'a reconcile that brings back what expired': { ...SMALLEST, retentionDays: 7 },
  'no decision about the retention': WITHOUT_RETENTION,
  'two decisions about the retention': { ...SMALLEST, retainForever: true },
  'a reconcile once a month that looks back a week': {
    ...SMALLEST,
    reconcileScheduleExpression: 'cron(0 2 1 * ? *)',
  },
  'a reconcile that has ended': { ...SMALLEST, reconcileScheduleExpression: 'cron(0 2 * * ? 2019-2025)' },
  'a reconcile of the winter': { ...SMALLEST, reconcileScheduleExpression: 'cron(0 2 * NOV-MAR ? *)' },
  'an alarm on the age of a token before each rotation': { ...SMALLEST, tokenAgeAlarmHours: 7 },
  'events of another bus that nobody would encrypt': {
    genesysRegion: 'mypurecloud.de',
    existingEventBusName: SOURCE,
    retentionDays: 365,
    encryptEvents: true,
  },
  'a lock that outlives the retention': { ...SMALLEST, objectLockDays: 366 },
  'a lock for an existing bucket': { ...WITHOUT_RETENTION, existingBucketName: OURS, objectLockDays: 30 },
  'a retention for an existing bucket': { ...SMALLEST, existingBucketName: OURS },
  'transitions in an existing bucket': {
    ...WITHOUT_RETENTION,
    existingBucketName: OURS,
    transitions: [{ days: 30, storageClass: 'GLACIER_IR' }],
  },
  'an access log of an existing bucket': {
    ...WITHOUT_RETENTION,
    existingBucketName: OURS,
    accessLogBucketName: 'central-logs',
  },
  'an archive that logs into itself': {
    ...SMALLEST,
    accessLogBucketName: 'genesys-voicemail-123456789012-eu-central-1',
  },
  'a reconcile that looks back less than its own pause': {
    ...SMALLEST,
    reconcileScheduleExpression: 'rate(8 days)',
  },
  "a secret's ARN that does not fit the environment": {
    ...SMALLEST,
    queueIds: ids(75, 1),
    existingSecretArn: `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${'s'.repeat(500)}-AbCdEf`,
  },
  'a path of AWS': { ...SMALLEST, iamPath: '/aws-reserved/sso/' },
  'an action that a composite alarm does not take': {
    ...SMALLEST,
    alarmActions: ['arn:aws:automate:eu-central-1:ec2:stop'],
  },
  'a transition after half a day': { ...SMALLEST, transitions: [{ days: 0.5, storageClass: 'GLACIER_IR' }] },
  'a prefix without its slash': { ...SMALLEST, keyPrefix: 'voicemail' },
  'a prefix that is too long': { ...SMALLEST, keyPrefix: `${'p'.repeat(200)}/` },
  'a prefix of logs that climbs': {
    ...SMALLEST,
    accessLogBucketName: 'central-logs',
    accessLogPrefix: '../',
  },
  'a prefix of logs without a bucket for them': { ...SMALLEST, accessLogPrefix: 'logs/' },
  'an object tag with an ampersand': { ...SMALLEST, objectTags: { team: 'a&b' } },
  'a tag with a hash': { ...SMALLEST, tags: { team: '#1' } },
  'a rotation more often than AWS does': { ...SMALLEST, rotationScheduleExpression: 'rate(3 hours)' },
  'a move without time to store': { ...SMALLEST, moveVoicemailToS3: { timeoutSeconds: 29 } },
  'a rotation without time to write': { ...SMALLEST, refreshAuthToken: { timeoutSeconds: 30 } },
  'nothing reserved': { ...SMALLEST, refreshAuthToken: { reservedConcurrency: 0 } },
  'less reserved than used': { ...SMALLEST, moveVoicemailToS3: { reservedConcurrency: 2 } },
  'subnets without security groups': { ...SMALLEST, vpcSubnetIds: ['subnet-0123456789abcdef0'] },
  'an alias for a key': {
    ...SMALLEST,
    existingKeyArn: 'arn:aws:kms:eu-central-1:123456789012:alias/ours',
  },
  'an object that moves back': {
    ...SMALLEST,
    transitions: [
      { days: 30, storageClass: 'GLACIER' },
      { days: 60, storageClass: 'STANDARD_IA' },
    ],
  },
  'two moves to one class': {
    ...SMALLEST,
    transitions: [
      { days: 30, storageClass: 'GLACIER' },
      { days: 60, storageClass: 'GLACIER' },
    ],
  },
  'a young object in infrequent access': {
    ...SMALLEST,
    transitions: [{ days: 29, storageClass: 'ONEZONE_IA' }],
  },
  'a short stay in infrequent access': {
    ...SMALLEST,
    transitions: [
      { days: 30, storageClass: 'STANDARD_IA' },
      { days: 59, storageClass: 'GLACIER' },
    ],
  },
  'a move from one zone to instant retrieval': {
    ...SMALLEST,
    transitions: [
      { days: 30, storageClass: 'ONEZONE_IA' },
      { days: 90, storageClass: 'GLACIER_IR' },
    ],
  },
  'a move of what has expired': { ...SMALLEST, transitions: [{ days: 365, storageClass: 'GLACIER' }] },
  'a rotation every hour': { ...SMALLEST, rotationScheduleExpression: 'cron(0 * * * ? *)' },
  'rotations too close over midnight': { ...SMALLEST, rotationScheduleExpression: 'cron(0 0/7 * * ? *)' },
  'a rotation on weekdays': { ...SMALLEST, rotationScheduleExpression: 'cron(0 8 ? * MON-FRI *)' },
  'a rotation on even days': { ...SMALLEST, rotationScheduleExpression: 'cron(0 8 2/2 * ? *)' },
  'a rotation of one month': { ...SMALLEST, rotationScheduleExpression: 'cron(0 8 * JAN ? *)' },
  'a rotation on the last day': { ...SMALLEST, rotationScheduleExpression: 'cron(0 8 L * ? *)' },
  'a rotation every third day': { ...SMALLEST, rotationScheduleExpression: 'rate(3 days)' },
  'a rotation on both kinds of day': { ...SMALLEST, rotationScheduleExpression: 'cron(0 0,6,12,18 * * * *)' },
  'a rotation of one year': { ...SMALLEST, rotationScheduleExpression: 'cron(0 8 * * ? 2027)' },
  'a window longer than the rate': {
    ...SMALLEST,
    rotationScheduleExpression: 'rate(4 hours)',
    rotationWindowHours: 5,
  },
  'windows in which a rotation can come after the end of the token': {
    ...SMALLEST,
    rotationScheduleExpression: 'rate(2 days)',
    rotationWindowHours: 2,
  },
  'a window past midnight': {
    ...SMALLEST,
    rotationScheduleExpression: 'cron(0 22 * * ? *)',
    rotationWindowHours: 3,
  },
  'a reconcile on both kinds of day': { ...SMALLEST, reconcileScheduleExpression: 'cron(0 6 * * * *)' },
  'a reconcile at hour 24': { ...SMALLEST, reconcileScheduleExpression: 'cron(0 24 * * ? *)' },
  'a reconcile without a year': { ...SMALLEST, reconcileScheduleExpression: 'cron(0 6 * * ?)' },
  'a reconcile every hours': { ...SMALLEST, reconcileScheduleExpression: 'rate(1 hours)' },
  'a schedule that is too long': {
    ...SMALLEST,
    reconcileScheduleExpression: `cron(${Array.from({ length: 100 }, () => '10').join(',')} 6 * * ? *)`,
  },
  "a tag of AWS's own": { ...SMALLEST, tags: { 'AWS:team': 'care' } },
  'two tags that differ in case': { ...SMALLEST, tags: { Owner: 'a', owner: 'b' } },
  'a tag with a control character': { ...SMALLEST, tags: { team: 'a\tb' } },
  'too many tags': { ...SMALLEST, tags: Object.fromEntries(ids(51, 4).map((id) => [id, ''])) },
  'tags that outgrow the environment once stored': {
    ...SMALLEST,
    objectTags: Object.fromEntries(ids(8, 4).map((id) => [id, '/:'.repeat(64)])),
  },
  'a secret without its suffix': {
    ...SMALLEST,
    existingSecretArn: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:ours',
  },
  'a key of another region': {
    ...SMALLEST,
    existingKeyArn: 'arn:aws:kms:us-east-1:123456789012:key/0b5b3b4e-6f2a-4a51-9f0c-5f0f6f2d9b11',
  },
  'a key of another account': {
    ...SMALLEST,
    existingKeyArn: 'arn:aws:kms:eu-central-1:210987654321:key/0b5b3b4e-6f2a-4a51-9f0c-5f0f6f2d9b11',
  },
  'a boundary of another partition': {
    ...SMALLEST,
    permissionsBoundaryArn: 'arn:aws-cn:iam::123456789012:policy/boundary',
  },
  'a topic of another region': {
    ...SMALLEST,
    alarmActions: ['arn:aws:sns:us-east-1:123456789012:operators'],
  },
  'an alarm that tells a bucket': { ...SMALLEST, alarmActions: ['arn:aws:s3:::operators'] },
  'a name that S3 reserves': { ...SMALLEST, name: 'sthree' },
  'a bucket that is an alias': { ...WITHOUT_RETENTION, existingBucketName: 'ours-abc-s3alias' },
};
