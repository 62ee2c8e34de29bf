import { type CommandPolicy, sendEvents } from '../../policy';

/** `redrive` works the two queues of dead letters and sends to the events queue. */
export const redrivePolicy: CommandPolicy = (names) => {
  const deadLetterQueues = [names.failures_queue_arn, names.undelivered_queue_arn];
  return [
    {
      Sid: 'WorkDeadLetters',
      Effect: 'Allow',
      Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
      Resource: deadLetterQueues,
    },
    ...sendEvents(names, deadLetterQueues),
  ];
};
