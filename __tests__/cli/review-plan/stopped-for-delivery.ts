import { resource, update } from './plans';
import type { StoppedPlan } from './stopped-plans';
import { allow, DENY, EVENTS, HELD, OWN, pattern, policy, rate } from './values';

/** Plans that would cut the way of a voicemail. */
export const STOPPED_FOR_DELIVERY: readonly StoppedPlan[] = [
  ['no rule', 'event-rule-cut', resource('aws_cloudwatch_event_rule', 'delete')],
  ['a rule replaced', 'event-rule-cut', resource('aws_cloudwatch_event_rule', 'delete,create')],
  [
    'a rule disabled',
    'event-rule-cut',
    update('aws_cloudwatch_event_rule', { state: 'ENABLED' }, { state: 'DISABLED' }),
  ],
  [
    'a rule disabled as of old',
    'event-rule-cut',
    update('aws_cloudwatch_event_rule', { is_enabled: true }, { is_enabled: false }),
  ],
  [
    'another source',
    'event-rule-cut',
    update('aws_cloudwatch_event_rule', pattern('aws.partner/a'), pattern('aws.partner/b')),
  ],
  [
    'no pattern',
    'event-rule-cut',
    update('aws_cloudwatch_event_rule', pattern('aws.partner/a'), { schedule_expression: 'rate(1 day)' }),
  ],
  [
    'a pattern that asks for more',
    'event-rule-cut',
    update('aws_cloudwatch_event_rule', pattern('a'), {
      event_pattern: JSON.stringify({ source: ['a'], region: ['b'], detail: {} }),
    }),
  ],
  ['no target', 'event-target-cut', resource('aws_cloudwatch_event_target', 'delete')],
  [
    'a target elsewhere',
    'event-target-cut',
    update('aws_cloudwatch_event_target', { arn: 'a' }, { arn: 'b' }),
  ],
  [
    'no transformer',
    'event-target-cut',
    update('aws_cloudwatch_event_target', { input_transformer: [{}] }, { input_transformer: [] }),
  ],
  [
    'no dead-letter queue',
    'event-target-cut',
    update('aws_cloudwatch_event_target', { dead_letter_config: [{ arn: 'a' }] }, { dead_letter_config: [] }),
  ],
  [
    'a bus without its dead-letter queue',
    'event-bus-cut',
    update(
      'aws_cloudwatch_event_bus',
      { kms_key_identifier: 'a', dead_letter_config: [{ arn: 'b' }] },
      { kms_key_identifier: 'a', dead_letter_config: [] },
    ),
  ],
  [
    'a schedule disabled',
    'scheduler-schedule-cut',
    update('aws_scheduler_schedule', { state: 'ENABLED' }, { state: 'DISABLED' }),
  ],
  [
    'a queue policy without the rules',
    'shut-out',
    update('aws_sqs_queue_policy', { policy: policy(allow(EVENTS, HELD)) }, { policy: policy() }),
  ],
  [
    'a queue policy that denies everybody',
    'shut-out',
    update('aws_sqs_queue_policy', { policy: policy() }, { policy: policy(DENY) }),
  ],
  [
    'a key that events have half of the rights on',
    'shut-out',
    update(
      'aws_kms_key',
      { policy: policy(allow(EVENTS, { ...HELD, Action: ['kms:Decrypt', 'kms:GenerateDataKey'] })) },
      { policy: policy(allow(EVENTS, { ...HELD, Action: 'kms:Decrypt' })) },
    ),
  ],
  [
    'a key without its account',
    'shut-out',
    update(
      'aws_kms_key',
      { policy: policy(allow({ AWS: `arn:aws:iam::${OWN}:root` })) },
      { policy: policy(allow({ AWS: `arn:aws:iam::${OWN}:role/a` })) },
    ),
  ],
  [
    'a trust without Lambda',
    'shut-out',
    update(
      'aws_iam_role',
      { assume_role_policy: policy(allow({ Service: 'lambda.amazonaws.com' })) },
      { assume_role_policy: policy(allow({ Service: 'ec2.amazonaws.com' })) },
    ),
  ],
  [
    'a queue policy gone meanwhile',
    'sqs-queue-policy-cut',
    resource('aws_sqs_queue_policy', 'delete,create'),
  ],
  ['no queue policy', 'sqs-queue-policy-cut', resource('aws_sqs_queue_policy', 'delete')],
  [
    'no redrive policy',
    'sqs-queue-cut',
    update('aws_sqs_queue', { redrive_policy: '{}' }, { redrive_policy: '' }),
  ],
  [
    'another queue for what fails',
    'sqs-queue-cut',
    update(
      'aws_sqs_queue',
      { redrive_policy: '{"deadLetterTargetArn":"a","maxReceiveCount":9}' },
      { redrive_policy: '{"deadLetterTargetArn":"b","maxReceiveCount":9}' },
    ),
  ],
  [
    'a mapping of another queue',
    'event-source-mapping-cut',
    resource('aws_lambda_event_source_mapping', 'delete,create', {
      before: { event_source_arn: 'a' },
      after: { event_source_arn: 'b' },
    }),
  ],
  ['no mapping', 'event-source-mapping-cut', resource('aws_lambda_event_source_mapping', 'delete')],
  [
    'a mapping disabled',
    'event-source-mapping-cut',
    update('aws_lambda_event_source_mapping', { enabled: true }, { enabled: false }),
  ],
  [
    'a mapping that filters',
    'event-source-mapping-cut',
    update('aws_lambda_event_source_mapping', {}, { filter_criteria: [{ filter: [] }] }),
  ],
  [
    'a mapping without partial failures',
    'event-source-mapping-cut',
    update(
      'aws_lambda_event_source_mapping',
      { function_response_types: ['ReportBatchItemFailures'] },
      { function_response_types: [] },
    ),
  ],
  ['no function', 'function-cut', resource('aws_lambda_function', 'delete')],
  [
    'a function that never runs',
    'function-cut',
    update(
      'aws_lambda_function',
      { reserved_concurrent_executions: -1 },
      { reserved_concurrent_executions: 0 },
    ),
  ],
  ['no permission', 'permission-cut', resource('aws_lambda_permission', 'delete')],
  ['no rotation', 'secret-rotation-cut', resource('aws_secretsmanager_secret_rotation', 'delete')],
  [
    'a rotation disabled',
    'secret-rotation-cut',
    update('aws_secretsmanager_secret_rotation', {}, { rotation_enabled: false }),
  ],
  [
    'a rotation too slow',
    'secret-rotation-cut',
    update('aws_secretsmanager_secret_rotation', rate('rate(6 hours)'), rate('rate(10 days)')),
  ],
  [
    'a rotation once a week',
    'secret-rotation-cut',
    update('aws_secretsmanager_secret_rotation', rate('rate(6 hours)'), rate('cron(0 8 ? * MON *)')),
  ],
  [
    'a rotation by another function',
    'secret-rotation-cut',
    update('aws_secretsmanager_secret_rotation', { rotation_lambda_arn: 'a' }, { rotation_lambda_arn: 'b' }),
  ],
  [
    'a rotation gone meanwhile',
    'secret-rotation-cut',
    resource('aws_secretsmanager_secret_rotation', 'delete,create'),
  ],
  ['no role', 'iam-role-cut', resource('aws_iam_role', 'delete')],
];
