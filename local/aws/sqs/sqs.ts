import { createHash } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type * as v from 'valibot';
import type { Clock } from '../../clock';
import { JsonService, jsonOperation, type ParameterErrors } from '../json-protocol';
import type { AwsRequest } from '../service';
import { runBatch } from './batch';
import {
  batchRequestTooLong,
  invalidAttributeName,
  invalidParameterValue,
  invalidValue,
  missingParameter,
  queueDoesNotExist,
  queueNameExists,
  unsupportedOperation,
} from './errors';
import {
  ChangeMessageVisibilityBatchInput,
  ChangeMessageVisibilityInput,
  DeleteMessageBatchInput,
  DeleteMessageInput,
  GetQueueAttributesInput,
  GetQueueUrlInput,
  ReceiveMessageInput,
  SendMessageBatchInput,
  SendMessageInput,
} from './inputs';
import { type Message, md5Hex, messageBytes, type NewMessage, systemAttributes } from './message';
import { type MessageAttributes, messageAttributesMd5, selectMessageAttributes } from './message-attributes';
import { Queue, type ReceivedMessage } from './queue';
import { allowsRedriveFrom, LARGEST_MESSAGE_BYTES, parseQueueSettings } from './queue-settings';

/** What the local SQS needs. */
export interface SqsOptions {
  readonly clock: Clock;
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
  /** The origin under which queue URLs stand; asked for when a queue is created. */
  readonly origin: () => string;
}

/** A queue to create. */
export interface CreateQueueRequest {
  /** 1 to 80 of letters, digits, `-` and `_`. */
  readonly name: string;
  /** By the names and in the text form of CreateQueue, for example `{ VisibilityTimeout: '60' }`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** What an in-process sender may say besides the body. */
export interface SendOptions {
  readonly attributes?: MessageAttributes;
  readonly delaySeconds?: number;
  /** Who sends: the ARN of a role, or a service's name. @default 'events.amazonaws.com' */
  readonly sender?: string;
}

/** How an in-process consumer receives. */
export interface ReceiveOptions {
  /** 1 to 10. @default 10 */
  readonly maximum?: number;
  /** @default the queue's own VisibilityTimeout */
  readonly visibilityTimeoutSeconds?: number;
  /** Seconds of real time to wait for a message. @default 0 */
  readonly waitSeconds?: number;
}

/**
 * Milliseconds of real time after which a long poll looks at the clock again: a clock that is moved forward tells nobody.
 */
const CLOCK_LOOK_MS = 50;

const parameterErrors: ParameterErrors = {
  missing: missingParameter,
  invalid: (name, reason) =>
    invalidParameterValue(`Value for parameter ${name} is invalid. Reason: ${reason}`),
};

/** A role's sender id as SQS shows it: the role's unique id and the session; here both follow from the ARN. */
const senderId = (principal: string): string => {
  const digest = createHash('sha256').update(principal).digest('hex').slice(0, 17).toUpperCase();
  return `AROA${digest}:${principal.split('/').at(-1)}`;
};

const sendResult = (message: Message) => ({
  MessageId: message.messageId,
  MD5OfMessageBody: md5Hex(message.body),
  MD5OfMessageAttributes: messageAttributesMd5(message.attributes),
  MD5OfMessageSystemAttributes:
    message.traceHeader === undefined
      ? undefined
      : messageAttributesMd5({
          AWSTraceHeader: { DataType: 'String', StringValue: message.traceHeader },
        }),
});

/**
 * A local Amazon SQS with standard queues.
 *
 * Not modelled: first-in-first-out queues, queue policies and encryption (their attributes are kept and reported), and
 * the disorder and duplicates that standard queues allow themselves.
 */
export class Sqs extends JsonService {
  readonly signingName = 'sqs';
  protected readonly protocolVersion = '1.0';
  protected readonly targetPrefix = 'AmazonSQS';
  readonly #options: SqsOptions;
  readonly #queues = new Map<string, Queue>();
  readonly #closing = new AbortController();

