import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AWS_REGIONS, partitionOf } from '../../../modules/deployment/aws-regions';
import { DeploymentInvalidError } from '../../../modules/deployment/errors';
import { readDeployments } from '../../../modules/deployment/read-deployments';
import { EVENT_SOURCE_NAME, QUEUE_ID } from '../../helpers/synth';

const SMALLEST = {
  awsRegion: 'eu-central-1',
  awsAccountId: '123456789012',
  genesysRegion: 'mypurecloud.de',
  eventSourceName: EVENT_SOURCE_NAME,
  queueIds: [QUEUE_ID],
  retentionDays: 365,
};

const folderOf = (files: Readonly<Record<string, unknown>>): string => {
  const folder = join(mkdtempSync(join(tmpdir(), 'deployments-')), 'deployments');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
};

const linesOf = (files: Readonly<Record<string, unknown>>): readonly string[] => {
  try {
    readDeployments(folderOf(files));
  } catch (error) {
    if (error instanceof DeploymentInvalidError) {
      return error.message.split('\n');
    }
    throw error;
  }
  return [];
};

const KEY = 'key/0b5b3b4e-6f2a-4a51-9f0c-5f0f6f2d9b11';
const SECRET = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:ours-AbCdEf';
const backend = (key: string) => ({ backend: { bucket: 'our-state', region: 'eu-central-1', key } });

