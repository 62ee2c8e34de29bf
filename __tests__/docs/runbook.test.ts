import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchClient, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeEventBusCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListEventSourcesCommand,
} from '@aws-sdk/client-eventbridge';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import {
  DescribeSecretCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import {
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { MovableClock } from '../../tools/local-cloud/clock';
import { type LocalStack, SHORT_WAITS, startLocalStack } from '../../tools/local-cloud/stack';
import { VOICEMAIL_SAMPLES } from '../../tools/local-cloud/voicemails';
import { LocalSynthesis } from '../helpers/local-synthesis';

/** The mover stores what is audio by its bytes. */
const RECORDING = readFileSync(VOICEMAIL_SAMPLES.find(({ format }) => format === 'WEBM')?.path ?? '');

/* The AWS commands of the runbook, in its order, against the stack in the local run: what a person would do at night. */

let synthesis: LocalSynthesis;
let local: LocalStack;
let clock: MovableClock;

beforeAll(async () => {
  synthesis = new LocalSynthesis();
  clock = new MovableClock();
  local = await startLocalStack({
    stack: synthesis.stack(),
    clock,
    extraVariables: SHORT_WAITS,
  });
  local.genesys.createQueue({ id: local.queueIds[0] ?? '' });
  await local.aws.secretsManager.rotationsIdle();
});
afterAll(async () => {
  await local.close();
  synthesis.remove();
});

const configuration = () => ({
  endpoint: local.aws.origin,
  region: local.aws.region,
  credentials: local.operatorCredentials,
  forcePathStyle: true,
});
const urlOf = (queueArn: string): string =>
  `${local.aws.origin}/${local.aws.accountId}/${queueArn.split(':').at(-1)}`;
const output = (name: string): string => String(local.outputs[name]);
const moverLogGroup = (): string => `/aws/lambda/${local.moverFunction.functionName}`;

/** Commands that the local AWS does not know, and why. */
const NOT_REHEARSED: Readonly<Record<string, string>> = {
  'events start-replay': 'the local bus keeps no archive',
  's3api copy-object': 'an object that was overwritten: no run makes one',
};

/** What is rehearsed below, by the command that the runbook writes. */
const REHEARSED = [
  'cloudwatch set-alarm-state',
  'events describe-event-bus',
  'events describe-rule',
  'events list-event-sources',
  'logs tail',
  's3 cp',
  's3api delete-object',
  's3api list-object-versions',
  'secretsmanager describe-secret',
  'secretsmanager put-secret-value',
  'secretsmanager rotate-secret',
  'secretsmanager update-secret-version-stage',
  'sqs receive-message',
  'sqs send-message',
  'sqs start-message-move-task',
  'sts get-caller-identity',
];

test('the pages use no AWS command that is not rehearsed here, or named with its reason', () => {
  const used = ['operations.md', 'set-up.md'].flatMap((page) =>
    [
      ...readFileSync(join(__dirname, '../../docs', page), 'utf8').matchAll(
        /(?:^|[\s`(])aws ([a-z0-9]+ [a-z-]+)/gm,
      ),
    ].map(([, command = '']) => command),
  );
  expect([...new Set(used)].sort()).toEqual([...REHEARSED, ...Object.keys(NOT_REHEARSED)].sort());
});

test('set-up: the partner source is listed, and an alarm can be tried', async () => {
  const events = new EventBridgeClient(configuration());
  const { EventSources } = await events.send(
    new ListEventSourcesCommand({ NamePrefix: 'aws.partner/genesys.com' }),
  );
  expect(EventSources?.map(({ Name, State }) => [Name, State])).toEqual([[local.bus.name, 'ACTIVE']]);
  await expect(
    events.send(new ListEventSourcesCommand({ NamePrefix: 'aws.partner/other' })),
  ).resolves.toMatchObject({
    EventSources: [],
  });

  const cloudWatch = new CloudWatchClient(configuration());
  const AlarmName = 'genesys-voicemail-failed';
  const state = { StateValue: 'ALARM', StateReason: 'test' } as const;
  await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, ...state }));
  expect(local.cloudWatch.alarmState(AlarmName)).toBe('ALARM');
  await expect(cloudWatch.send(new SetAlarmStateCommand({ AlarmName: 'none', ...state }))).rejects.toThrow(
    'does not exist',
  );
});

test('without a token a message waits, as its lines in the logs say, and a failed one is moved back', async () => {
  const sqs = new SQSClient(configuration());
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: urlOf(local.eventsQueueArn),
      MessageBody: '{"schemaVersion":1,"kind":"reconcile"}',
    }),
  );
  await local.mapping.pollOnce();
  const logs = new CloudWatchLogsClient(configuration());
  const tail = async (filterPattern: string, logGroupName = moverLogGroup()) =>
    (
      await logs.send(
        new FilterLogEventsCommand({
          logGroupName,
          filterPattern,
          startTime: clock.now() - 3_600_000,
          interleaved: true,
        }),
      )
    ).events ?? [];
  expect((await tail('')).length).toBeGreaterThan(0);
  expect(await tail('?"no such words" ?nowhere')).toEqual([]);
  const quoted = await tail('"given back"');
  expect(quoted.length).toBeGreaterThan(0);
  expect(quoted.every(({ message }) => message?.includes('given back'))).toBe(true);
  await expect(tail('{ $.level = "ERROR" }')).rejects.toThrow('knows terms');
  await expect(tail('', '/aws/lambda/other')).rejects.toThrow('does not exist');

  const failed = urlOf(local.failuresQueueArn);
  await sqs.send(
    new SendMessageCommand({ QueueUrl: failed, MessageBody: '{"schemaVersion":1,"kind":"reconcile"}' }),
  );
  await sqs.send(
    new StartMessageMoveTaskCommand({
      SourceArn: output('failures_queue_arn'),
      DestinationArn: output('events_queue_arn'),
    }),
  );
  expect(local.aws.sqs.messages(local.failuresQueueArn)).toEqual([]);
  expect(local.aws.sqs.messages(local.eventsQueueArn)).toHaveLength(2);
  await local.mapping.pollOnce();
});

test('a lost token: the pair is put by hand, a stuck version loses its label, a rotation ends well', async () => {
  const secrets = new SecretsManagerClient(configuration());
  const SecretId = local.secretArn;
  const { clientId, clientSecret, accessToken, refreshToken } = local.genesys.grantFirstPair();
  await secrets.send(
    new PutSecretValueCommand({
      SecretId,
      VersionStages: ['AWSCURRENT', 'LATEST_GRANT'],
      SecretString: JSON.stringify({ clientId, clientSecret, accessToken, refreshToken }),
    }),
  );
  local.genesys.injectFault({
    service: 'login',
    times: 1_000,
    fault: { effect: 'none', answer: { kind: 'error', status: 503 } },
  });
  await secrets.send(new RotateSecretCommand({ SecretId }));
  await local.aws.secretsManager.rotationsIdle();
  local.genesys.clearFaults();
  const { VersionIdsToStages } = await secrets.send(new DescribeSecretCommand({ SecretId }));
  const stuck = Object.entries(VersionIdsToStages ?? {}).find(([, stages]) => stages.includes('AWSPENDING'));
  expect(stuck).toBeDefined();

  await secrets.send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage: 'AWSPENDING',
      RemoveFromVersionId: stuck?.[0],
    }),
  );
  const { VersionId = '' } = await secrets.send(new RotateSecretCommand({ SecretId }));
  await local.aws.secretsManager.rotationsIdle();
  const after = await secrets.send(new DescribeSecretCommand({ SecretId }));
  expect(after.VersionIdsToStages?.[VersionId]).toEqual(
    expect.arrayContaining(['AWSCURRENT', 'LATEST_GRANT']),
  );
});

test('an event that could not be delivered tells its reason in attributes', async () => {
  const sqs = new SQSClient(configuration());
  local.aws.sqs.send(local.undeliveredQueueArn, '{}', {
    attributes: { ERROR_CODE: { DataType: 'String', StringValue: 'NO_PERMISSIONS' } },
  });
  const { Messages } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: urlOf(local.undeliveredQueueArn),
      MessageAttributeNames: ['All'],
      VisibilityTimeout: 5,
    }),
  );
  expect(Messages?.[0]?.MessageAttributes).toMatchObject({ ERROR_CODE: { StringValue: 'NO_PERMISSIONS' } });
});

test('replay: account, rule and bus are found by the names that the page writes', async () => {
  const { Account, Arn } = await new STSClient(configuration()).send(new GetCallerIdentityCommand({}));
  expect([Account, Arn]).toEqual([
    local.aws.accountId,
    `arn:aws:sts::${local.aws.accountId}:assumed-role/operator/session`,
  ]);
  const events = new EventBridgeClient(configuration());
  const rule = await events.send(
    new DescribeRuleCommand({ Name: 'genesys-voicemail-end-1', EventBusName: local.bus.name }),
  );
  expect(rule.Arn).toContain(`:${Account}:rule/`);
  await expect(events.send(new DescribeEventBusCommand({ Name: local.bus.name }))).resolves.toMatchObject({
    Name: local.bus.name,
  });
});

test('credentials that nobody issued are refused by STS in its own words', async () => {
  const credentials = { accessKeyId: 'ASIAUNKNOWN', secretAccessKey: 'x', sessionToken: 'x' };
  await expect(
    new STSClient({ ...configuration(), credentials }).send(new GetCallerIdentityCommand({})),
  ).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
});

test('a deleted object comes back when its delete marker is removed', async () => {
  const s3 = new S3Client(configuration());
  const [queueId = ''] = local.queueIds;
  const left = local.genesys.leaveVoicemail({
    queueId,
    audio: { WEBM: RECORDING },
    durationMs: 4_000,
  });
  await local.bus.putPartnerEvent(left.event);
  const audio = () => local.s3.objects(local.bucketName).find(({ key }) => key.endsWith('.webm'));
  // The messages of the tests before wait in the same queue.
  for (let delivery = 0; delivery < 20 && audio() === undefined; delivery += 1) {
    await local.mapping.pollOnce();
    clock.advanceTo(local.aws.sqs.nextVisibleAt(local.eventsQueueArn) ?? clock.now());
  }
  const Bucket = local.bucketName;
  const Key = audio()?.key;
  await s3.send(new DeleteObjectCommand({ Bucket, Key }));
  const { Versions, DeleteMarkers } = await s3.send(
    new ListObjectVersionsCommand({ Bucket, Prefix: Key?.replace(/webm$/, '') }),
  );
  expect(Versions).toHaveLength(2);
  await s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId: DeleteMarkers?.[0]?.VersionId }));
  const { Body } = await s3.send(new GetObjectCommand({ Bucket, Key }));
  expect(Buffer.from((await Body?.transformToByteArray()) ?? [])).toEqual(RECORDING);
});
