import type * as v from 'valibot';
import { invalidAttributeName } from './errors';
import type { ReceiveMessageInput } from './inputs';
import { type Message, md5Hex, systemAttributes } from './message';
import { messageAttributesMd5, selectMessageAttributes } from './message-attributes';
import type { Queue, ReceivedMessage } from './queue';

/** Answer of SendMessage. */
export const sendMessageOutput = (message: Message) => ({
  MessageId: message.messageId,
  MD5OfMessageBody: md5Hex(message.body),
  MD5OfMessageAttributes: messageAttributesMd5(message.attributes),
});

/** A received message as ReceiveMessage answers it, with the attributes that were asked for. */
export const receivedMessageOutput = (
  { message, receiptHandle }: ReceivedMessage,
  input: v.InferOutput<typeof ReceiveMessageInput>,
) => {
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
};

/** Attributes that a queue has only where somebody has set them. */
const OPTIONAL_QUEUE_ATTRIBUTES = [
  'Policy',
  'RedrivePolicy',
  'RedriveAllowPolicy',
  'KmsMasterKeyId',
  'KmsDataKeyReusePeriodSeconds',
  'SqsManagedSseEnabled',
];

/**
 * Answer of GetQueueAttributes.
 *
 * @throws AwsError for the name of an attribute that no queue has.
 */
export const queueAttributesOutput = (queue: Queue, names: readonly string[], nowMs: number) => {
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
  const wanted = Object.entries(attributes).filter(([name]) => names.includes('All') || names.includes(name));
  return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
};