test.each<[string, unknown, RegExp]>([
  [
    'a region that AWS does not have',
    { awsRegion: 'eu-central-9' },
    /awsRegion is "eu-central-9"; allowed: /,
  ],
  ['a region without a source of Genesys', { awsRegion: 'cn-north-1' }, /awsRegion is .*China, GovCloud/],
  ['a state key with a slash before it', backend('/a'), /backend\.key is "\/a"; allowed: .*terraform init/],
  ['a state key with a slash behind it', backend('a/'), /backend\.key is "a\/"/],
  ['a state key with two slashes', backend('a//b'), /backend\.key is "a\/\/b"/],
  [
    'a state bucket in the form of an address',
    { backend: { bucket: '192.168.5.4', region: 'eu-central-1' } },
    /backend\.bucket is/,
  ],
  [
    'a key for the state in another region',
    {
      backend: {
        bucket: 'our-state',
        region: 'eu-west-1',
        kmsKeyArn: `arn:aws:kms:eu-central-1:123456789012:${KEY}`,
      },
    },
    /backend\.kmsKeyArn is .*eu-west-1/,
  ],
  [
    'a key of another account',
    { existingKeyArn: `arn:aws:kms:eu-central-1:210987654321:${KEY}` },
    /existingKeyArn is .*the account .*123456789012$/,
  ],
  [
    'a topic of another region',
    { alarmActions: ['arn:aws:sns:us-east-1:123456789012:operators'] },
    /alarmActions\[0\] is .*the region .*eu-central-1$/,
  ],
  [
    'a boundary of another partition',
    { permissionsBoundaryArn: 'arn:aws-us-gov:iam::123456789012:policy/b' },
    /permissionsBoundaryArn is .*the partition/,
  ],
  [
    'a state in another partition',
    { backend: { bucket: 'our-state', region: 'cn-north-1' } },
    /backend\.region is "cn-north-1"; .*partition/,
  ],
  ['a state key too long for its lock', backend('a'.repeat(1_018)), /backend\.key is .*1,017/],
  [
    'subnets of an odd length',
    { vpcSubnetIds: ['subnet-012345678'], vpcSecurityGroupIds: ['sg-01234567'] },
    /vpcSubnetIds\[0\] is /,
  ],
  [
    'a reader without a name',
    { secretReaders: ['arn:aws:iam::123456789012:role/operators/'] },
    /secretReaders\[0\] is /,
  ],
  [
    'more tokens in a network than a policy has room for',
    { tokens: 9, vpcSubnetIds: ['subnet-01234567'], vpcSecurityGroupIds: ['sg-01234567'] },
    /tokens is 9; allowed: .*6,144 characters/,
  ],
  [
    'a window that ends after the token',
    { rotationScheduleExpression: 'rate(2 days)', rotationWindowHours: 2 },
    /rotationWindowHours is 2; allowed: .*48 hours apart/,
  ],
  [
    'a reconcile that has ended',
    { reconcileScheduleExpression: 'cron(0 2 * * ? 2019-2025)' },
    /reconcileScheduleExpression is .*the last is to come/,
  ],
  [
    'a move without time to store',
    { moveVoicemailToS3: { timeoutSeconds: 29 } },
    /moveVoicemailToS3\.timeoutSeconds is 29; allowed: at least 30/,
  ],
  ['an address as a host', { mediaHosts: ['10.0.0.1'] }, /mediaHosts\[0\] is .*no address/],
  ['a state key of a lock', backend('a.tflock'), /backend\.key is "a\.tflock"/],
  [
    'a window that is too long twice over',
    {
      rotationScheduleExpression: 'cron(0 0/6 * * ? *)',
      rotationWindowHours: 7,
    },
    /rotationWindowHours is 7; .*between two rotations/,
  ],
  [
    'a reconcile that looks back less than its own pause',
    { reconcileScheduleExpression: 'rate(169 hours)' },
    /reconcileScheduleExpression is .*reconcileLookBackDays/,
  ],
  [
    'an action that a composite alarm does not take',
    { alarmActions: ['arn:aws:automate:eu-central-1:ec2:stop'] },
    /alarmActions\[0\] is /,
  ],
  ['a path of AWS', { iamPath: '/aws-reserved/sso/' }, /iamPath is .*AWS's own/],
  [
    'an archive that logs into itself',
    { accessLogBucketName: 'genesys-voicemail-123456789012-eu-central-1' },
    /accessLogBucketName is .*another bucket/,
  ],
  [
    'a reconcile in some months only',
    { reconcileScheduleExpression: 'cron(0 2 * 1-6 ? *)' },
    /reconcileScheduleExpression is .*in every month/,
  ],
  [
    'an alarm that goes off before each rotation',
    { tokenAgeAlarmHours: 7 },
    /tokenAgeAlarmHours is 7; allowed: more hours/,
  ],
  [
    'a lock that outlives the retention',
    { objectLockDays: 366 },
    /objectLockDays is 366; allowed: at most retentionDays/,
  ],
  ['a folder . in the key of the state', backend('./a'), /backend\.key is "\.\/a"/],
  [
    'events to encrypt of which there are none',
    { eventSourceName: undefined, existingEventBusName: EVENT_SOURCE_NAME, encryptEvents: true },
    /encryptEvents is true; allowed: .*eventArchiveDays/,
  ],
  [
    "a secret's ARN that does not fit the environment",
    {
      existingSecretArn: SECRET.replace('ours', 'o'.repeat(500)),
      objectTags: { a: 'b'.repeat(200) },
      queueIds: Array.from({ length: 70 }, (_, index) => `${QUEUE_ID.slice(0, -2)}${index + 10}`),
    },
    /objectTags is "\d+ bytes .*existingSecret/,
  ],
  [
    'a misspelt option that has to be given',
    { retentionDays: undefined, retentionDay: 365 },
    /did you mean retentionDays\?/,
  ],
  [
    "a queue's name",
    { queueIds: ['Support'] },
    /queueIds\[0\] is "Support"; .*Admin > Contact Center > Queues/,
  ],
])('%s is refused in one line', (_, options, line) => {
  const lines = linesOf({ 'a.json': { ...SMALLEST, ...Object(options) } });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(line);
});

test('a key that stands twice is told at each repetition, at any depth', () => {
  const text = JSON.stringify({ ...SMALLEST, tags: { team: 'care' } })
    .replace('"team":"care"', '"team":"care","team":"other"')
    .replace('"retentionDays":365', '"retentionDays":365,"retentionDays":30');
  expect(linesOf({ 'a.json': text })).toEqual([
    expect.stringMatching(/^deployments\/a\.json:1:\d+: the key "retentionDays" stands here a second time; /),
    expect.stringMatching(/^deployments\/a\.json:1:\d+: the key "team" stands here a second time; /),
  ]);
});

test("JavaScript's own key is told, which it would lose", () => {
  const text = JSON.stringify({ ...SMALLEST, tags: { proto: 'x' } }).replace('"proto"', '"__proto__"');
  expect(linesOf({ 'a.json': text })).toEqual([
    expect.stringMatching(/the key "__proto__" is JavaScript's own/),
  ]);
});

test('a byte order mark is told as such', () => {
  expect(linesOf({ 'a.json': `\uFEFF${JSON.stringify(SMALLEST)}` })).toEqual([
    expect.stringMatching(/^deployments\/a\.json:1:1: the file begins with a byte order mark/),
  ]);
});

test('all that is wrong in all files is told at once', () => {
  const lines = linesOf({
    'a.json': { ...SMALLEST, retentionDays: 0, batchSize: 11 },
    'b.json': '{',
    'c.json': { ...SMALLEST, colour: 'red' },
  });
  expect(lines.map((line) => line.replace(/:\d+:\d+: .*/, ''))).toEqual([
    'deployments/a.json',
    'deployments/a.json',
    'deployments/b.json',
    'deployments/c.json',
  ]);
});

const OTHER = { ...SMALLEST, awsAccountId: '210987654321', name: 'other' };

test.each<[string, unknown, unknown, RegExp]>([
  [
    'one state',
    { ...SMALLEST, ...backend('a') },
    { ...OTHER, ...backend('a') },
    /backend\.key is "a"; allowed: /,
  ],
  [
    'one name in an account, in two regions',
    SMALLEST,
    { ...SMALLEST, awsRegion: 'us-east-1' },
    /name is "genesys-voicemail"; .*IAM/,
  ],
  ['one source', SMALLEST, { ...SMALLEST, name: 'other' }, /eventSourceName is .*existingEventBusName/],
  [
    'one secret',
    { ...SMALLEST, existingSecretArn: SECRET },
    { ...SMALLEST, name: 'other', eventSourceName: `${EVENT_SOURCE_NAME}2`, existingSecretArn: SECRET },
    /existingSecretArn is .*two functions/,
  ],
  [
    'one bucket in two regions',
    { ...SMALLEST, accessLogBucketName: 'our-logs' },
    { ...OTHER, awsRegion: 'us-east-1', accessLogBucketName: 'our-logs' },
    /accessLogBucketName is "our-logs"; .*one bucket in the world/,
  ],
  [
    'one bucket for states in two regions',
    { ...SMALLEST, backend: { bucket: 'our-state', region: 'eu-central-1' } },
    { ...OTHER, backend: { bucket: 'our-state', region: 'us-east-1' } },
    /backend\.region is "us-east-1"; /,
  ],
  [
    'logs that go into the archive of the other',
    { ...SMALLEST, name: 'other', eventSourceName: `${EVENT_SOURCE_NAME}2` },
    { ...SMALLEST, accessLogBucketName: 'other-123456789012-eu-central-1' },
    /accessLogBucketName is .*a key of KMS encrypts/,
  ],
])('two deployments with %s are refused, with the way out and the owner', (_, a, b, line) => {
  const lines = linesOf({ 'a.json': a, 'b.json': b });
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(line);
  expect(lines[0]).toMatch(/^deployments\/b\.json.*; deployments\/a\.json (?:has|makes) it$/);
});

test.each<[string, object, RegExp]>([
  [
    'secret',
    { existingSecretArn: SECRET.replace('ours', 'genesys-voicemail-token') },
    /existingSecretArn is .*two functions/,
  ],
  [
    'archive',
    { existingBucketName: 'genesys-voicemail-123456789012-eu-central-1', retentionDays: undefined },
    /existingBucketName is .*every key/,
  ],
  [
    'archive for its state',
    { backend: { bucket: 'genesys-voicemail-123456789012-eu-central-1', region: 'eu-central-1' } },
    /backend\.bucket is .*before the first archive/,
  ],
])("a deployment that takes another one's %s is refused, in whatever order", (_, options, line) => {
  const taker = { ...SMALLEST, name: 'other', eventSourceName: `${EVENT_SOURCE_NAME}2`, ...options };
  for (const files of [
    { 'a.json': SMALLEST, 'b.json': taker },
    { 'a.json': taker, 'b.json': SMALLEST },
  ]) {
    expect(linesOf(files)).toEqual([expect.stringMatching(line)]);
  }
});

test('a deployment that keeps its state in its own archive is refused', () => {
  const backend = { bucket: 'genesys-voicemail-123456789012-eu-central-1', region: 'eu-central-1' };
  expect(linesOf({ 'a.json': { ...SMALLEST, backend } })).toEqual([
    expect.stringMatching(/a\.json makes it/),
  ]);
});

test('deployments that share what exists are taken', () => {
  const { eventSourceName: _, ...withoutSource } = SMALLEST;
  const second = { ...withoutSource, name: 'other', existingEventBusName: EVENT_SOURCE_NAME };
  expect(linesOf({ 'a.json': SMALLEST, 'b.json': second, 'c.json': OTHER })).toEqual([]);
});

test("the address of a queue's page and an id in upper case are taken", () => {
  const queueIds = [
    `https://apps.mypurecloud.de/directory/#/admin/routing/queues/${QUEUE_ID}`,
    '3FA85F64-5717-4562-B3FC-2C963F66AFA6',
  ];
  expect(linesOf({ 'a.json': { ...SMALLEST, queueIds } })).toEqual([]);
  expect(linesOf({ 'a.json': { ...SMALLEST, queueIds: [QUEUE_ID, QUEUE_ID.toUpperCase()] } })).toHaveLength(
    1,
  );
});

test('what somebody may take for a deployment is named as passed over', () => {
  const folder = folderOf({ 'a.json': SMALLEST, 'b.jsonc': '', 'c.yaml': '', 'notes.md': '' });
  mkdirSync(join(folder, 'eu'));
  mkdirSync(join(folder, 'schema'));
  expect(readDeployments(folder).passedOver).toEqual([
    expect.stringMatching(/^deployments\/b\.jsonc is passed over: /),
    expect.stringMatching(/^deployments\/c\.yaml is passed over: /),
    expect.stringMatching(/^deployments\/eu\/ is passed over: /),
  ]);
});

test('every region is of one partition', () => {
  const regions = Object.values(AWS_REGIONS).flat();
  expect(new Set(regions).size).toBe(regions.length);
  expect(partitionOf('us-gov-west-1')).toBe('aws-us-gov');
  expect(partitionOf('eu-central-9')).toBeUndefined();
});
