import { resource, update } from './plans';
import type { StoppedPlan } from './stopped-plans';
import { allow, EVENTS, HELD, OTHER, OWN, pattern, policy, rate, rights } from './values';

/** Plans that would let somebody in, or cut the way of a voicemail. */
export const STOPPED_FOR_EXPOSURE: readonly StoppedPlan[] = [
  ['no public access block', 'public-access-block', resource('aws_s3_bucket_public_access_block', 'delete')],
  [
    'a weaker public access block',
    'public-access-block',
    update(
      'aws_s3_bucket_public_access_block',
      { block_public_policy: true },
      { block_public_policy: false },
    ),
  ],
  ['no ownership controls', 'ownership', resource('aws_s3_bucket_ownership_controls', 'delete')],
  [
    'ACLs that count',
    'ownership',
    update(
      'aws_s3_bucket_ownership_controls',
      { rule: [{ object_ownership: 'BucketOwnerEnforced' }] },
      { rule: [{ object_ownership: 'ObjectWriter' }] },
    ),
  ],
  ['a public ACL', 'acl', resource('aws_s3_bucket_acl', 'create', { after: { acl: 'public-read' } })],
  [
    'an ACL for a group',
    'acl',
    update(
      'aws_s3_bucket_acl',
      {},
      {
        access_control_policy: [
          { grant: [{ grantee: [{ uri: 'http://acs.amazonaws.com/groups/global/AllUsers' }] }] },
        ],
      },
    ),
  ],
  ['everybody', 'stranger', update('aws_s3_bucket_policy', {}, { policy: policy(allow('*')) })],
  [
    'everybody, in a list',
    'stranger',
    update('aws_sqs_queue_policy', {}, { policy: policy(allow({ AWS: ['*'] })) }),
  ],
  [
    'all but one',
    'stranger',
    update(
      'aws_kms_key',
      {},
      { policy: policy({ Effect: 'Allow', NotPrincipal: { AWS: OWN }, Action: 'kms:*', Resource: '*' }) },
    ),
  ],
  [
    'another account',
    'stranger',
    update(
      'aws_secretsmanager_secret_policy',
      { policy: policy(allow({ AWS: OWN })) },
      { policy: policy(allow({ AWS: OWN }), allow({ AWS: `arn:aws:iam::${OTHER}:root` })) },
    ),
  ],
  [
    'everybody over TLS',
    'stranger',
    update(
      'aws_s3_bucket_policy',
      {},
      { policy: policy(allow('*', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } })) },
    ),
  ],
  [
    'more for another account',
    'stranger',
    update(
      'aws_s3_bucket_policy',
      { policy: policy(allow({ AWS: OTHER })) },
      { policy: policy(allow({ AWS: '777766665555' }, { Action: 's3:*' })) },
    ),
  ],
  [
    'a service without its condition',
    'stranger',
    update(
      'aws_sqs_queue_policy',
      { policy: policy(allow(EVENTS, HELD)) },
      { policy: policy(allow(EVENTS)) },
    ),
  ],
  [
    'everybody without the condition',
    'stranger',
    update('aws_s3_bucket_policy', { policy: policy(allow('*', HELD)) }, { policy: policy(allow('*')) }),
  ],
  ['no bucket policy', 'policy-gone', resource('aws_s3_bucket_policy', 'delete')],
  [
    'public policies for a secret',
    'policy-gone',
    update('aws_secretsmanager_secret_policy', { block_public_policy: true }, { block_public_policy: false }),
  ],
  [
    'a trust of everybody',
    'role-trust',
    update(
      'aws_iam_role',
      { assume_role_policy: 'lambda' },
      {
        assume_role_policy: policy({ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }),
      },
    ),
  ],
  [
    'rights with a star',
    'role-rights',
    update('aws_iam_policy', {}, rights('s3:*', 'arn:aws:s3:::archive/*')),
  ],
  [
    'rights on everything',
    'role-rights',
    update(
      'aws_iam_role_policy',
      rights('s3:GetObject', 'arn:aws:s3:::archive/*'),
      rights('s3:GetObject', 'arn:aws:s3:::*'),
    ),
  ],
  [
    'rights on all but one',
    'role-rights',
    update('aws_iam_policy', {}, { policy: policy({ Effect: 'Allow', NotAction: 'iam:*', Resource: '*' }) }),
  ],
  ['inline rights', 'role-rights', update('aws_iam_role', {}, { inline_policy: [rights('*', '*')] })],
  [
    'rights of an administrator',
    'role-rights',
    resource('aws_iam_role_policy_attachment', 'create', {
      after: { policy_arn: 'arn:aws:iam::aws:policy/AdministratorAccess' },
    }),
  ],
  [
    'an open URL',
    'open-door',
    resource('aws_lambda_function_url', 'create', { after: { authorization_type: 'NONE' } }),
  ],
  [
    'a permission for everybody',
    'open-door',
    resource('aws_lambda_permission', 'create', { after: { principal: '*' } }),
  ],

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
    'a schedule disabled',
    'scheduler-schedule-cut',
    update('aws_scheduler_schedule', { state: 'ENABLED' }, { state: 'DISABLED' }),
  ],
  ['no queue policy', 'sqs-queue-policy-cut', resource('aws_sqs_queue_policy', 'delete')],
  [
    'no redrive policy',
    'sqs-queue-cut',
    update('aws_sqs_queue', { redrive_policy: '{}' }, { redrive_policy: '' }),
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
  ['no role', 'iam-role-cut', resource('aws_iam_role', 'delete')],
];
