import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { messageAttributesMd5 } from '../../../../../tools/local-cloud/aws/sqs';
import { ACCOUNT_ID, type Fixture, REGION, ROLE_ARN, refusal, startFixture } from '../fixture';

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;

describe('the local SQS', () => {
  let fixture: Fixture;
  let queue: { arn: string; url: string };
  let count = 0;

  const create = (attributes: Record<string, string> = {}) => {
    count += 1;
    queue = fixture.aws.sqs.createQueue({ name: `queue-${count}`, attributes });
    return queue;
  };
  beforeEach(async () => {
    fixture = await startFixture();
    create();
  });
  afterEach(() => fixture.close());

  const send = (input: Partial<SendMessageCommandInput> = {}) =>
    fixture.sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'body', ...input }));
  const receive = async (input: Partial<ReceiveMessageCommandInput> = {}): Promise<Message[]> => {
    const { Messages = [] } = await fixture.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queue.url, MessageSystemAttributeNames: ['All'], ...input }),
    );
    return Messages;
  };
  const receiveOne = async (input: Partial<ReceiveMessageCommandInput> = {}): Promise<Message> => {
    const [message] = await receive(input);
    if (message === undefined) {
      throw new Error('expected a message');
    }
    return message;
  };
  const remove = (message: Message) =>
    fixture.sqs.send(new DeleteMessageCommand({ QueueUrl: queue.url, ReceiptHandle: message.ReceiptHandle }));
  const hide = (message: Message, VisibilityTimeout: number) =>
    fixture.sqs.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queue.url,
        ReceiptHandle: message.ReceiptHandle,
        VisibilityTimeout,
      }),
    );
  const counts = async () => {
    const { Attributes = {} } = await fixture.sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['All'] }),
    );
    return [
      Attributes['ApproximateNumberOfMessages'],
      Attributes['ApproximateNumberOfMessagesNotVisible'],
      Attributes['ApproximateNumberOfMessagesDelayed'],
    ].join(' ');
  };

  it('delivers a message with its attributes, and the digests that the SDK checks', async () => {
    const MessageAttributes = {
      text: { DataType: 'String', StringValue: 'grün' },
      number: { DataType: 'Number.int', StringValue: '42' },
      bytes: { DataType: 'Binary', BinaryValue: Buffer.from([0, 255]) },
    };
    const sent = await send({ MessageBody: 'a body: ä', MessageAttributes });
    const received = await receiveOne({ MessageAttributeNames: ['All'] });
    expect(received).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'a body: ä',
      MD5OfBody: createHash('md5').update('a body: ä').digest('hex'),
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      MessageAttributes: { text: MessageAttributes.text, number: MessageAttributes.number },
    });
    expect([...(received.MessageAttributes?.['bytes']?.BinaryValue ?? [])]).toEqual([0, 255]);
  });

  it('digests message attributes as AWS does', () => {
    // The digest that Amazon SQS itself answered, as LocalStack has recorded it against AWS.
    expect(messageAttributesMd5({ Foo: { DataType: 'String', StringValue: 'Bar' } })).toBe(
      'ae7155c6026991b6d54b11589678bf9c',
    );
  });

  it('returns the attributes that are asked for only', async () => {
    await send({
      MessageAttributes: {
        'class.a': { DataType: 'String', StringValue: '1' },
        'class.b': { DataType: 'String', StringValue: '2' },
        other: { DataType: 'String', StringValue: '3' },
      },
    });
    const message = await receiveOne({
      MessageAttributeNames: ['class.*'],
      MessageSystemAttributeNames: ['SentTimestamp'],
    });
    expect(Object.keys(message.MessageAttributes ?? {})).toEqual(['class.a', 'class.b']);
    expect(Object.keys(message.Attributes ?? {})).toEqual(['SentTimestamp']);
  });

  it('tells who sent a message, when, and how often it was received', async () => {
    const sentAtMs = fixture.clock.now();
    await send();
    fixture.advance(10 * SECOND_MS);
    const first = await receiveOne({ VisibilityTimeout: 0 });
    fixture.advance(10 * SECOND_MS);
    const second = await receiveOne();
    expect(first.Attributes?.['ApproximateReceiveCount']).toBe('1');
    expect(second.Attributes?.['ApproximateReceiveCount']).toBe('2');
    expect(second.Attributes?.['SenderId']).toMatch(/^AROA[0-9A-F]{17}:tester$/);
    expect(Number(second.Attributes?.['SentTimestamp'])).toBeGreaterThanOrEqual(sentAtMs);
    const firstReceived = Number(second.Attributes?.['ApproximateFirstReceiveTimestamp']);
    expect(firstReceived).toBe(Number(first.Attributes?.['ApproximateFirstReceiveTimestamp']));
    expect(firstReceived - sentAtMs).toBeGreaterThanOrEqual(10 * SECOND_MS);
    expect(firstReceived - sentAtMs).toBeLessThan(20 * SECOND_MS);
  });

  it('hides a received message until its visibility timeout ends by the clock', async () => {
    create({ VisibilityTimeout: '60' });
    await send();
    await receiveOne();
    expect(await counts()).toBe('0 1 0');
    fixture.advance(59 * SECOND_MS);
    expect(await receive()).toEqual([]);
    fixture.advance(SECOND_MS);
    expect(await receive()).toHaveLength(1);
  });

  it('delays a message as long as was asked', async () => {
    await send({ DelaySeconds: 900 });
    expect(await counts()).toBe('0 0 1');
    expect(await receive()).toEqual([]);
    fixture.advance(900 * SECOND_MS);
    expect(await receive()).toHaveLength(1);
  });

  it('drops a message silently when its retention ends, wherever it is', async () => {
    create({ MessageRetentionPeriod: '1209600' });
    await send();
    fixture.advance(14 * 24 * HOUR_MS - SECOND_MS);
    const message = await receiveOne();
    fixture.advance(SECOND_MS);
    expect(fixture.aws.sqs.messages(queue.arn)).toEqual([]);
    await remove(message);
  });

  it('moves a message that was received too often to the dead letter queue, with its id, time and count', async () => {
    const deadLetter = create({ MessageRetentionPeriod: '1209600' });
    const source = create({
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetter.arn, maxReceiveCount: 2 }),
    });
    const { MessageId } = await send();
    const first = await receiveOne({ VisibilityTimeout: 0 });
    await receiveOne({ VisibilityTimeout: 0 });
    fixture.advance(HOUR_MS);
    expect(await receive()).toEqual([]);
    queue = deadLetter;
    expect(await receiveOne()).toMatchObject({
      MessageId,
      Attributes: {
        SentTimestamp: first.Attributes?.['SentTimestamp'],
        ApproximateReceiveCount: '3',
        DeadLetterQueueSourceArn: source.arn,
      },
    });
  });

  it('needs a dead letter queue that is there and allows it', () => {
    const policy = (deadLetterTargetArn: string) => ({
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 }),
    });
    expect(() => create(policy(fixture.aws.sqs.queueArn('none')))).toThrow(
      'Dead letter target does not exist',
    );
    const allowed = fixture.aws.sqs.queueArn('allowed');
    const closed = create({
      RedriveAllowPolicy: JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns: [allowed] }),
    });
    expect(() => create(policy(closed.arn))).toThrow('does not allow');
    expect(fixture.aws.sqs.createQueue({ name: 'allowed', attributes: policy(closed.arn) }).arn).toBe(
      allowed,
    );
  });

  it('deletes with the handle of the last receive; an older one has no power', async () => {
    await send();
    const old = await receiveOne({ VisibilityTimeout: 0 });
    const last = await receiveOne();
    await remove(old);
    expect(fixture.aws.sqs.messages(queue.arn)).toHaveLength(1);
    expect((await refusal(hide(old, 60))).name).toBe('InvalidParameterValue');
    await remove(last);
    expect(fixture.aws.sqs.messages(queue.arn)).toEqual([]);
    await remove(last);
  });

  it('lets a handle work after its visibility ended, until the message is received again', async () => {
    await send();
    const message = await receiveOne({ VisibilityTimeout: 30 });
    fixture.advance(31 * SECOND_MS);
    await hide(message, 60);
    expect(await receive()).toEqual([]);
    await remove(message);
    expect(fixture.aws.sqs.messages(queue.arn)).toEqual([]);
  });

  it('changes visibility from now on, to twelve hours after the receive at most', async () => {
    await send();
    const message = await receiveOne();
    await hide(message, 0);
    expect(await receive({ VisibilityTimeout: 30 })).toHaveLength(1);
    fixture.advance(31 * SECOND_MS);
    const again = await receiveOne();
    fixture.advance(HOUR_MS);
    expect((await refusal(hide(again, 12 * 3600))).message).toContain('Total VisibilityTimeout');
    await hide(again, 10 * 3600);
    expect(Number(fixture.aws.sqs.nextVisibleAt(queue.arn)) - fixture.clock.now()).toBeGreaterThan(
      9 * HOUR_MS,
    );
  });

  it('refuses a handle that is none, or of another queue', async () => {
    await send();
    const message = await receiveOne();
    expect((await refusal(remove({ ReceiptHandle: 'nonsense' }))).name).toBe('ReceiptHandleIsInvalid');
    create();
    expect((await refusal(remove(message))).name).toBe('ReceiptHandleIsInvalid');
  });

  it('gives out ten messages at most, the longest visible first', async () => {
    for (let index = 0; index < 12; index += 1) {
      await send({ MessageBody: String(index) });
    }
    const bodies = (await receive({ MaxNumberOfMessages: 10 })).map(({ Body }) => Body);
    expect(bodies).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    expect(await receive()).toHaveLength(1);
  });

  it('waits for a message that comes later', async () => {
    const waiting = receive({ WaitTimeSeconds: 20 });
    await send();
    expect(await waiting).toHaveLength(1);
  });

  it('finds while waiting that the clock was moved', async () => {
    await send({ DelaySeconds: 600 });
    // Longer than the test may last, so that only the moved clock can end it.
    const waiting = fixture.aws.sqs.receive(queue.arn, { waitSeconds: 120 });
    fixture.advance(600 * SECOND_MS);
    expect(await waiting).toHaveLength(1);
  });

  it('answers a wait that nothing ended with nothing', async () => {
    expect(await receive({ WaitTimeSeconds: 1 })).toEqual([]);
  });

  it('ends with waiting calls under way', async () => {
    const waiting = fixture.aws.sqs.receive(queue.arn, { waitSeconds: 20 });
    await fixture.aws.close();
    expect(await waiting).toEqual([]);
  });

  it('takes a message of 1 MiB, attributes included, and not a byte more', async () => {
    const MessageAttributes = { name: { DataType: 'String', StringValue: 'value' } };
    const room = 1024 * 1024 - 'nameStringvalue'.length;
    await send({ MessageBody: 'x'.repeat(room), MessageAttributes });
    expect(await refusal(send({ MessageBody: 'x'.repeat(room + 1), MessageAttributes }))).toEqual({
      name: 'InvalidParameterValue',
      message: 'One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.',
    });
  });

  it.each<[Partial<SendMessageCommandInput>, string]>([
    [{ MessageBody: '' }, 'MissingParameter'],
    [{ MessageBody: 'a\u0000b' }, 'InvalidMessageContents'],
    [{ MessageBody: '\uffff' }, 'InvalidMessageContents'],
    [{ DelaySeconds: 901 }, 'InvalidParameterValue'],
    [{ MessageDeduplicationId: 'a' }, 'InvalidParameterValue'],
    [{ MessageAttributes: { 'AWS.a': { DataType: 'String', StringValue: 'a' } } }, 'InvalidParameterValue'],
    [{ MessageAttributes: { a: { DataType: 'Text', StringValue: 'a' } } }, 'InvalidParameterValue'],
    [{ MessageAttributes: { a: { DataType: 'String', StringValue: '' } } }, 'InvalidParameterValue'],
    [{ MessageAttributes: { a: { DataType: 'Number', StringValue: 'one' } } }, 'InvalidParameterValue'],
  ])('refuses the message %j', async (input, name) => {
    expect((await refusal(send(input))).name).toBe(name);
    expect(fixture.aws.sqs.messages(queue.arn)).toEqual([]);
  });

  it.each<[Partial<ReceiveMessageCommandInput>]>([
    [{ MaxNumberOfMessages: 11 }],
    [{ MaxNumberOfMessages: 0 }],
    [{ WaitTimeSeconds: 21 }],
    [{ VisibilityTimeout: 43_201 }],
    [{ ReceiveRequestAttemptId: 'fifo-only' }],
  ])('refuses to receive with %j', async (input) => {
    expect((await refusal(receive(input))).name).toBe('InvalidParameterValue');
  });

  it('answers each entry of a batch by itself', async () => {
    const { Successful, Failed } = await fixture.sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queue.url,
        Entries: [
          { Id: 'good', MessageBody: 'a' },
          { Id: 'bad', MessageBody: '\u0000' },
        ],
      }),
    );
    expect(Successful).toMatchObject([{ Id: 'good' }]);
    expect(Failed).toMatchObject([{ Id: 'bad', Code: 'InvalidMessageContents', SenderFault: true }]);

    const message = await receiveOne();
    const Entries = [
      { Id: 'good', ReceiptHandle: message.ReceiptHandle },
      { Id: 'bad', ReceiptHandle: 'nonsense' },
    ];
    const visibility = await fixture.sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queue.url,
        Entries: Entries.map((entry) => ({ ...entry, VisibilityTimeout: 60 })),
      }),
    );
    const deletion = await fixture.sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }));
    for (const result of [visibility, deletion]) {
      expect(result.Successful).toEqual([{ Id: 'good' }]);
      expect(result.Failed).toMatchObject([{ Id: 'bad', Code: 'ReceiptHandleIsInvalid' }]);
    }
    expect(fixture.aws.sqs.messages(queue.arn)).toEqual([]);
  });

  it.each([
    ['EmptyBatchRequest', []],
    [
      'TooManyEntriesInBatchRequest',
      Array.from({ length: 11 }, (_, index) => ({ Id: `${index}`, MessageBody: 'a' })),
    ],
    [
      'BatchEntryIdsNotDistinct',
      [
        { Id: 'a', MessageBody: 'a' },
        { Id: 'a', MessageBody: 'b' },
      ],
    ],
    ['InvalidBatchEntryId', [{ Id: 'a b', MessageBody: 'a' }]],
    [
      'BatchRequestTooLong',
      [
        { Id: 'a', MessageBody: 'x'.repeat(1_000_000) },
        { Id: 'b', MessageBody: 'x'.repeat(48_577) },
      ],
    ],
  ])('refuses a batch with %s, whole', async (name, Entries) => {
    const call = fixture.sqs.send(new SendMessageBatchCommand({ QueueUrl: queue.url, Entries }));
    expect((await refusal(call)).name).toBe(name);
    expect(fixture.aws.sqs.messages(queue.arn)).toEqual([]);
  });

  it('finds queues by name, and reports their attributes', async () => {
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: queue.arn, maxReceiveCount: 1000 });
    create({ VisibilityTimeout: '1800', RedrivePolicy: redrivePolicy, KmsMasterKeyId: 'alias/ours' });
    const name = queue.arn.split(':').at(-1);
    const { QueueUrl } = await fixture.sqs.send(new GetQueueUrlCommand({ QueueName: name }));
    expect(QueueUrl).toBe(`${fixture.aws.origin}/${ACCOUNT_ID}/${name}`);
    const read = async (AttributeNames: ('All' | 'VisibilityTimeout')[]) =>
      (await fixture.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes;
    expect(await read(['All'])).toMatchObject({
      QueueArn: queue.arn,
      VisibilityTimeout: '1800',
      MessageRetentionPeriod: '345600',
      MaximumMessageSize: '1048576',
      RedrivePolicy: redrivePolicy,
      KmsMasterKeyId: 'alias/ours',
    });
    expect(await read(['VisibilityTimeout'])).toEqual({ VisibilityTimeout: '1800' });
    const missing = fixture.sqs.send(new GetQueueUrlCommand({ QueueName: 'no-such-queue' }));
    expect((await refusal(missing)).name).toBe('QueueDoesNotExist');
  });

  it('refuses what it does not have: operations, queue types, attributes', async () => {
    const call = fixture.sqs.send(new CreateQueueCommand({ QueueName: 'over-the-wire' }));
    expect((await refusal(call)).name).toBe('UnknownOperationException');
    expect(() => fixture.aws.sqs.createQueue({ name: 'queue.fifo' })).toThrow('standard queues only');
    expect(() => create({ FifoQueue: 'true' })).toThrow('Unknown Attribute FifoQueue');
    expect(() => create({ VisibilityTimeout: '43201' })).toThrow('0 to 43200');
    expect(() => create({ RedrivePolicy: '{"maxReceiveCount":1}' })).toThrow('RedrivePolicy');
  });

  it('creates a queue once: the same again is the same, another attribute is refused', () => {
    const attributes = { VisibilityTimeout: '60' };
    const first = fixture.aws.sqs.createQueue({ name: 'once', attributes });
    expect(fixture.aws.sqs.createQueue({ name: 'once', attributes })).toEqual(first);
    expect(() => fixture.aws.sqs.createQueue({ name: 'once' })).toThrow(
      'different value for attribute VisibilityTimeout',
    );
  });

  it.each([true, false])(
    'serves SDK clients with useQueueUrlAsEndpoint %s',
    async (useQueueUrlAsEndpoint) => {
      const sqs = new SQSClient({
        endpoint: fixture.aws.origin,
        region: REGION,
        credentials: fixture.aws.issueCredentials(ROLE_ARN),
        useQueueUrlAsEndpoint,
      });
      const { MessageId } = await sqs.send(new SendMessageCommand({ QueueUrl: queue.url, MessageBody: 'a' }));
      expect(MessageId).toBeDefined();
      sqs.destroy();
    },
  );

  it('serves in-process callers as it serves SDK clients', async () => {
    const { sqs } = fixture.aws;
    const { messageId } = sqs.send(queue.arn, 'body', { delaySeconds: 60 });
    expect(Number(sqs.nextVisibleAt(queue.arn)) - fixture.clock.now()).toBeLessThanOrEqual(60 * SECOND_MS);
    fixture.advance(60 * SECOND_MS);
    const [received] = await sqs.receive(queue.arn);
    expect(received?.message).toMatchObject({ messageId, body: 'body', receiveCount: 1 });
    sqs.changeVisibility(queue.arn, received?.receiptHandle ?? '', 0);
    const [again] = await sqs.receive(queue.arn);
    sqs.delete(queue.arn, again?.receiptHandle ?? '');
    expect(sqs.nextVisibleAt(queue.arn)).toBeUndefined();
  });
});
