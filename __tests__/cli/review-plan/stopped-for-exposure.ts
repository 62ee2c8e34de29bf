import { resource, update } from './plans';
import type { StoppedPlan } from './stopped-plans';
import { allow, EVENTS, HELD, OTHER, OWN, policy, rights } from './values';

/** Plans that would let somebody in. */
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
  [
    'a public access block not known yet',
    'public-access-block',
    update(
      'aws_s3_bucket_public_access_block',
      { block_public_policy: true },
      {},
      { block_public_policy: true },
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
  ...[
    ['callers of every account', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/a' } }],
    ['accounts that begin alike', { StringLike: { 'aws:SourceAccount': '1111*' } }],
    ['whatever does not tell', { StringEqualsIfExists: { 'aws:SourceAccount': OWN } }],
    ['every resource of a service', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::*' } }],
  ].map(
    ([what, Condition]): StoppedPlan => [
      `everybody, held to ${what}`,
      'stranger',
      update(
        'aws_s3_bucket_policy',
        { policy: policy(allow({ AWS: OWN })) },
        { policy: policy(allow('*', { Condition })) },
      ),
    ],
  ),
  [
    'a service for whoever asks it',
    'stranger',
    update('aws_s3_bucket_policy', {}, { policy: policy(allow({ Service: 'cloudfront.amazonaws.com' })) }),
  ],
  [
    "a service for another account, where the policy of today tells one's own",
    'stranger',
    update(
      'aws_s3_bucket_policy',
      { policy: policy(allow({ AWS: OWN })) },
      {
        policy: policy(
          allow({ AWS: OWN }),
          allow(EVENTS, { Condition: { StringEquals: { 'aws:SourceAccount': OTHER } } }),
        ),
      },
    ),
  ],
  [
    'everybody of an identity provider',
    'role-trust',
    update(
      'aws_iam_role',
      {},
      {
        assume_role_policy: policy(
          allow(
            { Federated: 'accounts.google.com' },
            { Condition: { StringEquals: { 'accounts.google.com:aud': 'a' } } },
          ),
        ),
      },
    ),
  ],
  [
    'a replication to another account',
    'open-door',
    resource('aws_s3_bucket_replication_configuration', 'create', {
      after: { rule: [{ destination: [{ account: OTHER }] }] },
    }),
  ],
  [
    'a permission without its source',
    'open-door',
    resource('aws_lambda_permission', 'delete,create', {
      before: { principal: 'a.amazonaws.com', source_account: OWN },
      after: { principal: 'a.amazonaws.com' },
    }),
  ],
  [
    'a login at another host',
    'other-host',
    update(
      'aws_lambda_function',
      {},
      { environment: [{ variables: { GENESYS_LOGIN_ORIGIN: 'https://a' } }] },
    ),
  ],
  [
    'rights on all secrets',
    'role-rights',
    update(
      'aws_iam_policy',
      {},
      rights('secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:*:*:secret:*'),
    ),
  ],
  [
    "AWS's rights to read everything",
    'role-rights',
    resource('aws_iam_role_policy_attachment', 'create', {
      after: { policy_arn: 'arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess' },
    }),
  ],
  ...['aws_s3_bucket_policy', 'aws_secretsmanager_secret_policy'].map(
    (type): StoppedPlan => [`${type} gone meanwhile`, 'policy-gone', resource(type, 'delete,create')],
  ),
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
  ...['HTTPS_PROXY', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'AWS_LAMBDA_EXEC_WRAPPER', 'LD_PRELOAD'].map(
    (name): StoppedPlan => [
      `the variable ${name}`,
      'other-host',
      update(
        'aws_lambda_function',
        { environment: [{ variables: {} }] },
        { environment: [{ variables: { [name]: 'a' } }] },
      ),
    ],
  ),
  [
    'a layer',
    'other-host',
    update(
      'aws_lambda_function',
      { layers: [] },
      { layers: [`arn:aws:lambda:eu-west-1:${OTHER}:layer:a:1`] },
    ),
  ],
  [
    'a log for everybody',
    'stranger',
    resource('aws_cloudwatch_log_resource_policy', 'create', {
      after: { policy_document: policy(allow('*', { Action: 'logs:*' })) },
    }),
  ],
  [
    'a catalog for everybody',
    'stranger',
    resource('aws_glue_resource_policy', 'create', {
      after: { policy: policy(allow('*', { Action: 'glue:*' })) },
    }),
  ],
  [
    'an access point for everybody',
    'stranger',
    resource('aws_s3control_access_point_policy', 'create', { after: { policy: policy(allow('*')) } }),
  ],
  [
    'logs for another account',
    'open-door',
    resource('aws_cloudwatch_log_subscription_filter', 'create', {
      after: { destination_arn: `arn:aws:logs:eu-central-1:${OTHER}:destination:a` },
    }),
  ],
  [
    'a share with another account',
    'open-door',
    resource('aws_ram_principal_association', 'create', { after: { principal: OTHER } }),
  ],
];
