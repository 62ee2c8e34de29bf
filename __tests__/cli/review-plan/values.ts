import { resource } from './plans';

export const OWN = '111122223333';
export const OTHER = '999988887777';

export const policy = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements });

export const allow = (principal: unknown, rest: object = {}) => ({
  Effect: 'Allow',
  Principal: principal,
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::archive/*',
  ...rest,
});

export const DENY = { Effect: 'Deny', Principal: '*', Action: 's3:*', Resource: '*' };
export const DENY_PLAIN = { ...DENY, Condition: { Bool: { 'aws:SecureTransport': 'false' } } };
export const EVENTS = { Service: 'events.amazonaws.com' };
export const HELD = { Condition: { StringEquals: { 'aws:SourceAccount': OWN } } };

/** A state that tells whose account it is. */
export const OWN_STATE = {
  prior_state: {
    values: {
      root_module: {
        child_modules: [
          {
            resources: [
              {
                address: 'module.a.data.aws_caller_identity.a',
                type: 'aws_caller_identity',
                values: { account_id: OWN },
              },
            ],
          },
        ],
      },
    },
  },
};

export const PRECIOUS = [
  'aws_s3_bucket',
  'aws_secretsmanager_secret',
  'aws_kms_key',
  'aws_kms_replica_key',
  'aws_kms_external_key',
  'aws_kms_replica_external_key',
  'aws_cloudwatch_event_bus',
  'aws_sqs_queue',
];

export const lifecycle = (...rules: readonly object[]) => ({
  bucket: 'archive',
  rule: rules.map((rule) => ({ status: 'Enabled', filter: [{ prefix: '' }], ...rule })),
});
export const expire = (days: number, rest: object = {}) => ({ expiration: [{ days }], ...rest });
export const noncurrent = (noncurrent_days: number, rest: object = {}) => ({
  noncurrent_version_expiration: [{ noncurrent_days, ...rest }],
});
export const LIFECYCLE = 'aws_s3_bucket_lifecycle_configuration';
export const bucket = (action: string) =>
  resource('aws_s3_bucket', action, { before: action === 'create' ? null : { bucket: 'archive' } });

export const encryption = (sse_algorithm: string, kms_master_key_id?: string) => ({
  rule: [{ apply_server_side_encryption_by_default: [{ sse_algorithm, kms_master_key_id }] }],
});
export const ENCRYPTION = 'aws_s3_bucket_server_side_encryption_configuration';

export const pattern = (source: string, queues: readonly string[] = []) => ({
  event_pattern: JSON.stringify({ source: [source], detail: { eventBody: { queueId: queues } } }),
});
export const rate = (schedule_expression: string) => ({ rotation_rules: [{ schedule_expression }] });

export const rights = (Action: unknown, Resource: unknown) => ({
  policy: policy({ Effect: 'Allow', Action, Resource }),
});

type Change = Readonly<Record<string, unknown>>;

/** Plans of one kind: what they do, the rule that stops them or `note` or `pass`, and the changes of each. */
export type Kind = readonly [kind: string, verdict: string, plans: readonly (readonly Change[])[]];

export const arn = (service: string, name: string, account = OWN): string =>
  `arn:aws:${service}:eu-central-1:${account}:${name}`;
export const role = (name: string): string => `arn:aws:iam::${OWN}:role/${name}`;
export const rule = (name: string): string => arn('events', `rule/bus/${name}`);

export const QUEUE = arn('sqs', 'events');
export const made = (type: string, after: Change, after_unknown: Change = {}) =>
  resource(type, 'create', { after, after_unknown }, { address: `${type}.made` });
