import { resource, update } from './plans';
import {
  allow,
  arn,
  DENY_PLAIN,
  EVENTS,
  type Kind,
  made,
  OTHER,
  OWN,
  policy,
  QUEUE,
  rights,
  role,
  rule,
} from './values';

const SEND = { Action: 'sqs:SendMessage', Resource: QUEUE };
const from = (source: unknown, rest: object = {}) =>
  allow(EVENTS, { ...SEND, Condition: { ArnEquals: { 'aws:SourceArn': source }, ...rest } });
const deny = (rest: object = {}) => ({ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*', ...rest });
const unless = (operator: string, key: string, values: unknown, more: object = {}) =>
  deny({ Condition: { [operator]: { [key]: values }, ...more } });
const ROOT = allow({ AWS: `arn:aws:iam::${OWN}:root` }, { Action: 'kms:*', Resource: '*' });
const READERS = 'aws:PrincipalArn';

/** A policy of a type that becomes another one. */
const policyOf = (type: string, before: readonly object[], after: readonly object[]) =>
  update(type, { policy: policy(...before) }, { policy: policy(...after) });
const queuePolicy = (...after: readonly object[]) =>
  policyOf('aws_sqs_queue_policy', [from(rule('a'))], after);
const bucketPolicy = (...added: readonly object[]) =>
  policyOf('aws_s3_bucket_policy', [DENY_PLAIN], [DENY_PLAIN, ...added]);
const secretPolicy = (...after: readonly object[]) =>
  policyOf(
    'aws_secretsmanager_secret_policy',
    [unless('StringNotEquals', READERS, [role('mover'), role('refresh')])],
    after,
  );

const there = (type: string, values: object) => resource(type, 'no-op', { before: values, after: values });
const MOVER = there('aws_lambda_function', { role: role('mover') });
const ROTATION = [
  there('aws_lambda_function', { arn: 'function', role: role('refresh') }),
  there('aws_secretsmanager_secret_rotation', { secret_id: 'secret', rotation_lambda_arn: 'function' }),
];
const trust = (sub: string) =>
  made('aws_iam_role', {
    assume_role_policy: policy(
      allow({ Federated: 'a' }, { Condition: { StringLike: { 'token.a.com:sub': sub } } }),
    ),
  });

/** Kinds of plans that change policies. The account is known. */
export const KINDS_OF_POLICIES: readonly Kind[] = [
  [
    'a right on the way that gets narrower',
    'shut-out',
    [
      [queuePolicy(from(rule('b')))],
      [update('aws_sqs_queue_policy', { policy: policy(from(rule('a'))) }, { policy: null })],
      [queuePolicy(from(rule('a'), { StringEquals: { 'aws:PrincipalAccount': OWN } }))],
      [queuePolicy(from(rule('a'), { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }))],
      [queuePolicy({ ...from(rule('a')), Resource: arn('sqs', 'other') })],
      [
        policyOf(
          'aws_kms_key',
          [ROOT],
          [{ ...ROOT, Condition: { StringEquals: { 'kms:ViaService': 's3' } } }],
        ),
      ],
      [
        policyOf(
          'aws_kms_key',
          [allow(EVENTS, { Condition: { StringEquals: { 'aws:SourceAccount': OWN } } })],
          [allow(EVENTS, { Condition: { ArnLike: { 'aws:SourceArn': rule('gone') } } })],
        ),
      ],
    ],
  ],
  [
    'a right on the way that stays, however it is written',
    'pass',
    [
      [queuePolicy(from([rule('a'), rule('b')]))],
      [queuePolicy(from(rule('a'), { StringEquals: { 'aws:SourceAccount': [OWN] } }))],
      [queuePolicy(allow(EVENTS, { ...SEND, Condition: { ArnLike: { 'aws:SourceArn': [rule('*')] } } }))],
      [policyOf('aws_kms_key', [ROOT], [{ ...ROOT, Principal: { AWS: [OWN] } }])],
      [
        policyOf('aws_sqs_queue_policy', [from([rule('a'), rule('b')])], [from(rule('a'))]),
        resource('aws_sns_topic', 'delete', { before: { arn: rule('b') } }),
      ],
    ],
  ],
  [
    'a new refusal that may mean somebody on the way',
    'shut-out',
    [
      [queuePolicy(from(rule('a')), deny({ Principal: EVENTS, ...SEND }))],
      [queuePolicy(from(rule('a')), { ...deny(), Principal: undefined, NotPrincipal: { AWS: OWN } })],
      [queuePolicy(from(rule('a')), unless('Bool', 'aws:SecureTransport', 'true'))],
      [queuePolicy(from(rule('a')), unless('StringNotEquals', 'aws:SourceVpce', 'vpce-1'))],
      [queuePolicy(from(rule('a')), unless('StringNotEquals', 'aws:PrincipalOrgID', 'o-1'))],
      [policyOf('aws_kms_key', [ROOT], [ROOT, deny({ Principal: { AWS: role('mover') } })])],
      [bucketPolicy(unless('StringNotEquals', 's3:x-amz-server-side-encryption', 'AES256'))],
      [secretPolicy(unless('StringNotEquals', READERS, [role('refresh')])), MOVER],
      [
        resource('aws_secretsmanager_secret_policy', 'create', {
          after: {
            secret_arn: 'secret',
            policy: policy(unless('StringNotEquals', READERS, [role('mover'), role('ops')])),
          },
        }),
        MOVER,
        ...ROTATION,
      ],
      [policyOf('aws_iam_role_policy', [], [{ Effect: 'Deny', Action: '*', Resource: '*' }])],
      [made('aws_iam_policy', { policy: policy({ Effect: 'Deny', Action: 's3:Put*', Resource: '*' }) })],
      [policyOf('aws_secretsmanager_secret', [], [deny({ Action: 'secretsmanager:GetSecretValue' })])],
    ],
  ],
  [
    'a new refusal that means others',
    'pass',
    [
      [bucketPolicy(deny({ Action: 's3:DeleteBucket' }))],
      [bucketPolicy(deny({ Principal: { AWS: `arn:aws:iam::${OTHER}:root` } }))],
      [bucketPolicy(deny({ Principal: { AWS: `arn:aws:iam::${OWN}:user/eve` } }))],
      [bucketPolicy(unless('StringNotEquals', 'aws:PrincipalOrgID', 'o-1'))],
      [bucketPolicy(unless('StringNotEquals', READERS, [role('mover'), role('ops')])), MOVER],
      [bucketPolicy(deny({ Principal: { AWS: role('intern') } })), MOVER],
      [
        queuePolicy(
          from(rule('a')),
          deny({ Principal: EVENTS, Condition: { StringNotEquals: { 'aws:SourceAccount': OWN } } }),
        ),
      ],
      [
        queuePolicy(
          from(rule('a')),
          unless('StringNotEquals', 'aws:PrincipalOrgID', 'o-1', {
            BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
          }),
        ),
      ],
    ],
  ],
  [
    'a refusal that is lost',
    'refusal-lost',
    [
      [policyOf('aws_s3_bucket_policy', [DENY_PLAIN], [])],
      [policyOf('aws_s3_bucket_policy', [DENY_PLAIN], [{ ...DENY_PLAIN, Action: 's3:GetObject' }])],
      [secretPolicy(deny({ Action: 'secretsmanager:DeleteSecret' }))],
      [secretPolicy(unless('StringNotEquals', READERS, [role('mover'), role('refresh'), role('*')]))],
    ],
  ],
  [
    'a refusal that spares one more of the own account',
    'note',
    [[secretPolicy(unless('StringNotEquals', READERS, [role('mover'), role('refresh'), role('ops')]))]],
  ],
  [
    'a star in another spelling',
    'role-rights',
    [
      ...['**', 'arn:aws:s3:::?*', 'arn:*', 'arn:aws:secretsmanager:*:*:secret:?*', 'arn:aws:s3:::*e*'].map(
        (wide) => [update('aws_iam_policy', rights('s3:PutObject', 'a'), rights('s3:GetObject', wide))],
      ),
      [made('aws_iam_user_policy', rights('*', '*'))],
      ...['AWSLambdaExecute', 'SecretsManagerReadWrite', 'AWSDenyAll'].map((name) => [
        made('aws_iam_role_policy_attachment', { policy_arn: `arn:aws:iam::aws:policy/${name}` }),
      ]),
      [
        made('aws_iam_role_policy_attachments_exclusive', {
          policy_arns: ['arn:aws:iam::aws:policy/Billing'],
        }),
      ],
      [update('aws_iam_role', {}, { permissions_boundary: 'arn:aws:iam::aws:policy/AWSDenyAll' })],
    ],
  ],
  [
    'rights of AWS that reach no voicemail, and rights on some of a type',
    'pass',
    [
      [
        made('aws_iam_role_policy_attachment', {
          policy_arn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
        }),
      ],
      [made('aws_iam_policy', rights('logs:PutLogEvents', arn('logs', 'log-group:/aws/lambda/a:*')))],
    ],
  ],
  ['everybody of GitHub', 'role-trust', [[trust('repo:*')], [trust('repo:our*')], [trust('*')]]],
  ['one repository of GitHub', 'pass', [[trust('repo:ours/voicemail:*')]]],
  [
    'a stranger in a policy of another type, or by another condition',
    'stranger',
    [
      [bucketPolicy(allow('*', { Condition: { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::evil' } } }))],
      [
        policyOf(
          'aws_s3_bucket_policy',
          [allow('*', { Condition: { StringNotEquals: { 'aws:PrincipalAccount': [OTHER, '1'] } } })],
          [allow('*', { Condition: { StringNotEquals: { 'aws:PrincipalAccount': ['1'] } } })],
        ),
      ],
      [made('aws_sns_topic_policy', { policy: policy(allow('*', { Action: 'sns:Subscribe' })) })],
      [
        made('aws_s3control_multi_region_access_point_policy', {
          details: [{ name: 'a', policy: policy(allow('*')) }],
        }),
      ],
    ],
  ],
];
