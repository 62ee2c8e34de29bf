import {
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

/**
 * Stacks that the scan must not let pass. Without them a scan that reads nothing would look like a clean one.
 *
 * Of AWS's access keys, the value here is the one that AWS's own documentation uses as an example.
 */
export const KNOWN_BAD: readonly KnownBad[] = [
  {
    id: 'bucket-without-own-key',
    checkov: ['CKV_AWS_145'],
    spoil: remove('aws_s3_bucket_server_side_encryption_configuration'),
  },
  {
    id: 'bucket-without-versions',
    checkov: ['CKV_AWS_21'],
    spoil: remove('aws_s3_bucket_versioning'),
  },
  {
    id: 'bucket-that-may-be-public',
    checkov: ['CKV2_AWS_6', 'CKV_AWS_54', 'CKV_AWS_56'],
    spoil: set('aws_s3_bucket_public_access_block', {
      block_public_policy: false,
      restrict_public_buckets: false,
    }),
  },
  {
    id: 'bucket-that-keeps-unfinished-uploads',
    checkov: ['CKV2_AWS_61'],
    spoil: remove('aws_s3_bucket_lifecycle_configuration'),
  },
  {
    id: 'queue-without-own-key',
    checkov: ['CKV_AWS_27'],
    spoil: unset('aws_sqs_queue', 'kms_master_key_id'),
  },
  {
    id: 'secret-without-own-key',
    checkov: ['CKV_AWS_149'],
    spoil: unset('aws_secretsmanager_secret', 'kms_key_id'),
  },
  {
    id: 'rotation-every-91-days',
    checkov: ['CKV_AWS_304'],
    spoil: set('aws_secretsmanager_secret_rotation', { rotation_rules: { automatically_after_days: 91 } }),
  },
  {
    id: 'rotation-at-a-rate-of-91-days',
    checkov: ['CKV_AWS_304'],
    spoil: set('aws_secretsmanager_secret_rotation', {
      rotation_rules: { schedule_expression: 'rate(91 days)' },
    }),
  },
  {
    id: 'key-that-is-not-rotated',
    checkov: ['CKV_AWS_7'],
    spoil: set('aws_kms_key', { enable_key_rotation: false }),
  },
  {
    id: 'log-of-30-days',
    checkov: ['CKV_AWS_338'],
    spoil: set('aws_cloudwatch_log_group', { retention_in_days: 30 }),
  },
  {
    id: 'log-without-own-key',
    checkov: ['CKV_AWS_158'],
    spoil: unset('aws_cloudwatch_log_group', 'kms_key_id'),
  },
  {
    id: 'access-key-in-the-environment',
    checkov: ['CKV_AWS_45'],
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
    spoil: unset('aws_lambda_function', 'kms_key_arn'),
  },
  {
    id: 'runtime-at-its-end',
    checkov: ['CKV_AWS_363'],
    spoil: set('aws_lambda_function', { runtime: 'nodejs16.x' }),
  },
  {
    id: 'function-without-traces',
    checkov: ['CKV_AWS_50'],
    spoil: unset('aws_lambda_function', 'tracing_config'),
  },
  {
    id: 'permission-without-source',
    checkov: ['CKV_AWS_364'],
    spoil: unset('aws_lambda_permission', 'source_arn', 'source_account'),
  },
  {
    id: 'role-that-is-administrator',
    checkov: ['CKV2_AWS_40', 'CKV_AWS_62', 'CKV_AWS_63'],
    spoil: allow('aws_iam_policy', { Action: '*', Resource: '*' }),
  },
  {
    id: 'role-for-everybody',
    checkov: ['CKV_AWS_60'],
    spoil: (document) =>
      changeStatements(document, 'aws_iam_role', 'assume_role_policy', (statements) =>
        statements.map((statement) => ({ ...statement, Principal: { AWS: '*' } })),
      ),
  },
  {
    id: 'bucket-for-everybody',
    checkov: ['CKV_AWS_70'],
    spoil: allow('aws_s3_bucket_policy', {
      Principal: '*',
      Action: 's3:GetObject',
      Resource: 'arn:aws:s3:::b/*',
    }),
  },
];
