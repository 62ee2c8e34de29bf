import { resource, update } from './plans';
import {
  allow,
  arn,
  expire,
  type Kind,
  LIFECYCLE,
  lifecycle,
  made,
  OTHER,
  OWN,
  policy,
  QUEUE,
  rate,
  rights,
  role,
} from './values';

type Change = Readonly<Record<string, unknown>>;

const pattern = (queueId: unknown, rest: object = {}) => ({
  event_pattern: JSON.stringify({ source: ['a'], detail: { eventBody: { queueId, ...rest } } }),
});
const rulePattern = (before: Change, after: Change, address = 'a') =>
  resource('aws_cloudwatch_event_rule', 'update', { before, after }, { address });
const schedule = (schedule_expression: string) =>
  update('aws_cloudwatch_event_rule', { schedule_expression: 'rate(1 hour)' }, { schedule_expression });
const later = (type: string, before: Change, name: string, unknown: unknown = true) =>
  update(type, before, {}, { [name]: unknown });
const variables = (before: Change, after: Change) =>
  update(
    'aws_lambda_function',
    { environment: [{ variables: before }] },
    { environment: [{ variables: after }] },
  );
const MAPPING = 'aws_lambda_event_source_mapping';
const read = resource(MAPPING, 'no-op', {
  before: { event_source_arn: QUEUE },
  after: { event_source_arn: QUEUE },
});
const redrive = (redrive_allow_policy: unknown) => ({
  redrive_allow_policy: JSON.stringify(redrive_allow_policy),
});
const bucketOf = (name: string, unknown: Change = {}) => made('aws_s3_bucket', { bucket: name }, unknown);
const expiry = (bucket: string) => ({ ...lifecycle(expire(1)), bucket });

