import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
} from '@aws-sdk/client-sqs';
import { type Fixture, refusal, startFixture } from '../fixture';

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

  it('refuses what it does not have: operations and attributes', async () => {
    const call = fixture.sqs.send(new CreateQueueCommand({ QueueName: 'over-the-wire' }));
    expect((await refusal(call)).name).toBe('UnknownOperationException');
    expect(() => create({ FifoQueue: 'true' })).toThrow('Unknown Attribute FifoQueue');
    expect(() => create({ VisibilityTimeout: '43201' })).toThrow('0 to 43200');
    expect(() => create({ RedrivePolicy: '{"maxReceiveCount":1}' })).toThrow('RedrivePolicy');
  });
});
