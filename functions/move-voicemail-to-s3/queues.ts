import { createHash } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { awsTrouble, isAwsError, retryEachRequest } from './aws';
import { type PermanentFailureError, TemporaryError } from './errors';

/** The queues that this function writes to. */
export interface QueueUrls {
  readonly EVENTS_QUEUE_URL: string;
  readonly FAILURES_QUEUE_URL: string;
}

/** Entries that SQS takes in one batch. */
const BATCH_ENTRIES = 10;
/** The longest `DelaySeconds` of SQS. */
const MAXIMUM_DELAY_SECONDS = 900;

/** Messages that can be received, that are hidden, and that are not yet due; together, all that a queue holds. */
const DEPTHS = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const satisfies readonly QueueAttributeName[];

/** A message that SQS refuses for another reason than its length is shorter. Its limit is 256 KiB, since 2025 1 MiB. */
const LEAST_TOO_LONG_BYTES = 250 * 1024;
const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
const MOST_IDS = 100;

/** Replaces a body that is too long: keeps its ids and drops the rest. */
const shortened = (body: string): string =>
  JSON.stringify({
    shortened: true,
    bodyBytes: Buffer.byteLength(body),
    bodySha256: createHash('sha256').update(body).digest('hex'),
    ids: [...new Set(body.match(UUID) ?? [])].slice(0, MOST_IDS),
  });

const stringAttribute = (value: string) => ({ DataType: 'String', StringValue: value });

/** SQS, as far as this function needs it. A voicemail that goes through without trouble needs none of it. */
export class MessageQueues {
  readonly #urls: QueueUrls;
  readonly #config: SQSClientConfig;
  #client: SQSClient | undefined;

  constructor(urls: QueueUrls, config: SQSClientConfig) {
    this.#urls = urls;
    this.#config = config;
  }

  /** Hides a received message of the events queue for `seconds` from now. */
  async changeVisibility(receiptHandle: string, seconds: number): Promise<void> {
    const command = new ChangeMessageVisibilityCommand({
      QueueUrl: this.#urls.EVENTS_QUEUE_URL,
      ReceiptHandle: receiptHandle,
      VisibilityTimeout: seconds,
    });
    await this.#sqs.send(command).catch((error: unknown) => {
      throw awsTrouble('giving a message back', error);
    });
  }

  /**
   * Sends a message to the failures queue as it came, with its class; sending it back to the events queue redrives it.
   *
   * A body at SQS' own limit leaves no room for the class. Then a short one goes in its place, with the ids that it named.
   */
  async sendFailure(body: string, failure: PermanentFailureError): Promise<void> {
    await this.#sendFailure(body, failure)
      .catch(async (error: unknown) => {
        const isRefused = ['InvalidParameterValue', 'InvalidParameterValueException'].some((code) =>
          isAwsError(error, code),
        );
        if (!isRefused || Buffer.byteLength(body) < LEAST_TOO_LONG_BYTES) {
          throw error;
        }
        await this.#sendFailure(shortened(body), failure);
      })
      .catch((error: unknown) => {
        throw awsTrouble('sending to the failures queue', error);
      });
  }

  #sendFailure(body: string, { failureClass, message }: PermanentFailureError) {
    const command = new SendMessageCommand({
      QueueUrl: this.#urls.FAILURES_QUEUE_URL,
      MessageBody: body,
      MessageAttributes: {
        failureClass: stringAttribute(failureClass),
        failureReason: stringAttribute(message),
      },
    });
    return this.#sqs.send(command);
  }

  /** About how many messages the events queue holds, those in work included. */
  async countEvents(): Promise<number> {
    const command = new GetQueueAttributesCommand({
      QueueUrl: this.#urls.EVENTS_QUEUE_URL,
      AttributeNames: [...DEPTHS],
    });
    const { Attributes = {} } = await this.#sqs.send(command).catch((error: unknown) => {
      throw awsTrouble('asking how many messages wait', error);
    });
    return DEPTHS.reduce((total, name) => total + Number(Attributes[name] ?? 0), 0);
  }

  /** Sends messages to the events queue. */
  async sendEvents(messages: readonly object[], delaySeconds = 0): Promise<void> {
    for (let start = 0; start < messages.length; start += BATCH_ENTRIES) {
      const command = new SendMessageBatchCommand({
        QueueUrl: this.#urls.EVENTS_QUEUE_URL,
        Entries: messages.slice(start, start + BATCH_ENTRIES).map((message, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(message),
          DelaySeconds: Math.min(delaySeconds, MAXIMUM_DELAY_SECONDS),
        })),
      });
      const { Failed } = await this.#sqs.send(command).catch((error: unknown) => {
        throw awsTrouble('sending to the events queue', error);
      });
      if (Failed !== undefined && Failed.length > 0) {
        throw new TemporaryError(`the events queue refused ${Failed.length} messages; they are sent again`);
      }
    }
  }

  get #sqs(): SQSClient {
    this.#client ??= retryEachRequest(new SQSClient(this.#config));
    return this.#client;
  }
}
