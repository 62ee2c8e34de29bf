import type { PolicyRule } from './policy-rules';
import {
  addResource,
  changeResources,
  changeStatements,
  type ResourceArguments,
  type StackDocument,
  type Statement,
} from './stack-document';

/** A stack with one thing wrong in it, and who has to notice. */
export interface KnownBad {
  /** What is wrong; also the name of its folder. */
  readonly id: string;
  /** Checks of checkov that fail now, and did not before. */
  readonly checkov: readonly string[];
  /** Rules of our own that find something now. */
  readonly rules: readonly PolicyRule[];
  readonly spoil: (document: StackDocument) => StackDocument;
}

const set =
  (type: string, changes: ResourceArguments) =>
  (document: StackDocument): StackDocument =>
    changeResources(document, type, (body) => ({ ...body, ...changes }));

const unset =
  (type: string, ...names: readonly string[]) =>
  (document: StackDocument): StackDocument =>
    changeResources(document, type, (body) =>
      Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name))),
    );

const remove =
  (type: string) =>
  (document: StackDocument): StackDocument =>
    changeResources(document, type, () => undefined);

const allow =
  (type: string, statement: Omit<Statement, 'Sid' | 'Effect'>) =>
  (document: StackDocument): StackDocument =>
    changeStatements(document, type, 'policy', (statements) => [
      ...statements,
      { Sid: 'Spoilt', Effect: 'Allow', ...statement },
    ]);

const unbind =
  (type: string, sid: string) =>
  (document: StackDocument): StackDocument =>
    changeStatements(document, type, 'policy', (statements) =>
      statements.map((statement) => {
        const { Condition, ...rest } = statement;
        return statement.Sid === sid ? rest : statement;
      }),
    );

const withoutStatement =
  (type: string, sid: string) =>
  (document: StackDocument): StackDocument =>
    changeStatements(document, type, 'policy', (statements) => statements.filter(({ Sid }) => Sid !== sid));

/**
 * Stacks that the scan must not let pass. Without them a scan that reads nothing would look like a clean one.
 *
 * Of AWS's access keys, the value here is the one that AWS's own documentation uses as an example.
 */
