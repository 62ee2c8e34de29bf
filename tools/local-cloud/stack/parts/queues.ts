import type { LocalAws } from '../../aws';
import * as schemas from '../schemas';
import type { StackResources } from '../stack-resources';

/** Creates the queues, dead-letter queues first. */
export const createQueues = (resources: StackResources, aws: LocalAws): void => {
  const allowed = new Map(
    resources
      .all('aws_sqs_queue_redrive_allow_policy', schemas.redriveAllowSchema)
      .map(({ queue_url, redrive_allow_policy }) => [queue_url, redrive_allow_policy]),
  );
  const queues = resources.all('aws_sqs_queue', schemas.queueSchema);
  // A queue's dead-letter queue has to be there before it.
  const ordered = [...queues].sort(
    (a, b) => Number(a.redrive_policy !== undefined) - Number(b.redrive_policy !== undefined),
  );
  for (const queue of ordered) {
    const redriveAllowPolicy = allowed.get(queue.url);
    aws.sqs.createQueue({
      name: queue.name,
      attributes: {
        KmsMasterKeyId: queue.kms_master_key_id,
        MessageRetentionPeriod: String(queue.message_retention_seconds),
        ...(queue.visibility_timeout_seconds === undefined
          ? {}
          : { VisibilityTimeout: String(queue.visibility_timeout_seconds) }),
        ...(queue.redrive_policy === undefined ? {} : { RedrivePolicy: queue.redrive_policy }),
        ...(redriveAllowPolicy === undefined ? {} : { RedriveAllowPolicy: redriveAllowPolicy }),
      },
    });
  }
};