/** Kinds of plans, each with more than one spelling. The account is known. */
export const KINDS: readonly Kind[] = [
  [
    'a lifecycle that is the first one of its bucket',
    'retention',
    [
      [resource(LIFECYCLE, 'delete,create', { before: expiry('tmp'), after: expiry('archive') })],
      [made(LIFECYCLE, expiry('archive')), bucketOf('results')],
      [made(LIFECYCLE, expiry('archive')), made('aws_s3_bucket', {}, { bucket: true })],
      [update(LIFECYCLE, lifecycle(expire(365)), lifecycle({ expiration: [{ days: '1' }] }))],
    ],
  ],
  [
    "the rotation's permission for another secret, or to another service",
    'permission-cut',
    ['a', 'secretsmanager.amazonaws.com'].map((principal) => [
      resource('aws_lambda_permission', 'delete,create', {
        before: { principal: 'secretsmanager.amazonaws.com', source_arn: 'a' },
        after: { principal, source_arn: 'b' },
      }),
    ]),
  ],
  ["a key's policy that goes", 'sqs-queue-policy-cut', [[resource('aws_kms_key_policy', 'delete')]]],
  [
    'a lifecycle at another address',
    'pass',
    [[resource(LIFECYCLE, 'delete', { before: expiry('archive') }), made(LIFECYCLE, expiry('archive'))]],
  ],
  [
    'a lifecycle of a bucket that the plan makes',
    'pass',
    [[made(LIFECYCLE, expiry('new')), bucketOf('new')]],
  ],
  [
    'another account that is named for the first time',
    'open-door',
    [
      [
        resource('aws_lambda_permission', 'delete,create', {
          before: { principal: 's3.amazonaws.com', source_account: OWN },
          after: { principal: 's3.amazonaws.com', source_account: OTHER },
        }),
      ],
      [made('aws_cloudwatch_event_target', { arn: arn('events', 'event-bus/a', OTHER) })],
      [
        update(
          'aws_cloudwatch_event_target',
          { arn: QUEUE, dead_letter_config: [] },
          { arn: QUEUE, dead_letter_config: [{ arn: arn('sqs', 'a', OTHER) }] },
        ),
      ],
      [made('aws_s3_bucket_inventory', { destination: [{ bucket: [{ account_id: OTHER }] }] })],
      [made('aws_pipes_pipe', { source: QUEUE, target: arn('sqs', 'a', OTHER) })],
      [
        made('aws_cloudwatch_log_account_policy', {
          policy_document: JSON.stringify({ DestinationArn: arn('logs', 'destination:a', OTHER) }),
        }),
      ],
      [
        made('aws_kms_grant', {
          grantee_principal: role('a'),
          retiring_principal: `arn:aws:iam::${OTHER}:root`,
        }),
      ],
      [made('aws_sns_topic_subscription', { endpoint: arn('sqs', 'a', OTHER) })],
      [
        made('aws_s3_bucket_replication_configuration', {
          rule: [{ destination: [{ bucket: 'arn:aws:s3:::evil' }] }],
        }),
      ],
    ],
  ],
  [
    'a permission that asks for no source',
    'open-door',
    [
      [made('aws_lambda_permission', { principal: 's3.amazonaws.com' })],
      [
        resource('aws_lambda_permission', 'delete,create', {
          before: { principal: OWN, principal_org_id: 'o-1' },
          after: { principal: OWN },
        }),
      ],
    ],
  ],
  [
    'what another application does in the own account',
    'pass',
    [
      [
        made('aws_lambda_permission', {
          principal: 'apigateway.amazonaws.com',
          source_arn: arn('execute-api', 'a/*'),
        }),
      ],
      [made('aws_lambda_permission', { principal: 'events.amazonaws.com' }, { source_arn: true })],
      [made('aws_cloudwatch_event_target', { arn: arn('lambda', 'function:shop') })],
      [made('aws_cloudwatch_metric_alarm', { alarm_actions: [arn('sns', 'alerts', OTHER)] })],
      [
        made('aws_lambda_function', {
          layers: [arn('lambda', 'layer:AWSLambdaPowertoolsTypeScriptV2:20', OTHER)],
          environment: [
            {
              variables: {
                TOKEN_URL: 'https://a',
                SECRET_NAME: 'shop',
                DB_SECRET: arn('secretsmanager', 'secret:a'),
              },
            },
          ],
        }),
      ],
      [bucketOf('site'), made('aws_s3_bucket_website_configuration', { bucket: 'site' })],
      [
        made('aws_s3_bucket_replication_configuration', {
          rule: [{ destination: [{ bucket: 'arn:aws:s3:::copy', account: OWN }] }],
        }),
      ],
      [made('aws_ssm_parameter', { type: 'String', value: 'a' })],
      [
        made('aws_s3_bucket_policy', {
          policy: policy(allow({ AWS: 'arn:aws:iam::054676820928:root' }, { Action: 's3:PutObject' })),
        }),
      ],
    ],
  ],
  [
    'an ACL for somebody else',
    'acl',
    [
      [
        update(
          'aws_s3_bucket_acl',
          { acl: 'private' },
          {
            access_control_policy: [{ grant: [{ grantee: [{ id: 'b' }] }], owner: [{ id: 'a' }] }],
          },
        ),
      ],
    ],
  ],
  [
    'a public door of the bucket',
    'public-door',
    [
      [made('aws_s3_bucket_website_configuration', { bucket: 'archive' })],
      [made('aws_s3_access_point', { public_access_block_configuration: [{ block_public_policy: false }] })],
    ],
  ],
  [
    'a forgotten public access block',
    'public-access-block',
    [[resource('aws_s3_bucket_public_access_block', 'forget')]],
  ],
  [
    'what only the apply will know: a key',
    'key-off',
    [[later('aws_kms_key', { is_enabled: true }, 'is_enabled')]],
  ],
  [
    'what only the apply will know: a bucket',
    'force-destroy',
    [[later('aws_s3_bucket', {}, 'force_destroy')]],
  ],
  [
    'what only the apply will know: a mapping',
    'event-source-mapping-cut',
    [
      [later(MAPPING, { enabled: true }, 'enabled')],
      [later(MAPPING, {}, 'filter_criteria')],
      [later(MAPPING, { event_source_arn: 'a' }, 'event_source_arn')],
      [later(MAPPING, { function_name: 'a' }, 'function_name')],
    ],
  ],
  [
    'what only the apply will know: a function',
    'function-cut',
    [
      [
        later(
          'aws_lambda_function',
          { reserved_concurrent_executions: -1 },
          'reserved_concurrent_executions',
        ),
      ],
    ],
  ],
  [
    'what only the apply will know: a rotation',
    'secret-rotation-cut',
    [
      [
        later('aws_secretsmanager_secret_rotation', rate('rate(6 hours)'), 'rotation_rules', [
          { schedule_expression: true },
        ]),
      ],
    ],
  ],
  [
    'what only the apply will know: a rule',
    'event-rule-cut',
    [[later('aws_cloudwatch_event_rule', pattern(['1']), 'event_pattern')]],
  ],
  [
    'what only the apply will know of what is made, or follows a function that is replaced',
    'pass',
    [
      [
        resource(MAPPING, 'create', {
          after_unknown: { enabled: true, event_source_arn: true, function_name: true },
        }),
      ],
      [
        resource('aws_lambda_function', 'delete,create'),
        later(MAPPING, { function_name: 'a' }, 'function_name'),
      ],
      [
        later(
          'aws_lambda_function',
          { environment: [{ variables: { ARCHIVE_BUCKET_NAME: 'a' } }] },
          'environment',
        ),
      ],
    ],
  ],
  [
    'events that no rule would take',
    'event-rule-cut',
    [
      [rulePattern(pattern(['1', '2']), pattern(['1']))],
      [rulePattern(pattern(['1']), pattern([{ exists: false }]))],
      [rulePattern(pattern([{ 'anything-but': ['1'] }]), pattern([{ 'anything-but': ['1', '2'] }]))],
      [rulePattern(pattern(['1']), pattern(['1'], { voicemailDurationMs: [{ numeric: ['>=', 9] }] }))],
      [schedule('cron(0 6 * * ? 2020)')],
      [schedule('rate(365 days)')],
      [schedule('at(2027-01-01T00:00:00)')],
    ],
  ],
  [
    'events that a rule takes still',
    'pass',
    [
      [
        rulePattern(pattern(['1', '2']), pattern(['0', '1']), 'a'),
        rulePattern(pattern(['3']), pattern(['2', '3']), 'b'),
      ],
      [rulePattern(pattern(['1', '2']), pattern([{ exists: true }]))],
      [rulePattern(pattern([{ 'anything-but': ['1', '2'] }]), pattern([{ 'anything-but': ['1'] }]))],
      [schedule('cron(0 6 ? * MON-FRI *)')],
    ],
  ],
  [
    'a second reader of a queue',
    'rival-reader',
    [
      [read, made(MAPPING, { event_source_arn: QUEUE })],
      [read, made('aws_pipes_pipe', { source: QUEUE, target: arn('lambda', 'function:a') })],
    ],
  ],
  [
    'no queue for what fails',
    'sqs-queue-cut',
    [
      [update('aws_sqs_queue', { redrive_policy: '{"deadLetterTargetArn":"a"}' }, { redrive_policy: '{}' })],
      [later('aws_sqs_queue', { redrive_policy: '{"deadLetterTargetArn":"a"}' }, 'redrive_policy')],
      ...[{ redrivePermission: 'denyAll' }, { redrivePermission: 'byQueue', sourceQueueArns: ['b'] }].map(
        (after) => [
          update(
            'aws_sqs_queue_redrive_allow_policy',
            redrive({ redrivePermission: 'byQueue', sourceQueueArns: ['a'] }),
            redrive(after),
          ),
        ],
      ),
    ],
  ],
  [
    'another place for voicemail',
    'function-cut',
    [
      [variables({ ARCHIVE_BUCKET_NAME: 'a' }, { ARCHIVE_BUCKET_NAME: 'b' })],
      [variables({ FAILURES_QUEUE_URL: 'a' }, {})],
    ],
  ],
  [
    'a secret in the state',
    'secret-copied',
    [
      [variables({}, { GENESYS_CLIENT_SECRET: 'a' })],
      [variables({}, { REFRESH_TOKEN_VALUE: 'a' })],
      [made('aws_ssm_parameter', { type: 'SecureString', value: 'a' })],
    ],
  ],
  [
    'what a reviewer should see',
    'note',
    [
      [resource('aws_kms_alias', 'delete')],
      [update('aws_iam_policy', rights('s3:PutObject', 'a'), rights('s3:PutObject', 'b'))],
      [update('aws_lambda_function', { vpc_config: [] }, { vpc_config: [{ subnet_ids: ['a'] }] })],
      [later('aws_lambda_function', { role: 'a' }, 'role')],
      [later('aws_lambda_function', { environment: [{ variables: { A: 'a' } }] }, 'environment')],
      [later('aws_lambda_permission', { source_arn: 'a' }, 'source_arn')],
      [update('aws_iam_role', {}, { permissions_boundary: `arn:aws:iam::${OWN}:policy/a` })],
    ],
  ],
];
