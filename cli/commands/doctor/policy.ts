import { type CommandPolicy, readFunction, readToken, type Statement, useKeyForQueues } from '../../policy';

const allow = (Sid: string, Action: readonly string[], Resource: Statement['Resource']): Statement => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
});

/** `doctor` reads. It receives dead letters to tell their classes, and gives them back at once. */
export const doctorPolicy: CommandPolicy = (names) => {
  const account = names.secret_arn.split(':')[4] ?? '<account>';
  const events = `arn:aws:events:${names.region}`;
  const deadLetterQueues = [names.failures_queue_arn, names.undelivered_queue_arn];
  return [
    ...readFunction(names, [names.refresh_function_arn, names.move_function_arn]),
    ...readToken(names),
    allow('DescribeSecret', ['secretsmanager:DescribeSecret'], names.secret_arn),
    allow('ReadBus', ['events:DescribeEventBus'], `${events}:${account}:event-bus/${names.event_bus_name}`),
    allow('ReadSource', ['events:DescribeEventSource'], `${events}::event-source/${names.event_bus_name}`),
    allow(
      'ReadRules',
      ['events:DescribeRule', 'events:ListTargetsByRule'],
      `${events}:${account}:rule/${names.event_bus_name}/*`,
    ),
    // These four name no resource.
    allow(
      'ReadWithoutResource',
      [
        'events:ListRuleNamesByTarget',
        'events:TestEventPattern',
        'lambda:ListEventSourceMappings',
        'cloudwatch:GetMetricStatistics',
      ],
      '*',
    ),
    allow('ReadQueues', ['sqs:GetQueueAttributes'], [names.events_queue_arn, ...deadLetterQueues]),
    allow('LookAtDeadLetters', ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility'], deadLetterQueues),
    useKeyForQueues(names, ['kms:Decrypt'], deadLetterQueues),
    allow(
      'ReadArchiveSettings',
      ['s3:GetBucketVersioning', 's3:GetEncryptionConfiguration', 's3:GetBucketPublicAccessBlock'],
      names.bucket_arn,
    ),
  ];
};
