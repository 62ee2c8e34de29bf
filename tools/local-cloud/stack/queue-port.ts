import { createHash } from 'node:crypto';
import {
  type MessageAttributes,
  messageAttributesMd5,
  type ReceivedMessage,
  type Sqs,
  systemAttributes,
} from '../aws/sqs';
import type { SqsMessage, SqsQueuePort } from '../lambda';

const eventAttributes = (attributes: MessageAttributes): SqsMessage['messageAttributes'] =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        dataType: DataType,
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
      },
    ]),
  );

const eventMessage = ({ message, receiptHandle }: ReceivedMessage): SqsMessage => {
  const md5OfMessageAttributes = messageAttributesMd5(message.attributes);
  return {
    messageId: message.messageId,
    receiptHandle,
    body: message.body,
    md5OfBody: createHash('md5').update(message.body).digest('hex'),
    attributes: systemAttributes(message),
    messageAttributes: eventAttributes(message.attributes),
    ...(md5OfMessageAttributes === undefined ? {} : { md5OfMessageAttributes }),
  };
};

/**
 * Lets an event source mapping work a queue of the local SQS.
 *
 * @param authorize Refuses what the function's role may not do: Lambda polls with the rights of that role. By default
 * everything is allowed.
 */
export const queuePort = (
  sqs: Sqs,
  queueArn: string,
  authorize: (operation: 'ReceiveMessage' | 'DeleteMessage') => void = () => undefined,
): SqsQueuePort => ({
  receive: async (maximum) => {
    authorize('ReceiveMessage');
    return (await sqs.receive(queueArn, { maximum })).map(eventMessage);
  },
  delete: async (receiptHandle) => {
    authorize('DeleteMessage');
    sqs.delete(queueArn, receiptHandle);
  },
});