export const KNOWN_BAD: readonly KnownBad[] = [
  {
    id: 'bucket-without-own-key',
    checkov: ['CKV_AWS_145'],
    rules: [],
    spoil: remove('aws_s3_bucket_server_side_encryption_configuration'),
  },
  {
    id: 'bucket-without-versions',
    checkov: ['CKV_AWS_21'],
    rules: [],
    spoil: remove('aws_s3_bucket_versioning'),
  },
  {
    id: 'bucket-that-may-be-public',
    checkov: ['CKV2_AWS_6', 'CKV_AWS_54', 'CKV_AWS_56'],
    rules: [],
    spoil: set('aws_s3_bucket_public_access_block', {
      block_public_policy: false,
      restrict_public_buckets: false,
    }),
  },
  {
    id: 'bucket-that-keeps-unfinished-uploads',
    checkov: ['CKV2_AWS_61'],
    rules: [],
    spoil: remove('aws_s3_bucket_lifecycle_configuration'),
  },
  {
    id: 'queue-without-own-key',
    checkov: ['CKV_AWS_27'],
    rules: [],
    spoil: unset('aws_sqs_queue', 'kms_master_key_id'),
  },
  {
    id: 'secret-without-own-key',
    checkov: ['CKV_AWS_149'],
    rules: [],
    spoil: unset('aws_secretsmanager_secret', 'kms_key_id'),
  },
  {
    id: 'rotation-every-91-days',
    checkov: ['CKV_AWS_304'],
    rules: [],
    spoil: set('aws_secretsmanager_secret_rotation', { rotation_rules: { automatically_after_days: 91 } }),
  },
  {
    id: 'rotation-at-a-rate-of-91-days',
    checkov: ['CKV_AWS_304'],
    rules: [],
    spoil: set('aws_secretsmanager_secret_rotation', {
      rotation_rules: { schedule_expression: 'rate(91 days)' },
    }),
  },
  {
    id: 'key-that-is-not-rotated',
    checkov: ['CKV_AWS_7'],
    rules: [],
    spoil: set('aws_kms_key', { enable_key_rotation: false }),
  },
  {
    id: 'log-of-30-days',
    checkov: ['CKV_AWS_338'],
    rules: [],
    spoil: set('aws_cloudwatch_log_group', { retention_in_days: 30 }),
  },
  {
    id: 'log-without-own-key',
    checkov: ['CKV_AWS_158'],
    rules: [],
    spoil: unset('aws_cloudwatch_log_group', 'kms_key_id'),
  },
  {
    id: 'access-key-in-the-environment',
    checkov: ['CKV_AWS_45'],
    rules: [],
    spoil: set('aws_lambda_function', {
      environment: {
        variables: {
          AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
          AWS_SECRET_ACCESS_KEY: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
        },
      },
    }),
  },
  {
    id: 'environment-without-own-key',
    checkov: ['CKV_AWS_173'],
    rules: [],
    spoil: unset('aws_lambda_function', 'kms_key_arn'),
  },
  {
    id: 'runtime-at-its-end',
    checkov: ['CKV_AWS_363'],
    rules: [],
    spoil: set('aws_lambda_function', { runtime: 'nodejs16.x' }),
  },
  {
    id: 'function-without-traces',
    checkov: ['CKV_AWS_50'],
    rules: [],
    spoil: unset('aws_lambda_function', 'tracing_config'),
  },
  {
    id: 'permission-without-source',
    checkov: ['CKV_AWS_364'],
    rules: ['service-without-source'],
    spoil: unset('aws_lambda_permission', 'source_arn', 'source_account'),
  },
  {
    id: 'role-with-every-action',
    checkov: [],
    rules: ['role-wildcard-action'],
    spoil: allow('aws_iam_policy', { Action: 's3:*', Resource: 'arn:aws:s3:::voicemail/*' }),
  },
  {
    id: 'role-that-is-administrator',
    checkov: ['CKV2_AWS_40', 'CKV_AWS_62', 'CKV_AWS_63'],
    rules: ['role-wildcard-action', 'role-wildcard-resource'],
    spoil: allow('aws_iam_policy', { Action: '*', Resource: '*' }),
  },
  {
    id: 'role-on-every-resource',
    checkov: [],
    rules: ['role-wildcard-resource'],
    spoil: allow('aws_iam_policy', { Action: 's3:GetObject', Resource: '*' }),
  },
  {
    id: 'role-that-uses-the-key-for-anything',
    checkov: [],
    rules: ['role-open-key'],
    spoil: unbind('aws_iam_policy', 'UseKeyForSecret'),
  },
  {
    id: 'role-for-everybody',
    checkov: ['CKV_AWS_60'],
    rules: ['role-open-trust'],
    spoil: (document) =>
      changeStatements(document, 'aws_iam_role', 'assume_role_policy', (statements) =>
        statements.map((statement) => ({ ...statement, Principal: { AWS: '*' } })),
      ),
  },
  {
    id: 'role-with-a-managed-policy',
    checkov: [],
    rules: ['role-policy-elsewhere'],
    spoil: set('aws_iam_role_policy_attachment', {
      policy_arn: 'arn:aws:iam::aws:policy/AmazonS3FullAccess',
    }),
  },
  {
    id: 'bucket-for-everybody',
    checkov: ['CKV_AWS_70'],
    rules: ['open-principal'],
    spoil: allow('aws_s3_bucket_policy', {
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::b/*',
    }),
  },
  {
    id: 'queue-for-everybody',
    checkov: [],
    rules: ['open-principal'],
    spoil: allow('aws_sqs_queue_policy', {
      Principal: { AWS: '*' },
      Action: 'sqs:SendMessage',
      Resource: '*',
    }),
  },
  {
    id: 'key-for-everybody',
    checkov: [],
    rules: ['open-principal'],
    spoil: allow('aws_kms_key', { Principal: { AWS: '*' }, Action: 'kms:Decrypt', Resource: '*' }),
  },
  {
    id: 'queue-for-any-rule',
    checkov: [],
    rules: ['service-without-source'],
    spoil: unbind('aws_sqs_queue_policy', 'SendFromRules'),
  },
  {
    id: 'key-for-events-of-any-account',
    checkov: [],
    rules: ['service-without-source'],
    spoil: unbind('aws_kms_key', 'EventsToTheQueues'),
  },
  {
    id: 'bucket-over-plain-http',
    checkov: [],
    rules: ['plain-http'],
    spoil: withoutStatement('aws_s3_bucket_policy', 'DenyInsecureTransport'),
  },
  {
    id: 'queue-over-plain-http',
    checkov: [],
    rules: ['plain-http'],
    spoil: withoutStatement('aws_sqs_queue_policy', 'DenyInsecureTransport'),
  },
  {
    id: 'secret-without-policy',
    checkov: [],
    rules: ['plain-http'],
    spoil: remove('aws_secretsmanager_secret_policy'),
  },
  {
    id: 'token-in-the-state',
    checkov: [],
    rules: ['secret-in-state'],
    spoil: (document) =>
      addResource(document, 'aws_secretsmanager_secret_version', 'spoilt', {
        secret_id: 'token',
        secret_string: '{"refreshToken":"not-a-token"}',
      }),
  },
  {
    id: 'target-without-dead-letters',
    checkov: [],
    rules: ['target-without-dead-letter'],
    spoil: unset('aws_cloudwatch_event_target', 'dead_letter_config'),
  },
];
