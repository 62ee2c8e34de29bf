import { MovableClock } from '../../../../tools/local-cloud/clock';
import {
  EventSourceMapping,
  type EventSourceMappingOptions,
  type InvocationResult,
  type SqsMessage,
  TooManyRequestsError,
} from '../../../../tools/local-cloud/lambda';

const QUEUE_ARN = 'arn:aws:sqs:eu-central-1:123456789012:voicemail-events';

/** A queue that hides what it hands out and forgets only what is deleted. */
class FakeQueue {
  readonly #visible: SqsMessage[] = [];
  readonly #hidden = new Map<string, SqsMessage>();
  readonly receivedMaximums: number[] = [];

  send(...bodies: string[]): void {
    for (const body of bodies) {
      const messageId = `message-${this.#visible.length + this.#hidden.size + 1}`;
      this.#visible.push({
        messageId,
        receiptHandle: `receipt of ${messageId}`,
        body,
        md5OfBody: `md5 of ${body}`,
        attributes: { ApproximateReceiveCount: '1' },
        messageAttributes: {},
      });
    }
  }

  async receive(maximum: number): Promise<SqsMessage[]> {
    this.receivedMaximums.push(maximum);
    const received = this.#visible.splice(0, maximum);
    for (const message of received) {
      this.#hidden.set(message.receiptHandle, message);
    }
    return received;
  }

  async delete(receiptHandle: string): Promise<void> {
    if (!this.#hidden.delete(receiptHandle)) {
      throw new Error(`${receiptHandle} is not in flight`);
    }
  }

  /** Bodies of the messages that are not deleted and not visible. */
  get hiddenBodies(): string[] {
    return [...this.#hidden.values()].map(({ body }) => body);
  }
}

const success = (payload: unknown): InvocationResult => ({
  outcome: 'success',
  payload,
  requestId: 'request',
  logs: [],
  durationMs: 1,
  coldStart: false,
});

const failuresOf = (...itemIdentifiers: unknown[]) => ({
  batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })),
});

let queue: FakeQueue;
let events: { Records: { body: string }[] }[];

beforeEach(() => {
  queue = new FakeQueue();
  events = [];
});

const mappingOf = (
  answer: (event: { Records: { body: string }[] }) => InvocationResult | Promise<InvocationResult>,
  options: Partial<EventSourceMappingOptions> = {},
): EventSourceMapping =>
  new EventSourceMapping({
    queue,
    queueArn: QUEUE_ARN,
    function: {
      invoke: async (event) => {
        events.push(Object(event));
        return answer(Object(event));
      },
    },
    functionResponseTypes: ['ReportBatchItemFailures'],
    ...options,
  });

const bodiesOf = () => events.map(({ Records }) => Records.map(({ body }) => body));

describe('a step', () => {
  test('asks SQS for at most ten messages at a time, however large the batch', async () => {
    queue.send(...Array.from({ length: 25 }, (_, index) => String(index)));

    await mappingOf(() => success(null), { batchSize: 25, maximumBatchingWindowSeconds: 1 }).pollOnce();

    expect(bodiesOf().map((bodies) => bodies.length)).toEqual([25]);
    expect(Math.max(...queue.receivedMaximums)).toBe(10);
  });
});

describe('a batch', () => {
  test.each([
    ['null', null],
    ['an empty object', {}],
    ['an empty list', { batchItemFailures: [] }],
    ['a list that is null', { batchItemFailures: null }],
  ])('is deleted whole when the function answers %s', async (_what, payload) => {
    queue.send('1', '2');

    const [report] = await mappingOf(() => success(payload)).pollOnce();

    expect(report).toMatchObject({ deletedMessageIds: ['message-1', 'message-2'], failedMessageIds: [] });
    expect(queue.hiddenBodies).toEqual([]);
  });

  test('keeps exactly the messages that the function names', async () => {
    queue.send('good', 'bad', 'good too');

    const [report] = await mappingOf(() => success(failuresOf('message-2'))).pollOnce();

    expect(report).toMatchObject({ failedMessageIds: ['message-2'] });
    expect(queue.hiddenBodies).toEqual(['bad']);
  });

  test.each([
    ['names an unknown message', failuresOf('message-1', 'message-99')],
    ['names null', failuresOf(null)],
    ['names nothing', failuresOf('')],
    ['uses another key', { batchItemFailures: [{ messageId: 'message-1' }] }],
    ['has no list', { batchItemFailures: 'message-1' }],
    ['is text', 'message-1'],
  ])('stays whole when the answer %s', async (_what, payload) => {
    queue.send('1', '2');

    const [report] = await mappingOf(() => success(payload)).pollOnce();

    expect(report).toMatchObject({ deletedMessageIds: [], failedMessageIds: ['message-1', 'message-2'] });
    expect(queue.hiddenBodies).toEqual(['1', '2']);
  });

  test('stays whole when the function is throttled', async () => {
    queue.send('1');

    const [report] = await mappingOf(() => {
      throw new TooManyRequestsError('function', 1);
    }).pollOnce();

    expect(report).toEqual({ deletedMessageIds: [], failedMessageIds: ['message-1'] });
    expect(queue.hiddenBodies).toEqual(['1']);
  });
});

describe('running', () => {
  test('gathers a batch until the batching window of its clock is over', async () => {
    const clock = new MovableClock();
    let invoked = () => {};
    const invocation = new Promise<void>((resolve) => {
      invoked = resolve;
    });
    let received = 0;
    queue.send('1');
    const mapping = mappingOf(
      () => {
        invoked();
        return success(null);
      },
      {
        batchSize: 10,
        maximumBatchingWindowSeconds: 300,
        pollIntervalMs: 1,
        clock,
        queue: {
          receive: (maximum) => {
            received += 1;
            // The first message waits for company; the second comes later, and then the window closes.
            if (received === 50) {
              queue.send('2');
            }
            if (received === 100) {
              clock.advance(300_000);
            }
            return queue.receive(maximum);
          },
          delete: (receiptHandle) => queue.delete(receiptHandle),
        },
      },
    );

    const run = mapping.run();
    await invocation;
    await mapping.stop();
    await run;

    expect(bodiesOf().flat().sort()).toEqual(['1', '2']);
    expect(received).toBeGreaterThanOrEqual(100);
  });
});
