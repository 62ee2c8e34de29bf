import * as v from 'valibot';
import { parseEnvironment } from '../shared/environment';
import { ClassifiedError } from '../shared/errors';
import { describeError } from '../shared/observability';
import { collectGarbageAtOnce } from './archive/garbage-collection';
import { MoveVoicemailToS3Environment } from './contract/environment';
import { parseQueueMessage, parseQueueMessageBody } from './contract/queue-message';
import { UnexpectedError } from './errors';
import {
  beginInvocation,
  type Container,
  createContainer,
  type Invocation,
  type InvocationContext,
} from './invocation';
import { deliver } from './message/deliver';
import type { Outcome } from './outcome';

const decimal = v.pipe(v.string(), v.regex(/^\d{1,16}$/), v.transform(Number));

/** The event with which the mapping of an SQS queue invokes a function. */
const sqsEvent = v.object({
  Records: v.array(
    v.object({
      messageId: v.string(),
      receiptHandle: v.string(),
      body: v.string(),
      // One odd attribute must not keep the others of a batch from being moved.
      attributes: v.object({
        ApproximateReceiveCount: v.fallback(decimal, 1),
        SentTimestamp: v.fallback(decimal, () => Date.now()),
        ApproximateFirstReceiveTimestamp: v.fallback(v.optional(decimal), undefined),
      }),
    }),
  ),
});

type SqsRecord = v.InferOutput<typeof sqsEvent>['Records'][number];

/** The messages of a batch that are not done; SQS forgets the others. */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

/** The answer to a direct invocation: an outcome for each voicemail. */
export interface DirectResponse {
  readonly outcomes: readonly Outcome[];
}

const handleRecord = async (invocation: Invocation, record: SqsRecord): Promise<boolean> => {
  const { log, queues } = invocation;
  const { messageId, receiptHandle, body, attributes } = record;
  const received = {
    body,
    receiveCount: attributes.ApproximateReceiveCount,
    sentMs: attributes.SentTimestamp,
    firstReceivedMs: attributes.ApproximateFirstReceiveTimestamp ?? attributes.SentTimestamp,
  };
  log.appendKeys({ messageId, receiveCount: received.receiveCount });
  try {
    const delivered = await deliver(invocation, received, () => parseQueueMessageBody(body));
    if (delivered.kind === 'done') {
      return true;
    }
    await queues.changeVisibility(receiptHandle, delivered.seconds).catch((error: unknown) => {
      // The queue's own visibility timeout brings the message back, only later.
      log.warn('the visibility could not be changed', { ...describeError(error) });
    });
    return false;
  } finally {
    log.removeKeys(['messageId', 'receiveCount']);
  }
};

/** One message after the other: a recording may lie in memory, and the pacing counts on one request at a time. */
const handleBatch = async (invocation: Invocation, records: readonly SqsRecord[]): Promise<BatchResponse> => {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const record of records) {
    if (!(await handleRecord(invocation, record))) {
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
};

const handleDirect = async (invocation: Invocation, event: unknown): Promise<DirectResponse> => {
  const nowMs = Date.now();
  const received = {
    body: JSON.stringify(event) ?? 'null',
    receiveCount: 1,
    sentMs: nowMs,
    firstReceivedMs: nowMs,
  };
  const delivered = await deliver(invocation, received, () => parseQueueMessage(event));
  if (delivered.kind === 'done') {
    return { outcomes: delivered.outcomes };
  }
  // There is no queue to give it back to: the caller has to try again. The Lambda runtime prints what is thrown.
  const { trouble } = delivered;
  throw trouble instanceof ClassifiedError
    ? trouble
    : new UnexpectedError(trouble instanceof Error ? trouble.name : typeof trouble);
};

collectGarbageAtOnce(Number(process.env['AWS_LAMBDA_FUNCTION_MEMORY_SIZE']));

let container: Container | undefined;
/** A wrong variable fails each invocation with its own clear error, where a failed start of the container would hide it. */
const getContainer = (): Container => {
  container ??= createContainer(parseEnvironment(MoveVoicemailToS3Environment, process.env));
  return container;
};

/**
 * `MoveVoicemailToS3`: moves voicemail from Genesys Cloud into the archive bucket.
 *
 * Takes batches of the events queue, and answers with the messages that are not done. Also takes one queue message, or one
 * EventBridge envelope, as a direct invocation: it then throws where the caller should try again.
 */
export const handler = async (
  event: unknown,
  context: InvocationContext,
): Promise<BatchResponse | DirectResponse> => {
  const invocation = beginInvocation(getContainer(), context);
  try {
    const batch = v.safeParse(sqsEvent, event);
    return batch.success
      ? await handleBatch(invocation, batch.output.Records)
      : await handleDirect(invocation, event);
  } finally {
    invocation.metrics.publishStoredMetrics();
    invocation.log.resetKeys();
  }
};
