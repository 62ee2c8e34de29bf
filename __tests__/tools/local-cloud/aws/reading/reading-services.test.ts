import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeEventBusCommand,
  DescribeEventSourceCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  ListTargetsByRuleCommand,
  TestEventPatternCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from '@aws-sdk/client-lambda';
import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { MovableClock } from '../../../../../tools/local-cloud/clock';
import { type LocalStack, startLocalStack } from '../../../../../tools/local-cloud/stack';
import { LocalSynthesis } from '../../../../helpers/local-synthesis';

/* What the operator commands read of EventBridge, Lambda, CloudWatch and S3, through the real SDK. */

let synthesis: LocalSynthesis;
let stack: LocalStack;
let clients: { events: EventBridgeClient; lambda: LambdaClient; metrics: CloudWatchClient; s3: S3Client };
const clock = new MovableClock();

beforeAll(async () => {
  synthesis = new LocalSynthesis();
  stack = await startLocalStack({ stack: synthesis.stack(), clock });
  const config = {
    endpoint: stack.aws.origin,
    region: stack.aws.region,
    credentials: stack.operatorCredentials,
  };
  clients = {
    events: new EventBridgeClient(config),
    lambda: new LambdaClient(config),
    metrics: new CloudWatchClient(config),
    s3: new S3Client(config),
  };
});
afterAll(async () => {
  for (const client of Object.values(clients)) {
    client.destroy();
  }
  await stack.close();
  synthesis.remove();
});

const output = (name: string): string => String(stack.outputs[name]);

test('the partner bus, its source, its rule and its target are shown as the stack declares them', async () => {
  const Name = output('event_bus_name');
  const { events } = clients;
  expect(await events.send(new DescribeEventSourceCommand({ Name }))).toMatchObject({
    State: 'ACTIVE',
    Name,
  });
  expect(await events.send(new DescribeEventBusCommand({ Name }))).toMatchObject({
    Name,
    Arn: expect.stringContaining(':event-bus/'),
  });
  const TargetArn = output('events_queue_arn');
  const { RuleNames: [rule = ''] = [] } = await events.send(
    new ListRuleNamesByTargetCommand({ TargetArn, EventBusName: Name }),
  );
  expect(await events.send(new DescribeRuleCommand({ Name: rule, EventBusName: Name }))).toMatchObject({
    State: 'ENABLED',
    EventPattern: expect.stringContaining('voicemail.end'),
  });
  const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: rule, EventBusName: Name }));
  expect(Targets).toEqual([
    expect.objectContaining({ Arn: TargetArn, DeadLetterConfig: { Arn: output('undelivered_queue_arn') } }),
  ]);
});

test('what is not there is ResourceNotFoundException', async () => {
  const missing = { name: 'ResourceNotFoundException' };
  const Name = 'aws.partner/genesys.com/cloud/none/none';
  await expect(clients.events.send(new DescribeEventSourceCommand({ Name }))).rejects.toMatchObject(missing);
  await expect(clients.events.send(new DescribeEventBusCommand({ Name }))).rejects.toMatchObject(missing);
  await expect(
    clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'none' })),
  ).rejects.toMatchObject(missing);
});

test('a pattern is tested against an event that has every field of one', async () => {
  const test = (EventPattern: string, event: object) =>
    clients.events.send(new TestEventPatternCommand({ EventPattern, Event: JSON.stringify(event) }));
  const event = {
    id: 'i',
    account: 'a',
    source: 's',
    time: 't',
    region: 'r',
    resources: [],
    'detail-type': 'd',
    detail: { a: 'one' },
  };
  expect(await test('{"detail":{"a":["one"]}}', event)).toMatchObject({ Result: true });
  expect(await test('{"detail":{"a":["two"]}}', event)).toMatchObject({ Result: false });
  await expect(test('{"detail":{"a":"one"}}', event)).rejects.toMatchObject({
    name: 'InvalidEventPatternException',
  });
  await expect(test('{"detail":{"a":["one"]}}', { detail: { a: 'one' } })).rejects.toMatchObject({
    name: 'ValidationException',
  });
});

test('a function is shown with its variables, and what feeds it', async () => {
  const FunctionName = output('move_function_arn');
  const shown = await clients.lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  expect(shown.Environment?.Variables).toMatchObject({ ARCHIVE_BUCKET_NAME: output('bucket_name') });
  const { EventSourceMappings } = await clients.lambda.send(
    new ListEventSourceMappingsCommand({ FunctionName, EventSourceArn: output('events_queue_arn') }),
  );
  expect(EventSourceMappings).toEqual([
    expect.objectContaining({ State: 'Enabled', FunctionArn: FunctionName }),
  ]);
});

test('the age of the oldest message is measured by the clock', async () => {
  const age = async () => {
    const { Datapoints } = await clients.metrics.send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateAgeOfOldestMessage',
        Dimensions: [{ Name: 'QueueName', Value: output('failures_queue_arn').split(':')[5] }],
        StartTime: new Date(clock.now() - 600_000),
        EndTime: new Date(clock.now()),
        Period: 60,
        Statistics: ['Maximum'],
      }),
    );
    return Datapoints?.[0]?.Maximum ?? Number.NaN;
  };
  expect(await age()).toBe(0);
  stack.aws.sqs.send(output('failures_queue_arn'), 'x');
  clock.advance(3_600_000);
  expect(await age()).toBeGreaterThanOrEqual(3600);
});

test("the bucket's settings are those of the stack", async () => {
  const Bucket = output('bucket_name');
  expect(await clients.s3.send(new GetBucketVersioningCommand({ Bucket }))).toMatchObject({
    Status: 'Enabled',
  });
  const { ServerSideEncryptionConfiguration } = await clients.s3.send(
    new GetBucketEncryptionCommand({ Bucket }),
  );
  expect(ServerSideEncryptionConfiguration?.Rules).toEqual([
    {
      ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: output('key_arn') },
      BucketKeyEnabled: true,
    },
  ]);
  const { PublicAccessBlockConfiguration } = await clients.s3.send(
    new GetPublicAccessBlockCommand({ Bucket }),
  );
  expect(Object.values(PublicAccessBlockConfiguration ?? {})).toEqual([true, true, true, true]);
});
