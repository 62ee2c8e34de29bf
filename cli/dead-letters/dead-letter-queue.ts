import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { awsProblem } from '../errors';
import { CRASHED, UNDELIVERED, UNKNOWN } from './classes';

/** A dead letter that this process holds: it is invisible to others until its time is over or it is given back. */
export interface HeldLetter {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly failureClass: string;
  /** When it was first sent, in epoch milliseconds; `undefined` where SQS does not say. */
  readonly sentMs: number | undefined;
}

const CLASS_WORD = /^[A-Z][A-Z_]{0,39}$/;

const classOf = ({ MessageAttributes = {}, Attributes = {} }: Message): string => {
  const named = MessageAttributes['failureClass']?.StringValue ?? '';
  if (CLASS_WORD.test(named)) {
    return named;
  }
  if (MessageAttributes['RULE_ARN'] !== undefined) {
    return UNDELIVERED;
  }
  return Attributes['DeadLetterQueueSourceArn'] === undefined ? UNKNOWN : CRASHED;
};

const held = (message: Message): readonly HeldLetter[] => {
  const { MessageId, ReceiptHandle, Body, Attributes } = message;
  const sentMs = Number(Attributes?.['SentTimestamp']);
  return MessageId === undefined || ReceiptHandle === undefined || Body === undefined
    ? []
    : [
        {
          messageId: MessageId,
          receiptHandle: ReceiptHandle,
          body: Body,
          failureClass: classOf(message),
          sentMs: Number.isNaN(sentMs) ? undefined : sentMs,
        },
      ];
};

/** Entries of one batch, and messages of one receive. */
const BATCH_ENTRIES = 10;

/** Splits a list into SQS's batches. */
export const inBatches = <Item>(items: readonly Item[]): readonly (readonly Item[])[] =>
  Array.from({ length: Math.ceil(items.length / BATCH_ENTRIES) }, (_, index) =>
    items.slice(index * BATCH_ENTRIES, (index + 1) * BATCH_ENTRIES),
  );

/** One queue of dead letters. */
export class DeadLetterQueue {
  readonly url: string;
  readonly #sqs: SQSClient;

  constructor(sqs: SQSClient, url: string) {
    this.#sqs = sqs;
    this.url = url;
  }

  /** Receives up to `limit` letters, each once, until the queue shows no more. */
  async receive(limit: number, visibilitySeconds: number): Promise<readonly HeldLetter[]> {
    const letters = new Map<string, HeldLetter>();
    while (letters.size < limit) {
      const { Messages = [] } = await this.#sqs
        .send(
          new ReceiveMessageCommand({
            QueueUrl: this.url,
            MaxNumberOfMessages: Math.min(BATCH_ENTRIES, limit - letters.size),
            VisibilityTimeout: visibilitySeconds,
            // A long poll asks every server of the queue: an empty answer then means an empty queue.
            WaitTimeSeconds: 1,
            MessageAttributeNames: ['All'],
            MessageSystemAttributeNames: ['SentTimestamp', 'DeadLetterQueueSourceArn'],
          }),
        )
        .catch((error: unknown) => {
          throw awsProblem(`receiving from ${this.url}`, error);
        });
      const fresh = Messages.flatMap(held);
      for (const letter of fresh) {
        letters.set(letter.messageId, letter);
      }
      if (fresh.length === 0) {
        break;
      }
    }
    return [...letters.values()];
  }

  /** Makes letters visible again at once. What fails here becomes visible by itself a little later. */
  async giveBack(letters: readonly HeldLetter[]): Promise<void> {
    for (const batch of inBatches(letters)) {
      await this.#sqs
        .send(
          new ChangeMessageVisibilityBatchCommand({
            QueueUrl: this.url,
            Entries: batch.map(({ receiptHandle }, index) => ({
              Id: String(index),
              ReceiptHandle: receiptHandle,
              VisibilityTimeout: 0,
            })),
          }),
        )
        .catch((error: unknown) => {
          throw awsProblem(`giving messages back to ${this.url}`, error);
        });
    }
  }

  /** Deletes letters of one batch. @returns those that SQS did not delete, which come back. */
  async delete(letters: readonly HeldLetter[]): Promise<readonly HeldLetter[]> {
    const { Failed = [] } = await this.#sqs
      .send(
        new DeleteMessageBatchCommand({
          QueueUrl: this.url,
          Entries: letters.map(({ receiptHandle }, index) => ({
            Id: String(index),
            ReceiptHandle: receiptHandle,
          })),
        }),
      )
      .catch((error: unknown) => {
        throw awsProblem(`deleting from ${this.url}`, error);
      });
    const failed = new Set(Failed.map(({ Id }) => Id));
    return letters.filter((_letter, index) => failed.has(String(index)));
  }
}

/** Counts letters by class, in the order of the alphabet. */
export const countByClass = (letters: readonly HeldLetter[]): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>();
  for (const { failureClass } of letters) {
    counts.set(failureClass, (counts.get(failureClass) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([one], [other]) => one.localeCompare(other)));
};
