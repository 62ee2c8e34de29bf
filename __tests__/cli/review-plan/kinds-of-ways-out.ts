import { resource, update } from './plans';
import {
  allow,
  arn,
  ENCRYPTION,
  EVENTS,
  encryption,
  HELD,
  type Kind,
  made,
  OTHER,
  OWN,
  policy,
  role,
} from './values';

const ARCHIVE = 'archive';
const STORES = { environment: [{ variables: { ARCHIVE_BUCKET_NAME: ARCHIVE } }] };
const MOVER = resource('aws_lambda_function', 'no-op', { before: STORES, after: STORES });
const cloudFront = (bucket: string) =>
  update(
    'aws_s3_bucket_policy',
    { bucket, policy: policy() },
    {
      bucket,
      policy: policy(
        allow(
          { Service: 'cloudfront.amazonaws.com' },
          { Condition: { StringEquals: { 'AWS:SourceArn': `arn:aws:cloudfront::${OWN}:distribution/E1` } } },
        ),
      ),
    },
  );
const distribution = (bucket: string) =>
  made('aws_cloudfront_distribution', {
    origin: [{ domain_name: `${bucket}.s3.eu-central-1.amazonaws.com` }],
  });
const closed = (block_public_policy: boolean) =>
  made('aws_s3control_multi_region_access_point', {
    details: [{ public_access_block: [{ block_public_policy }], region: [{ bucket: ARCHIVE }] }],
  });
