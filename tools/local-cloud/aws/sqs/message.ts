import { createHash } from 'node:crypto';
import { invalidParameterValue, missingParameter, sqsError } from './errors';
import { checkMessageAttributes, type MessageAttributes, messageAttributesBytes } from './message-attributes';

/** A message as its sender hands it in. */
export interface NewMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  /** @default the queue's own DelaySeconds */
  readonly delaySeconds?: number | undefined;
}

/** One message in a queue. Times are milliseconds since the Unix epoch. */
export interface Message {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  /** When it was first sent. A dead letter queue keeps it, and counts retention from it. */
  readonly sentAtMs: number;
  /** From when on it can be received. */
  readonly visibleAtMs: number;
  /** Whether it waits for its delivery delay, which does not count as in flight. */
  readonly isDelayed: boolean;
  readonly receiveCount: number;
  readonly firstReceivedAtMs: number | undefined;
  /** The last receive: only its handle has power over the message. */
  readonly lastReceive: { readonly receiveId: string; readonly atMs: number } | undefined;
  /** The queue that gave it up, where this is a dead letter queue. */
  readonly deadLetterSourceArn: string | undefined;
}

/** The MD5 of a text in lower-case hex: how SQS lets a caller check what arrived. */
export const md5Hex = (text: string): string => createHash('md5').update(text, 'utf8').digest('hex');

const XML_CHARACTERS = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

/** Bytes that a message counts for: body and attributes. */
export const messageBytes = ({ body, attributes }: NewMessage): number =>
  Buffer.byteLength(body, 'utf8') + messageAttributesBytes(attributes);

/**
 * Checks a message against the rules of SendMessage.
 *
 * @throws AwsError that names the broken rule.
 */
export const checkMessage = (message: NewMessage, largestBytes: number): void => {
  if (message.body === '') {
    throw missingParameter('MessageBody');
  }
  if (!XML_CHARACTERS.test(message.body)) {
    throw sqsError('InvalidMessageContents', 'The body has a character that XML 1.0 does not allow.');
  }
  checkMessageAttributes(message.attributes);
  if (messageBytes(message) > largestBytes) {
    throw invalidParameterValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${largestBytes} bytes.`,
    );
  }
};

/** The system attributes of a received message, by their names in the API. */
export const systemAttributes = (message: Message): Readonly<Record<string, string>> => ({
  SenderId: message.senderId,
  SentTimestamp: String(message.sentAtMs),
  ApproximateReceiveCount: String(message.receiveCount),
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs ?? message.sentAtMs),
  ...(message.deadLetterSourceArn === undefined
    ? {}
    : { DeadLetterQueueSourceArn: message.deadLetterSourceArn }),
});
