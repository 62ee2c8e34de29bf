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

/** Lets an event source mapping work a queue of the local SQS. */
export const queuePort = (sqs: Sqs, queueArn: string): SqsQueuePort => ({
  receive: async (maximum) => (await sqs.receive(queueArn, { maximum })).map(eventMessage),
  delete: async (receiptHandle) => sqs.delete(queueArn, receiptHandle),
});
