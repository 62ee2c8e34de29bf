import * as v from 'valibot';
import type { Call, DescribeResource, RequiredAction, ServiceActions } from './call';
import { type KmsOperation, viaKms } from './kms';

/**
 * A right on the queue, and on the key that encrypts it.
 *
 * SQS keeps a data key for `KmsDataKeyReusePeriodSeconds` and so asks KMS less often than here, where every call does: a
 * missing right shows at once.
 */
const onQueue =
  (action: string, ...kms: readonly KmsOperation[]) =>
  (call: Call, describe: DescribeResource): readonly RequiredAction[] => [
    { action: `sqs:${action}`, resource: call.resource, context: call.context },
    ...viaKms(call, describe(call.resource)?.kmsKeyArn, { 'aws:sqs:arn': call.resource }, kms),
  ];

const move = v.object({ DestinationArn: v.string() });

/** Moving messages needs the rights to take them out of one queue and to put them into the other. */
const startMessageMoveTask = (call: Call, describe: DescribeResource): readonly RequiredAction[] => {
  const body = v.safeParse(v.pipe(v.string(), v.parseJson(), move), call.body.toString('utf8'));
  return [
    ...onQueue('StartMessageMoveTask')(call, describe),
    ...onQueue('ReceiveMessage', 'Decrypt')(call, describe),
    ...onQueue('DeleteMessage')(call, describe),
    ...onQueue('GetQueueAttributes')(call, describe),
    ...(body.success
      ? onQueue(
          'SendMessage',
          'GenerateDataKey',
          'Decrypt',
        )({ ...call, resource: body.output.DestinationArn }, describe)
      : []),
  ];
};

/**
 * Amazon SQS.
 *
 * Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon SQS" (a batch needs the
 * right of its single operation); SQS Developer Guide, "Amazon SQS key management", "Configure KMS permissions" (senders:
 * GenerateDataKey and Decrypt, the latter to verify a data key; receivers: Decrypt; encryption context: the queue's ARN).
 */
export const sqsActions: ServiceActions = {
  SendMessage: onQueue('SendMessage', 'GenerateDataKey', 'Decrypt'),
  SendMessageBatch: onQueue('SendMessage', 'GenerateDataKey', 'Decrypt'),
  ReceiveMessage: onQueue('ReceiveMessage', 'Decrypt'),
  DeleteMessage: onQueue('DeleteMessage'),
  DeleteMessageBatch: onQueue('DeleteMessage'),
  ChangeMessageVisibility: onQueue('ChangeMessageVisibility'),
  ChangeMessageVisibilityBatch: onQueue('ChangeMessageVisibility'),
  StartMessageMoveTask: startMessageMoveTask,
  GetQueueAttributes: onQueue('GetQueueAttributes'),
};
