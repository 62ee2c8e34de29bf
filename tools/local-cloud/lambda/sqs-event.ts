/** A message attribute in the shape of a Lambda SQS event. */
export interface SqsMessageAttribute {
  /** `String`, `Number` or `Binary`, with an optional custom suffix. */
  readonly dataType: string;
  readonly stringValue?: string;
  /** In base64. */
  readonly binaryValue?: string;
}

/** A message as `ReceiveMessage` hands it over, with all its attributes. */
export interface SqsMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly md5OfBody: string;
  /** System attributes by their AWS names: `ApproximateReceiveCount`, `SentTimestamp`... */
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, SqsMessageAttribute>>;
  readonly md5OfMessageAttributes?: string;
}

/** One record of a Lambda SQS event. Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export interface SqsEventRecord {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<
    Record<string, SqsMessageAttribute & { readonly stringListValues: []; readonly binaryListValues: [] }>
  >;
  readonly md5OfBody: string;
  readonly md5OfMessageAttributes?: string;
  readonly eventSource: 'aws:sqs';
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

/** The event for a batch of messages of one queue. */
export const sqsEvent = (
  queueArn: string,
  messages: readonly SqsMessage[],
): { Records: SqsEventRecord[] } => {
  const [, , , awsRegion = ''] = queueArn.split(':');
  return {
    Records: messages.map(({ messageAttributes, ...message }) => ({
      ...message,
      messageAttributes: Object.fromEntries(
        Object.entries(messageAttributes).map(([name, attribute]) => [
          name,
          { ...attribute, stringListValues: [], binaryListValues: [] },
        ]),
      ),
      eventSource: 'aws:sqs',
      eventSourceARN: queueArn,
      awsRegion,
    })),
  };
};
