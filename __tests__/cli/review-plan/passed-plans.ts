import { resource, update } from './plans';
import {
  allow,
  DENY_PLAIN,
  EVENTS,
  expire,
  HELD,
  LIFECYCLE,
  lifecycle,
  noncurrent,
  OTHER,
  OWN,
  PRECIOUS,
  pattern,
  policy,
  rate,
  rights,
} from './values';

type Change = Readonly<Record<string, unknown>>;

/** Plans that have to pass: what each does, and its changes. */
export const PASSED: readonly (readonly [what: string, changes: readonly Change[]])[] = [
  ['tags', [...PRECIOUS.map((type) => update(type, { tags: {} }, { tags: { a: 'b' } }, { tags_all: true }))]],
  ['a move', [...PRECIOUS.map((type) => resource(type, 'no-op', {}, { previous_address: 'module.a.x.y' }))]],
  ['an import', [resource('aws_s3_bucket', 'no-op', { importing: { id: 'archive' } })]],
  [
    'a longer retention',
    [update(LIFECYCLE, lifecycle(expire(30), noncurrent(1)), lifecycle(expire(365), noncurrent(30)))],
  ],
  [
    'a rule under another name and for less',
    [
      update(
        LIFECYCLE,
        lifecycle(expire(9, { id: 'a' })),
        lifecycle(expire(9, { id: 'b', filter: [{ prefix: 'a/' }] })),
      ),
    ],
  ],
  [
    'a retention that ends',
    [update(LIFECYCLE, lifecycle(expire(9)), lifecycle(expire(9, { status: 'Disabled' })))],
  ],
  [
    'a rule for larger objects alone',
    [
      update(
        LIFECYCLE,
        lifecycle(expire(9, { filter: [{ object_size_greater_than: 9 }] })),
        lifecycle(expire(9, { filter: [{ object_size_greater_than: 9_000 }] })),
      ),
    ],
  ],
  [
    'what the provider computes, not known yet',
    [
      update(
        LIFECYCLE,
        lifecycle(noncurrent(9), { expiration: [{ expired_object_delete_marker: true }] }),
        lifecycle(noncurrent(9), { expiration: [{ expired_object_delete_marker: true }] }),
        {
          rule: [
            { noncurrent_version_expiration: [{ newer_noncurrent_versions: true }] },
            { expiration: [{ days: true }] },
          ],
        },
      ),
      update('aws_s3_bucket', { lifecycle_rule: [], policy: '' }, {}, { lifecycle_rule: true, policy: true }),
      update(
        'aws_secretsmanager_secret_rotation',
        { rotation_enabled: true },
        {},
        { rotation_enabled: true },
      ),
    ],
  ],
  [
    'one provider subject in a new role',
    [
      resource('aws_iam_role', 'create', {
        after: {
          assume_role_policy: policy(
            allow({ Federated: 'a' }, { Condition: { StringLike: { 'a:sub': 'repo:ours/voicemail:*' } } }),
          ),
        },
      }),
    ],
  ],
  [
    'another order in a redrive policy',
    [
      update(
        'aws_sqs_queue',
        { redrive_policy: '{"deadLetterTargetArn":"a","maxReceiveCount":9}' },
        { redrive_policy: '{"maxReceiveCount":9,"deadLetterTargetArn":"a"}' },
      ),
    ],
  ],
  [
    'delete markers',
    [
      update(
        LIFECYCLE,
        lifecycle(),
        lifecycle({ expiration: [{ days: 0, expired_object_delete_marker: true }] }),
      ),
    ],
  ],
  [
    'refusals of everybody',
    [update('aws_s3_bucket_policy', { policy: policy() }, { policy: policy(DENY_PLAIN) })],
  ],
  [
    'one more rule that may send',
    [update('aws_sqs_queue_policy', { policy: policy(allow(EVENTS, HELD)) }, {}, { policy: true })],
  ],
  [
    'one more source of the own account',
    [
      update(
        'aws_sqs_queue_policy',
        {
          policy: policy(
            allow(EVENTS, {
              Condition: { ArnEquals: { 'aws:SourceArn': [`arn:aws:events:a:${OWN}:rule/a`] } },
            }),
          ),
        },
        {
          policy: policy(
            allow(EVENTS, {
              Condition: {
                ArnEquals: {
                  'aws:SourceArn': [`arn:aws:events:a:${OWN}:rule/a`, `arn:aws:events:a:${OWN}:rule/b`],
                },
              },
            }),
          ),
        },
      ),
    ],
  ],
  [
    'a stranger of today',
    [
      update(
        'aws_s3_bucket_policy',
        { policy: policy(allow({ AWS: OTHER })) },
        { policy: policy(allow({ AWS: OTHER }), DENY_PLAIN) },
      ),
    ],
  ],
  [
    'a stranger held tighter',
    [update('aws_s3_bucket_policy', { policy: policy(allow('*')) }, { policy: policy(allow('*', HELD)) })],
  ],
  [
    'a first key',
    [
      resource('aws_kms_key', 'create', {
        after: {
          policy: policy({
            Effect: 'Allow',
            Principal: { AWS: `arn:aws:iam::${OWN}:root` },
            Action: 'kms:*',
            Resource: '*',
          }),
        },
      }),
    ],
  ],
  [
    'rights for traces',
    [update('aws_iam_policy', {}, rights(['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], '*'))],
  ],
  ['rights on objects', [update('aws_iam_policy', {}, rights('s3:PutObject', 'arn:aws:s3:::archive/*'))]],
  [
    'a trust of Lambda',
    [
      resource('aws_iam_role', 'create', {
        after: {
          assume_role_policy: policy({
            Effect: 'Allow',
            Principal: { Service: 'lambda.amazonaws.com' },
            Action: 'sts:AssumeRole',
          }),
        },
      }),
    ],
  ],
  [
    'a service for an account of which nothing tells whose it is',
    [update('aws_sqs_queue_policy', { policy: policy() }, { policy: policy(allow(EVENTS, HELD)) })],
  ],
  [
    'a service for what it encrypts of the own account',
    [
      update(
        'aws_kms_key',
        { policy: policy(allow(EVENTS, HELD)) },
        {
          policy: policy(
            allow(EVENTS, HELD),
            allow(EVENTS, {
              Condition: {
                StringEquals: {
                  'kms:EncryptionContext:aws:events:event-bus:arn': `arn:aws:events:a:${OWN}:event-bus/b`,
                },
              },
            }),
          ),
        },
      ),
    ],
  ],
  [
    'a service that may see a key',
    [
      update(
        'aws_kms_key',
        { policy: policy(allow(EVENTS, HELD)) },
        { policy: policy(allow(EVENTS, HELD), allow(EVENTS, { Action: 'kms:DescribeKey', Resource: '*' })) },
      ),
    ],
  ],
  [
    'a first key of a queue',
    [update('aws_sqs_queue', { kms_master_key_id: '' }, { kms_master_key_id: 'a' })],
  ],
  [
    'one more Genesys queue',
    [
      update(
        'aws_cloudwatch_event_rule',
        pattern('aws.partner/a', ['1']),
        pattern('aws.partner/a', ['1', '2']),
      ),
    ],
  ],
  [
    'a quicker rotation',
    [update('aws_secretsmanager_secret_rotation', rate('rate(12 hours)'), rate('rate(6 hours)'))],
  ],
  ['a new function', [resource('aws_lambda_function', 'create')]],
  [
    'a permission replaced',
    [
      resource('aws_lambda_permission', 'delete,create', {
        before: { principal: 'a.amazonaws.com' },
        after: { principal: 'a.amazonaws.com' },
      }),
    ],
  ],
  ['resources of other kinds', [resource('aws_s3_object', 'delete'), resource('aws_vpc', 'delete,create')]],
];

/** Plans that have to pass with a note. */
export const NOTED: readonly (readonly [what: string, change: Change])[] = [
  ['an alarm destroyed', resource('aws_cloudwatch_metric_alarm', 'delete')],
  [
    'an alarm that tells nobody',
    update('aws_cloudwatch_metric_alarm', { alarm_actions: ['a'] }, { alarm_actions: [] }),
  ],
  [
    "a rule on AWS's own events destroyed",
    resource('aws_cloudwatch_event_rule', 'delete', { before: pattern('aws.secretsmanager') }),
  ],
  [
    'logs for less time',
    update('aws_cloudwatch_log_group', { retention_in_days: 0 }, { retention_in_days: 7 }),
  ],
  ['an alarm at another height', update('aws_cloudwatch_metric_alarm', { threshold: 1 }, { threshold: 9 })],
  ['a subscription destroyed', resource('aws_sns_topic_subscription', 'delete')],
  ['a rotation forgotten', resource('aws_secretsmanager_secret_rotation', 'forget')],
  ['a role replaced', resource('aws_iam_role', 'delete,create')],
  [
    'fewer rights',
    update(
      'aws_iam_policy',
      rights(['s3:GetObject', 's3:PutObject'], 'arn:aws:s3:::archive/*'),
      rights('s3:GetObject', 'arn:aws:s3:::archive/*'),
    ),
  ],
  ['a function of another role', update('aws_lambda_function', { role: 'a' }, { role: 'b' })],
  [
    'another schedule',
    update(
      'aws_cloudwatch_event_rule',
      { schedule_expression: 'rate(1 hour)' },
      { schedule_expression: 'rate(1 day)' },
    ),
  ],
  ['a log group destroyed', resource('aws_cloudwatch_log_group', 'delete')],
  ['a function replaced', resource('aws_lambda_function', 'delete,create')],
  ['other code', update('aws_lambda_function', { source_code_hash: 'a' }, { source_code_hash: 'b' })],
  [
    'another message',
    update(
      'aws_cloudwatch_event_target',
      { input_transformer: [{ input_template: 'a' }] },
      { input_transformer: [{ input_template: 'b' }] },
    ),
  ],
  ['a policy not known yet', update('aws_sqs_queue_policy', { policy: policy() }, {}, { policy: true })],
  [
    'a public access block with a gap',
    resource('aws_s3_bucket_public_access_block', 'create', { after: { block_public_acls: false } }),
  ],
  ['a permission replaced', resource('aws_lambda_permission', 'delete,create')],
  [
    'another setting',
    update(
      'aws_lambda_function',
      { environment: [{ variables: { DELETE_AFTER_STORE: 'false' } }] },
      { environment: [{ variables: { DELETE_AFTER_STORE: 'true' } }] },
    ),
  ],
  ['another handler', update('aws_lambda_function', { handler: 'a' }, { handler: 'b' })],
  ['less time', update('aws_lambda_function', { timeout: 300 }, { timeout: 10 })],
  ['unsigned code', update('aws_lambda_function', { code_signing_config_arn: 'a' }, {})],
  ['a queue that hides for less', update('aws_sqs_queue', { visibility_timeout_seconds: 1800 }, {})],
  [
    'a queue that gives up sooner',
    update(
      'aws_sqs_queue',
      { redrive_policy: '{"deadLetterTargetArn":"a","maxReceiveCount":600}' },
      { redrive_policy: '{"deadLetterTargetArn":"a","maxReceiveCount":1}' },
    ),
  ],
  ['smaller messages', update('aws_sqs_queue', { max_message_size: 262_144 }, { max_message_size: 1024 })],
  [
    'more rights',
    update('aws_iam_policy', rights('s3:GetObject', 'a'), rights(['s3:GetObject', 's3:DeleteObject'], 'a')),
  ],
  [
    'a role for one more service',
    update(
      'aws_iam_role',
      { assume_role_policy: policy(allow({ Service: 'lambda.amazonaws.com' })) },
      {
        assume_role_policy: policy(
          allow({ Service: 'lambda.amazonaws.com' }),
          allow({ Service: 'edgelambda.amazonaws.com' }),
        ),
      },
    ),
  ],
  ['a replica', update('aws_secretsmanager_secret', { replica: [] }, { replica: [{ region: 'us-east-1' }] })],
  [
    'whole events in logs',
    update('aws_cloudwatch_event_bus', { log_config: [] }, { log_config: [{ include_detail: 'FULL' }] }),
  ],
  [
    'Object Lock that nobody lifts',
    update(
      'aws_s3_bucket_object_lock_configuration',
      { rule: [{ default_retention: [{ mode: 'GOVERNANCE', days: 9 }] }] },
      { rule: [{ default_retention: [{ mode: 'COMPLIANCE', days: 9 }] }] },
    ),
  ],
  [
    'no news of stored voicemail',
    update('aws_s3_bucket_notification', { eventbridge: true }, { eventbridge: false }),
  ],
  [
    'fewer tries',
    update(
      'aws_cloudwatch_event_target',
      { retry_policy: [] },
      { retry_policy: [{ maximum_retry_attempts: 0 }] },
    ),
  ],
  [
    'a quiet alarm',
    update(
      'aws_cloudwatch_composite_alarm',
      { actions_suppressor: [] },
      { actions_suppressor: [{ alarm: 'a' }] },
    ),
  ],
];