  constructor(options: SqsOptions) {
    super();
    this.#options = options;
    // Each waiting ReceiveMessage listens.
    setMaxListeners(0, this.#closing.signal);
  }

  protected readonly operations = {
    SendMessage: this.#operation(SendMessageInput, (queue, input, { principal }) =>
      sendResult(queue.send(this.#newMessage(input, principal), this.#now())),
    ),
    SendMessageBatch: this.#operation(SendMessageBatchInput, (queue, { Entries }, { principal }) =>
      this.#sendBatch(queue, Entries, principal),
    ),
    ReceiveMessage: this.#operation(ReceiveMessageInput, async (queue, input) => {
      const received = await this.#receive(queue, {
        maximum: input.MaxNumberOfMessages,
        visibilityTimeoutSeconds: input.VisibilityTimeout,
        waitSeconds: input.WaitTimeSeconds ?? queue.settings.receiveWaitSeconds,
      });
      return received.length === 0
        ? {}
        : { Messages: received.map((message) => this.#wireMessage(message, input)) };
    }),
    DeleteMessage: this.#operation(DeleteMessageInput, (queue, { ReceiptHandle }) =>
      queue.delete(ReceiptHandle),
    ),
    DeleteMessageBatch: this.#operation(DeleteMessageBatchInput, (queue, { Entries }) =>
      runBatch('DeleteMessageBatchRequestEntry', Entries, ({ ReceiptHandle }) => {
        queue.delete(ReceiptHandle);
        return {};
      }),
    ),
    ChangeMessageVisibility: this.#operation(ChangeMessageVisibilityInput, (queue, input) =>
      queue.changeVisibility(input.ReceiptHandle, input.VisibilityTimeout, this.#now()),
    ),
    ChangeMessageVisibilityBatch: this.#operation(ChangeMessageVisibilityBatchInput, (queue, { Entries }) =>
      runBatch(
        'ChangeMessageVisibilityBatchRequestEntry',
        Entries,
        ({ ReceiptHandle, VisibilityTimeout }) => {
          queue.changeVisibility(ReceiptHandle, VisibilityTimeout, this.#now());
          return {};
        },
      ),
    ),
    GetQueueAttributes: this.#operation(GetQueueAttributesInput, (queue, { AttributeNames }) =>
      this.#queueAttributes(queue, AttributeNames),
    ),
    GetQueueUrl: jsonOperation(
      GetQueueUrlInput,
      {
        resource: ({ QueueName }) => this.queueArn(QueueName),
        run: ({ QueueName, QueueOwnerAWSAccountId = this.#options.accountId }) => {
          const queue = this.#queues.get(this.queueArn(QueueName));
          if (queue === undefined || QueueOwnerAWSAccountId !== this.#options.accountId) {
            throw queueDoesNotExist();
          }
          return { QueueUrl: queue.url };
        },
      },
      parameterErrors,
    ),
  };

  /**
   * CreateQueue, in process. Creating a queue again with the same attributes changes nothing.
   *
   * @throws AwsError for a bad name or attribute, and for a dead letter queue that is missing or does not allow it.
   */
  createQueue({ name, attributes = {} }: CreateQueueRequest): { readonly arn: string; readonly url: string } {
    if (!/^[\w-]{1,80}$/.test(name)) {
      throw name.endsWith('.fifo')
        ? unsupportedOperation('the local AWS has standard queues only')
        : invalidParameterValue(
            'Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length',
          );
    }
    const arn = this.queueArn(name);
    const settings = parseQueueSettings(attributes);
    const existing = this.#queues.get(arn);
    if (existing !== undefined) {
      const differing = Object.keys(settings.attributes).find(
        (key) => settings.attributes[key] !== existing.settings.attributes[key],
      );
      if (differing !== undefined) {
        throw queueNameExists(
          `A queue already exists with the same name and a different value for attribute ${differing}`,
        );
      }
      return { arn, url: existing.url };
    }
    const target = settings.redrivePolicy?.deadLetterTargetArn;
    const deadLetterQueue = target === undefined ? undefined : this.#queues.get(target);
    if (target !== undefined && deadLetterQueue === undefined) {
      throw invalidValue(target, 'RedrivePolicy', 'Dead letter target does not exist.');
    }
    if (deadLetterQueue && !allowsRedriveFrom(deadLetterQueue.settings.redriveAllowPolicy, arn)) {
      throw invalidValue(
        target ?? '',
        'RedrivePolicy',
        'The dead letter queue does not allow this source queue.',
      );
    }
    const url = `${this.#options.origin()}/${this.#options.accountId}/${name}`;
    this.#queues.set(arn, new Queue({ arn, url, settings, createdAtMs: this.#now() }));
    return { arn, url };
  }

  /** The ARN of a queue with this name, whether it exists or not. */
  queueArn(name: string): string {
    return `arn:aws:sqs:${this.#options.region}:${this.#options.accountId}:${name}`;
  }

  /** SendMessage, in process. @throws AwsError as the operation does. */
  send(
    queueArn: string,
    body: string,
    { attributes = {}, delaySeconds, sender = 'events.amazonaws.com' }: SendOptions = {},
  ): { readonly messageId: string } {
    const message: NewMessage = { body, attributes, senderId: senderId(sender), delaySeconds };
    return { messageId: this.#queue(queueArn).send(message, this.#now()).messageId };
  }

  /** ReceiveMessage, in process. @throws AwsError where there is no such queue. */
  receive(queueArn: string, options: ReceiveOptions = {}): Promise<readonly ReceivedMessage[]> {
    return this.#receive(this.#queue(queueArn), {
      maximum: options.maximum ?? 10,
      visibilityTimeoutSeconds: options.visibilityTimeoutSeconds,
      waitSeconds: options.waitSeconds ?? 0,
    });
  }

  /** DeleteMessage, in process. @throws AwsError as the operation does. */
  delete(queueArn: string, receiptHandle: string): void {
    this.#queue(queueArn).delete(receiptHandle);
  }

  /** ChangeMessageVisibility, in process. @throws AwsError as the operation does. */
  changeVisibility(queueArn: string, receiptHandle: string, timeoutSeconds: number): void {
    this.#queue(queueArn).changeVisibility(receiptHandle, timeoutSeconds, this.#now());
  }

  /**
   * The earliest moment at which some message of a queue can be received, in milliseconds since the Unix epoch: past if
   * one can be received now, `undefined` if the queue is empty.
   *
   * @throws AwsError where there is no such queue.
   */
  nextVisibleAt(queueArn: string): number | undefined {
    return this.#queue(queueArn).nextVisibleAt(this.#now());
  }

  /** The messages of a queue, visible or not, oldest first. @throws AwsError where there is no such queue. */
  messages(queueArn: string): readonly Message[] {
    return this.#queue(queueArn).messages(this.#now());
  }

  /** Ends every waiting ReceiveMessage. */
  close(): void {
    this.#closing.abort();
  }

  #operation<const Schema extends v.GenericSchema<unknown, { readonly QueueUrl: string }>>(
    schema: Schema,
    run: (queue: Queue, input: v.InferOutput<Schema>, request: AwsRequest) => unknown,
  ) {
    return jsonOperation(
      schema,
      {
        resource: ({ QueueUrl }) => this.#queueByUrl(QueueUrl)?.arn ?? '*',
        run: (input, request) => {
          const queue = this.#queueByUrl(input.QueueUrl);
          if (queue === undefined) {
            throw queueDoesNotExist();
          }
          return run(queue, input, request);
        },
      },
      parameterErrors,
    );
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #queue(queueArn: string): Queue {
    const queue = this.#queues.get(queueArn);
    if (queue === undefined) {
      throw queueDoesNotExist();
    }
    return queue;
  }

  #queueByUrl(url: string): Queue | undefined {
    return [...this.#queues.values()].find((queue) => queue.url === url);
  }

  #newMessage(
    input: Pick<
      v.InferOutput<typeof SendMessageInput>,
      'MessageBody' | 'MessageAttributes' | 'DelaySeconds' | 'MessageSystemAttributes' | 'MessageGroupId'
    >,
    principal: string,
  ): NewMessage {
    return {
      body: input.MessageBody,
      attributes: input.MessageAttributes,
      senderId: senderId(principal),
      delaySeconds: input.DelaySeconds,
      traceHeader: input.MessageSystemAttributes.AWSTraceHeader?.StringValue,
      messageGroupId: input.MessageGroupId,
    };
  }

  #sendBatch(
    queue: Queue,
    entries: v.InferOutput<typeof SendMessageBatchInput>['Entries'],
    principal: string,
  ) {
    const messages = new Map(entries.map((entry) => [entry, this.#newMessage(entry, principal)]));
    const bytes = [...messages.values()].reduce((sum, message) => sum + messageBytes(message), 0);
    if (bytes > LARGEST_MESSAGE_BYTES) {
      throw batchRequestTooLong(bytes, LARGEST_MESSAGE_BYTES);
    }
    return runBatch('SendMessageBatchRequestEntry', entries, (entry) =>
      sendResult(queue.send(this.#newMessage(entry, principal), this.#now())),
    );
  }

  async #receive(
    queue: Queue,
    request: {
      readonly maximum: number;
      readonly visibilityTimeoutSeconds: number | undefined;
      readonly waitSeconds: number;
    },
  ): Promise<readonly ReceivedMessage[]> {
    // The wait is a caller's real time, whatever the clock says.
    const giveUpAt = performance.now() + request.waitSeconds * 1000;
    for (;;) {
      const received = queue.receive(request, this.#now(), (message) => this.#redrive(queue, message));
      const leftMs = giveUpAt - performance.now();
      if (received.length > 0 || leftMs <= 0 || this.#closing.signal.aborted) {
        return received;
      }
      await queue.arrival(Math.min(leftMs, CLOCK_LOOK_MS), this.#closing.signal);
    }
  }

  #redrive(queue: Queue, message: Message): void {
    const target = queue.settings.redrivePolicy?.deadLetterTargetArn;
    if (target !== undefined) {
      this.#queue(target).takeDeadLetter(message, queue.arn, this.#now());
    }
  }

  #wireMessage(
    { message, receiptHandle }: ReceivedMessage,
    input: v.InferOutput<typeof ReceiveMessageInput>,
  ) {
    const asked = [...input.AttributeNames, ...input.MessageSystemAttributeNames].map(String);
    const system = Object.entries(systemAttributes(message)).filter(
      ([name]) => asked.includes('All') || asked.includes(name),
    );
    const attributes = selectMessageAttributes(message.attributes, input.MessageAttributeNames);
    return {
      MessageId: message.messageId,
      ReceiptHandle: receiptHandle,
      Body: message.body,
      MD5OfBody: md5Hex(message.body),
      Attributes: system.length === 0 ? undefined : Object.fromEntries(system),
      MessageAttributes: Object.keys(attributes).length === 0 ? undefined : attributes,
      MD5OfMessageAttributes: messageAttributesMd5(attributes),
    };
  }

  #queueAttributes(queue: Queue, names: readonly string[]) {
    const nowMs = this.#now();
    const messages = queue.messages(nowMs);
    const hidden = messages.filter(({ visibleAtMs }) => visibleAtMs > nowMs);
    const delayed = hidden.filter(({ isDelayed }) => isDelayed);
    const createdSeconds = String(Math.floor(queue.createdAtMs / 1000));
    const attributes: Readonly<Record<string, string>> = {
      ...queue.settings.attributes,
      QueueArn: queue.arn,
      CreatedTimestamp: createdSeconds,
      LastModifiedTimestamp: createdSeconds,
      ApproximateNumberOfMessages: String(messages.length - hidden.length),
      ApproximateNumberOfMessagesNotVisible: String(hidden.length - delayed.length),
      ApproximateNumberOfMessagesDelayed: String(delayed.length),
    };
    const isKnown = (name: string): boolean =>
      name === 'All' || Object.hasOwn(attributes, name) || OPTIONAL_QUEUE_ATTRIBUTES.includes(name);
    const unknown = names.find((name) => !isKnown(name));
    if (unknown !== undefined) {
      throw invalidAttributeName(unknown);
    }
    const wanted = Object.entries(attributes).filter(
      ([name]) => names.includes('All') || names.includes(name),
    );
    return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
  }
}

/** Attributes that a queue has only where somebody has set them. */
const OPTIONAL_QUEUE_ATTRIBUTES = [
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'SqsManagedSseEnabled',
];
