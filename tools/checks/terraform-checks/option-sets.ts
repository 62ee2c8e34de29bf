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
  'no reconcile': { ...SMALLEST, reconcileEnabled: false },
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
  'two lists of actions without the reconcile, a long timeout': {
    ...SMALLEST,
    reconcileEnabled: false,
    alarmActions: ['arn:aws:sns:eu-central-1:123456789012:operators'],
    pageActions: ['arn:aws:sns:eu-central-1:123456789012:page'],
    moveVoicemailToS3: { timeoutSeconds: 900 },
    rotationScheduleExpression: 'cron(0 8 ? * MON-FRI *)',
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
    objectTags: { 'cost centre': 'a+b=c', team: 'care' },
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
  'eleven tokens': { ...SMALLEST, tokens: 11 },
  'a reconcile without lists': { ...WITHOUT_QUEUES, reconcileEnabled: true },
  'groups without the reconcile': { ...SMALLEST, groupIds: ids(1, 3), reconcileEnabled: false },
  'a reconcile that brings back what expired': { ...SMALLEST, retentionDays: 7 },
  'no decision about the retention': WITHOUT_RETENTION,
  'two decisions about the retention': { ...SMALLEST, retainForever: true },
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
  'an object tag without a value': { ...SMALLEST, objectTags: { team: '' } },
  'a tag with a hash': { ...SMALLEST, tags: { team: '#1' } },
  'a rotation more often than AWS does': { ...SMALLEST, rotationScheduleExpression: 'rate(3 hours)' },
  'a rotation without time to write': { ...SMALLEST, refreshAuthToken: { timeoutSeconds: 30 } },
  'nothing reserved': { ...SMALLEST, refreshAuthToken: { reservedConcurrency: 0 } },
  'less reserved than used': { ...SMALLEST, moveVoicemailToS3: { reservedConcurrency: 2 } },
  'subnets without security groups': { ...SMALLEST, vpcSubnetIds: ['subnet-0123456789abcdef0'] },
  'an alias for a key': {
    ...SMALLEST,
    existingKeyArn: 'arn:aws:kms:eu-central-1:123456789012:alias/ours',
  },
};
