import * as v from 'valibot';

/**
 * The inputs of the operations. Source: Amazon SQS API Reference. What serves first-in-first-out queues only is left out,
 * and so refused.
 */

const seconds = (maximum: number) =>
  v.pipe(
    v.number(),
    v.integer('Must be a whole number.'),
    v.minValue(0, `Must be >= 0 and <= ${maximum}, if provided.`),
    v.maxValue(maximum, `Must be >= 0 and <= ${maximum}, if provided.`),
  );

const visibilityTimeout = seconds(43_200);

const queueUrl = v.string();

const messageAttributes = v.record(
  v.string(),
  v.strictObject({
    DataType: v.string(),
    StringValue: v.optional(v.string()),
    BinaryValue: v.optional(v.pipe(v.string(), v.base64('Must be base64.'))),
  }),
);

const messageFields = {
  MessageBody: v.string(),
  DelaySeconds: v.optional(seconds(900)),
  MessageAttributes: v.optional(messageAttributes, {}),
};

/** The system attributes that a ReceiveMessage may ask for. */
const SYSTEM_ATTRIBUTES = [
  'All',
  'SenderId',
  'SentTimestamp',
  'ApproximateReceiveCount',
  'ApproximateFirstReceiveTimestamp',
  'DeadLetterQueueSourceArn',
] as const;

const systemAttributeNames = v.optional(v.array(v.picklist(SYSTEM_ATTRIBUTES)), []);

const batch = <const Fields extends v.ObjectEntries>(fields: Fields) =>
  v.strictObject({
    QueueUrl: queueUrl,
    Entries: v.array(v.strictObject({ Id: v.string(), ...fields })),
  });

export const SendMessageInput = v.strictObject({ QueueUrl: queueUrl, ...messageFields });
export const SendMessageBatchInput = batch(messageFields);

export const ReceiveMessageInput = v.strictObject({
  QueueUrl: queueUrl,
  AttributeNames: systemAttributeNames,
  MessageSystemAttributeNames: systemAttributeNames,
  MessageAttributeNames: v.optional(v.array(v.string()), []),
  MaxNumberOfMessages: v.optional(
    v.pipe(
      v.number(),
      v.integer('Must be a whole number.'),
      v.minValue(1, 'Must be between 1 and 10, if provided.'),
      v.maxValue(10, 'Must be between 1 and 10, if provided.'),
    ),
    1,
  ),
  VisibilityTimeout: v.optional(visibilityTimeout),
  WaitTimeSeconds: v.optional(seconds(20)),
});

export const DeleteMessageInput = v.strictObject({ QueueUrl: queueUrl, ReceiptHandle: v.string() });
export const DeleteMessageBatchInput = batch({ ReceiptHandle: v.string() });

const visibilityFields = { ReceiptHandle: v.string(), VisibilityTimeout: visibilityTimeout };
export const ChangeMessageVisibilityInput = v.strictObject({ QueueUrl: queueUrl, ...visibilityFields });
export const ChangeMessageVisibilityBatchInput = batch(visibilityFields);

export const StartMessageMoveTaskInput = v.strictObject({
  SourceArn: v.string(),
  DestinationArn: v.string(),
});

export const GetQueueAttributesInput = v.strictObject({
  QueueUrl: queueUrl,
  AttributeNames: v.optional(v.array(v.string()), []),
});
