import { createHash, randomUUID } from 'node:crypto';
import type * as v from 'valibot';
import { JsonService, jsonOperation, type ParameterErrors } from '../json-protocol';
import type { AwsRequest } from '../service';
import { runBatch } from './batch';
import { invalidParameterValue, missingParameter, queueDoesNotExist, sqsError } from './errors';
import {
  ChangeMessageVisibilityBatchInput,
  ChangeMessageVisibilityInput,
  DeleteMessageBatchInput,
  DeleteMessageInput,
  GetQueueAttributesInput,
  ReceiveMessageInput,
  SendMessageBatchInput,
  SendMessageInput,
  StartMessageMoveTaskInput,
} from './inputs';
import { type Message, messageBytes, type NewMessage } from './message';
import type { MessageAttributes } from './message-attributes';
import { queueAttributesOutput, receivedMessageOutput, sendMessageOutput } from './outputs';
import type { Queue, ReceivedMessage } from './queue';
import { LARGEST_MESSAGE_BYTES } from './queue-settings';
import { type CreateQueueRequest, Queues, type SqsOptions } from './queues';

/** Options of an in-process sender besides the body. */
export interface SendOptions {
  readonly attributes?: MessageAttributes;
  readonly delaySeconds?: number;
  /** The sender: the ARN of a role, or a service's name. @default 'events.amazonaws.com' */
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

const newMessage = (
  input: Pick<v.InferOutput<typeof SendMessageInput>, 'MessageBody' | 'MessageAttributes' | 'DelaySeconds'>,
  principal: string,
): NewMessage => ({
  body: input.MessageBody,
  attributes: input.MessageAttributes,
  senderId: senderId(principal),
  delaySeconds: input.DelaySeconds,
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
  readonly #queues: Queues;

  constructor(options: SqsOptions) {
    super();
    this.#queues = new Queues(options);
  }

  protected readonly operations = {
    SendMessage: this.#operation(SendMessageInput, (queue, input, { principal }) =>
      sendMessageOutput(queue.send(newMessage(input, principal), this.#now())),
    ),
    SendMessageBatch: this.#operation(SendMessageBatchInput, (queue, { Entries }, { principal }) =>
      this.#sendBatch(queue, Entries, principal),
    ),
    ReceiveMessage: this.#operation(ReceiveMessageInput, async (queue, input) => {
      const received = await this.#queues.receive(queue, {
        maximum: input.MaxNumberOfMessages,
        visibilityTimeoutSeconds: input.VisibilityTimeout,
        waitSeconds: input.WaitTimeSeconds ?? queue.settings.receiveWaitSeconds,
      });
      return received.length === 0
        ? {}
        : { Messages: received.map((message) => receivedMessageOutput(message, input)) };
    }),
    DeleteMessage: this.#operation(DeleteMessageInput, (queue, { ReceiptHandle }) =>
      queue.delete(ReceiptHandle),
    ),
    DeleteMessageBatch: this.#operation(DeleteMessageBatchInput, (queue, { Entries }) =>
      runBatch(Entries, ({ ReceiptHandle }) => {
        queue.delete(ReceiptHandle);
        return {};
      }),
    ),
    ChangeMessageVisibility: this.#operation(ChangeMessageVisibilityInput, (queue, input) =>
      queue.changeVisibility(input.ReceiptHandle, input.VisibilityTimeout, this.#now()),
    ),
    ChangeMessageVisibilityBatch: this.#operation(ChangeMessageVisibilityBatchInput, (queue, { Entries }) =>
      runBatch(Entries, ({ ReceiptHandle, VisibilityTimeout }) => {
        queue.changeVisibility(ReceiptHandle, VisibilityTimeout, this.#now());
        return {};
      }),
    ),
    // The task has ended when the answer comes. A move without DestinationArn, back to each message's source, is not modelled.
    StartMessageMoveTask: jsonOperation(
      StartMessageMoveTaskInput,
      {
        resource: ({ SourceArn }) => SourceArn,
        run: ({ SourceArn, DestinationArn }) => this.#moveAll(SourceArn, DestinationArn),
      },
      parameterErrors,
    ),
    GetQueueAttributes: this.#operation(GetQueueAttributesInput, (queue, { AttributeNames }) =>
      queueAttributesOutput(queue, AttributeNames, this.#now()),
    ),
  };

  /**
   * CreateQueue, in process.
   *
   * @throws AwsError for a bad name or attribute, and for a dead letter queue that is missing or does not allow it.
   */
  createQueue(request: CreateQueueRequest): { readonly arn: string; readonly url: string } {
    return this.#queues.create(request);
  }

  /** The ARN of a queue with this name, whether it exists or not. */
  queueArn(name: string): string {
    return this.#queues.arnOf(name);
  }

  /** SendMessage, in process. @throws AwsError as the operation does. */
  send(
    queueArn: string,
    body: string,
    { attributes = {}, delaySeconds, sender = 'events.amazonaws.com' }: SendOptions = {},
  ): { readonly messageId: string } {
    const message: NewMessage = { body, attributes, senderId: senderId(sender), delaySeconds };
    return { messageId: this.#queues.byArn(queueArn).send(message, this.#now()).messageId };
  }

  /** ReceiveMessage, in process. @throws AwsError where there is no such queue. */
  receive(queueArn: string, options: ReceiveOptions = {}): Promise<readonly ReceivedMessage[]> {
    return this.#queues.receive(this.#queues.byArn(queueArn), {
      maximum: options.maximum ?? 10,
      visibilityTimeoutSeconds: options.visibilityTimeoutSeconds,
      waitSeconds: options.waitSeconds ?? 0,
    });
  }

  /** DeleteMessage, in process. @throws AwsError as the operation does. */
  delete(queueArn: string, receiptHandle: string): void {
    this.#queues.byArn(queueArn).delete(receiptHandle);
  }

  /**
   * The earliest moment at which some message of a queue can be received, in milliseconds since the Unix epoch: past if
   * one can be received now, `undefined` if the queue is empty.
   *
   * @throws AwsError where there is no such queue.
   */
  nextVisibleAt(queueArn: string): number | undefined {
    return this.#queues.byArn(queueArn).nextVisibleAt(this.#now());
  }

  /** The messages of a queue, visible or not, oldest first. @throws AwsError where there is no such queue. */
  messages(queueArn: string): readonly Message[] {
    return this.#queues.byArn(queueArn).messages(this.#now());
  }

  /** Ends every waiting ReceiveMessage. */
  close(): void {
    this.#queues.close();
  }

  #operation<const Schema extends v.GenericSchema<unknown, { readonly QueueUrl: string }>>(
    schema: Schema,
    run: (queue: Queue, input: v.InferOutput<Schema>, request: AwsRequest) => unknown,
  ) {
    return jsonOperation(
      schema,
      {
        resource: ({ QueueUrl }) => this.#queues.byUrl(QueueUrl)?.arn ?? '*',
        run: (input, request) => {
          const queue = this.#queues.byUrl(input.QueueUrl);
          if (queue === undefined) {
            throw queueDoesNotExist();
          }
          return run(queue, input, request);
        },
      },
      parameterErrors,
    );
  }

  async #moveAll(sourceArn: string, destinationArn: string): Promise<{ readonly TaskHandle: string }> {
    const destination = this.#queues.byArn(destinationArn);
    const receive = () => this.receive(sourceArn);
    for (let received = await receive(); received.length > 0; received = await receive()) {
      for (const { message, receiptHandle } of received) {
        destination.send(
          { body: message.body, attributes: message.attributes, senderId: message.senderId },
          this.#now(),
        );
        this.delete(sourceArn, receiptHandle);
      }
    }
    return { TaskHandle: randomUUID() };
  }

  #now(): number {
    return this.#queues.now();
  }

  #sendBatch(
    queue: Queue,
    entries: v.InferOutput<typeof SendMessageBatchInput>['Entries'],
    principal: string,
  ) {
    const bytes = entries
      .map((entry) => messageBytes(newMessage(entry, principal)))
      .reduce((sum, size) => sum + size, 0);
    if (bytes > LARGEST_MESSAGE_BYTES) {
      throw sqsError('BatchRequestTooLong', `${bytes} bytes, at most ${LARGEST_MESSAGE_BYTES}.`);
    }
    return runBatch(entries, (entry) =>
      sendMessageOutput(queue.send(newMessage(entry, principal), this.#now())),
    );
  }
}