const bucketKey = (bucket_key_enabled: boolean) => ({
  rule: encryption('aws:kms', 'a').rule.map((rule) => ({ ...rule, bucket_key_enabled })),
});
const EVERYTHING = { Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' };
const endpoint = (before: object, ...after: readonly object[]) =>
  update('aws_vpc_endpoint', { policy: policy(before) }, { policy: policy(...after) });
const organization = (Action: unknown) =>
  made('aws_organizations_policy', { content: policy({ Effect: 'Deny', Action, Resource: '*' }) });
const ATTACHED = resource('aws_iam_role_policy_attachment', 'no-op', {
  before: { role: 'mover', policy_arn: 'ours' },
  after: { role: 'mover', policy_arn: 'ours' },
});
const only = (...policy_arns: readonly string[]) =>
  made('aws_iam_role_policy_attachments_exclusive', { role_name: 'mover', policy_arns });
const changes = (type: string, name: string, before: unknown, after: unknown) => [
  update(type, { [name]: before }, { [name]: after }),
];

/** A resource that is there, and one that is made for the same bucket, queue, key or secret at another address. */
const second = (type: string, holder: object, before: object, after: object) => [
  resource(type, 'no-op', { before: { ...holder, ...before }, after: { ...holder, ...before } }),
  made(type, { ...holder, ...after }),
];
const IN_BUCKET = { bucket: ARCHIVE };
const QUEUE_POLICY = { policy: policy(allow(EVENTS, HELD)) };
const KEY = { key_id: 'k', arn: arn('kms', 'key/k') };
const keyPolicy = (after: string) => [
  resource('aws_kms_key', 'no-op', {
    before: { ...KEY, ...QUEUE_POLICY },
    after: { ...KEY, ...QUEUE_POLICY },
  }),
  made('aws_kms_key_policy', { key_id: KEY.arn, policy: after }),
];

/** Kinds of plans that open a way past the policies, or cut one beside them. The account is known. */
export const KINDS_OF_WAYS_OUT: readonly Kind[] = [
  [
    'a way out of AWS, to calls that nobody sees, to a bucket of nobody knows whom, or to the archive',
    'open-door',
    [
      [made('aws_cloudwatch_event_api_destination', { invocation_endpoint: 'https://a.example' })],
      [made('aws_cloudwatch_event_target', { arn: arn('events', 'api-destination/a/1') })],
      [made('aws_kinesis_firehose_delivery_stream', { http_endpoint_configuration: [{ url: 'https://a' }] })],
      [
        made('aws_kinesis_firehose_delivery_stream', {
          extended_s3_configuration: [{ bucket_arn: 'arn:aws:s3:::evil' }],
        }),
      ],
      [made('aws_scheduler_schedule', { target: [{ arn: 'arn:aws:scheduler:::aws-sdk:sqs:purgeQueue' }] })],
      changes('aws_s3_bucket', 'replication_configuration', [], [{ destination: 'arn:aws:s3:::evil' }]),
      changes('aws_athena_workgroup', 'configuration', [], [{ output_location: 's3://evil/results/' }]),
      [distribution(ARCHIVE), MOVER],
      [distribution(ARCHIVE)],
      [made('aws_api_gateway_integration', { uri: `arn:aws:apigateway:a:s3:path/${ARCHIVE}/{key}` }), MOVER],
      [made('aws_lambda_function_url', {}, { authorization_type: true })],
    ],
  ],
  [
    'CloudFront before the archive, or everybody in a policy of whatever type',
    'stranger',
    [
      [cloudFront(ARCHIVE), MOVER],
      ...['aws_s3control_object_lambda_access_point_policy', 'aws_backup_vault_policy'].map((type) => [
        made(type, { policy: policy(allow('*')) }),
      ]),
    ],
  ],
  ['a Multi-Region Access Point that is open', 'public-door', [[closed(false)]]],
  [
    'the same for a site of its own',
    'pass',
    [
      [cloudFront('site'), distribution('site'), MOVER],
      [made('aws_s3_bucket', { bucket: 'site' }), distribution('site')],
      [closed(true)],
      [
        made('aws_s3_bucket', { bucket: 'results' }),
        made('aws_athena_workgroup', { configuration: [{ output_location: 's3://results/' }] }),
      ],
      [made('aws_vpc_endpoint', { policy: policy(EVERYTHING) })],
      [made('aws_api_gateway_rest_api', { policy: policy(allow('*', { Action: 'execute-api:Invoke' })) })],
    ],
  ],
  [
    'a limit of a network or an organization that gets narrower',
    'shut-out',
    [
      [endpoint(EVERYTHING, { ...EVERYTHING, Resource: 'arn:aws:s3:::other/*' })],
      [endpoint(EVERYTHING, EVERYTHING, { ...EVERYTHING, Effect: 'Deny', Action: 'secretsmanager:*' })],
      [organization('secretsmanager:GetSecretValue')],
    ],
  ],
  [
    'a limit that leaves the way alone',
    'pass',
    [
      [endpoint({ ...EVERYTHING, Action: 's3:*' }, EVERYTHING)],
      [organization('organizations:LeaveOrganization')],
    ],
  ],
  [
    'a list that detaches a policy',
    'iam-role-cut',
    [
      [only(), ATTACHED],
      changes('aws_iam_role', 'managed_policy_arns', ['ours'], []),
      changes('aws_iam_policy_attachment', 'roles', ['mover', 'a'], ['a']),
    ],
  ],
  ['a list that leaves it', 'pass', [[only('ours'), ATTACHED]]],
  [
    'inline policies that a list does not name',
    'iam-role-cut',
    [
      second('aws_iam_role_policy', {}, { role: 'mover', name: 'a' }, {})
        .slice(0, 1)
        .concat(made('aws_iam_role_policies_exclusive', { role_name: 'mover', policy_names: [] })),
    ],
  ],
  [
    "a second one, which takes the place of the queue's or the key's policy",
    'shut-out',
    [
      second('aws_sqs_queue_policy', { queue_url: 'q' }, QUEUE_POLICY, { policy: policy() }),
      keyPolicy(policy()),
    ],
  ],
  ["a key's policy that becomes a resource of its own", 'pass', [keyPolicy(QUEUE_POLICY.policy)]],
  [
    'a second public access block',
    'public-access-block',
    [
      second(
        'aws_s3_bucket_public_access_block',
        IN_BUCKET,
        { block_public_policy: true },
        { block_public_policy: false },
      ),
    ],
  ],
  [
    'a second rotation of the secret',
    'secret-rotation-cut',
    [
      second(
        'aws_secretsmanager_secret_rotation',
        { secret_id: 's' },
        { rotation_lambda_arn: 'a' },
        { rotation_lambda_arn: 'b' },
      ),
    ],
  ],
  [
    'a second inventory, and what another bucket has',
    'pass',
    [
      second('aws_s3_bucket_inventory', IN_BUCKET, { name: 'a' }, { name: 'b' }),
      second(
        'aws_s3_bucket_versioning',
        {},
        { ...IN_BUCKET, versioning_configuration: [{ status: 'Enabled' }] },
        { bucket: 'site', versioning_configuration: [{ status: 'Suspended' }] },
      ),
    ],
  ],
  [
    'another queue for what EventBridge cannot deliver',
    'event-target-cut',
    [changes('aws_cloudwatch_event_target', 'dead_letter_config', [{ arn: 'a' }], [{ arn: 'b' }])],
  ],
  ['no bucket key', 'bucket-encryption', [[update(ENCRYPTION, bucketKey(true), bucketKey(false))]]],
  [
    'a key whose material expires',
    'key-off',
    [changes('aws_kms_external_key', 'valid_to', null, '2027-01-01T00:00:00Z')],
  ],
  [
    'other code beside the function',
    'other-host',
    [
      [update('aws_lambda_function', { layers: [] }, {}, { layers: true })],
      changes('aws_lambda_function', 'file_system_config', [], [{ local_mount_path: '/mnt/a' }]),
    ],
  ],
  [
    'what a reviewer should see',
    'note',
    [
      changes('aws_lambda_function', 'runtime', 'nodejs24.x', 'python3.13'),
      changes('aws_lambda_function', 'image_uri', 'a', `${OTHER}.dkr.ecr.eu-central-1.amazonaws.com/a`),
      changes(
        'aws_lambda_function',
        'logging_config',
        [{ log_format: 'JSON' }],
        [{ log_format: 'JSON', application_log_level: 'FATAL' }],
      ),
      changes('aws_lambda_function', 'memory_size', 512, 128),
      [
        update(
          'aws_lambda_function',
          { environment: [{ variables: { A: 'a', B: 'b' } }] },
          { environment: [{ variables: { B: 'c' } }] },
          { environment: [{ variables: { A: true } }] },
        ),
      ],
      changes('aws_lambda_function', 'environment', [{ variables: { GENESYS_REGION: 'a' } }], []),
      changes('aws_cloudwatch_metric_alarm', 'dimensions', { QueueName: 'a' }, { QueueName: 'b' }),
      changes('aws_cloudwatch_event_target', 'input', '{"kind":"reconcile"}', '{}'),
      changes('aws_cloudwatch_event_archive', 'event_pattern', '{"source":["a"]}', '{"source":["b"]}'),
      changes('aws_s3_bucket_logging', 'target_bucket', 'a', 'b'),
      changes(
        'aws_s3_bucket_lifecycle_configuration',
        'rule',
        [],
        [{ status: 'Enabled', transition: [{ days: 1, storage_class: 'DEEP_ARCHIVE' }] }],
      ),
      changes('aws_lambda_function', 'vpc_config', [{ subnet_ids: ['a'] }], []),
      changes('aws_lambda_function_recursion_config', 'recursive_loop', 'Allow', 'Terminate'),
      changes('aws_security_group', 'egress', [{ cidr_blocks: ['0.0.0.0/0'] }], []),
      [resource('aws_nat_gateway', 'delete')],
      [resource('aws_s3_bucket_logging', 'delete')],
      [resource('aws_iam_role_policy_attachment', 'delete,create', { before: { role: role('a') } })],
      [made('aws_lambda_invocation', { input: '{}' })],
    ],
  ],
];
