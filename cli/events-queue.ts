import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type { Deployment } from './deployment';
import { awsProblem } from './errors';

/**
 * Sends up to ten bodies to the events queue in one call.
 *
 * @returns the positions of those that SQS refused.
 * @throws OperatorError where the call as a whole failed: then some may have arrived all the same.
 */
export const sendToEventsQueue = async (
  { aws, outputs }: Deployment,
  bodies: readonly string[],
): Promise<ReadonlySet<number>> => {
  const { Failed = [] } = await aws.sqs
    .send(
      new SendMessageBatchCommand({
        QueueUrl: outputs.events_queue_url,
        Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
      }),
    )
    .catch((error: unknown) => {
      throw awsProblem('sending to the events queue', error);
    });
  return new Set(Failed.map(({ Id }) => Number(Id)));
};
