import { type Arguments, type Plan, statement, statementsOf, synthesizeModule } from '../../helpers/synth';

const plan = synthesizeModule();
const BUCKET = '${aws_s3_bucket.voicemail_archive_bucket.bucket}';
const ARN = '${aws_s3_bucket.voicemail_archive_bucket.arn}';
const KEY = '${aws_kms_key.voicemail_encryption_key.arn}';

const rules = (synthesized: Plan): Readonly<Record<string, Arguments>> => {
  const { rule } = synthesized.only('aws_s3_bucket_lifecycle_configuration') as {
    readonly rule: readonly Arguments[];
  };
  return Object.fromEntries(rule.map((entry) => [String(entry['id']), entry]));
};

test('the bucket has account and region in its name and is never destroyed by accident or emptied by Terraform', () => {
  const bucket = plan.only('aws_s3_bucket');
  expect(bucket).toMatchObject({
    bucket:
      'genesys-voicemail-${data.aws_caller_identity.voicemail_surroundings_account.account_id}-${data.aws_region.voicemail_surroundings_region.region}',
    lifecycle: { prevent_destroy: true },
  });
  expect(bucket).not.toHaveProperty('force_destroy');
});

test('the longest name still makes a bucket name of at most 63 characters without dots', () => {
  const { bucket } = synthesizeModule({ name: 'n'.repeat(24) }).only('aws_s3_bucket');
  const name = String(bucket)
    .replace(/\$\{data\.aws_caller[^}]*\}/, '123456789012')
    .replace(/\$\{data\.aws_region[^}]*\}/, 'ap-southeast-2');
  expect(name).toMatch(/^[a-z0-9-]{3,63}$/);
});

test('all four blocks of public access are on, and stay on while the bucket goes', () => {
  expect(plan.only('aws_s3_bucket_public_access_block')).toMatchObject({
    bucket: BUCKET,
    block_public_acls: true,
    block_public_policy: true,
    ignore_public_acls: true,
    restrict_public_buckets: true,
    skip_destroy: true,
  });
});

test('the owner of the bucket owns every object, and there are no access lists', () => {
  expect(plan.only('aws_s3_bucket_ownership_controls')).toMatchObject({
    bucket: BUCKET,
    rule: { object_ownership: 'BucketOwnerEnforced' },
  });
  expect(plan.all('aws_s3_bucket_acl')).toEqual({});
});

test('every object is encrypted with the customer key, through a bucket key, and no other way of encryption is taken', () => {
  expect(plan.only('aws_s3_bucket_server_side_encryption_configuration')).toMatchObject({
    bucket: BUCKET,
    rule: [
      {
        apply_server_side_encryption_by_default: { sse_algorithm: 'aws:kms', kms_master_key_id: KEY },
        bucket_key_enabled: true,
        blocked_encryption_types: ['SSE-C'],
      },
    ],
  });
});

test('replaced and deleted objects are kept as versions', () => {
  expect(plan.only('aws_s3_bucket_versioning')).toMatchObject({
    bucket: BUCKET,
    versioning_configuration: { status: 'Enabled' },
  });
});

test('every change of an object is told to EventBridge', () => {
  expect(plan.only('aws_s3_bucket_notification')).toMatchObject({ bucket: BUCKET, eventbridge: true });
});

test('settings of the bucket wait for each other, because S3 answers 409 to those that come at once', () => {
  expect(plan.only('aws_s3_bucket_policy')['depends_on']).toEqual([
    'aws_s3_bucket_public_access_block.voicemail_archive_public_access_block',
  ]);
  expect(plan.only('aws_s3_bucket_ownership_controls')['depends_on']).toEqual([
    'aws_s3_bucket_policy.voicemail_archive_policy',
  ]);
  expect(plan.only('aws_s3_bucket_lifecycle_configuration')['depends_on']).toEqual([
    'aws_s3_bucket_versioning.voicemail_archive_versioning',
  ]);
});

test('the policy denies calls without TLS, other encryption, foreign keys and keys of the caller, and nothing else', () => {
  const denyPut = { Effect: 'Deny', Principal: '*', Action: 's3:PutObject', Resource: `${ARN}/*` };
  expect(statementsOf(plan.only('aws_s3_bucket_policy')['policy'])).toEqual([
    {
      Sid: 'DenyInsecureTransport',
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [ARN, `${ARN}/*`],
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
    {
      Sid: 'DenyOtherEncryption',
      ...denyPut,
      Condition: {
        Null: { 's3:x-amz-server-side-encryption': 'false' },
        StringNotEquals: { 's3:x-amz-server-side-encryption': 'aws:kms' },
      },
    },
    {
      Sid: 'DenyForeignKey',
      ...denyPut,
      Condition: {
        Null: { 's3:x-amz-server-side-encryption-aws-kms-key-id': 'false' },
        StringNotEquals: { 's3:x-amz-server-side-encryption-aws-kms-key-id': KEY },
      },
    },
    {
      Sid: 'DenyCustomerProvidedKey',
      ...denyPut,
      Condition: { Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' } },
    },
  ]);
});

describe('the lifecycle', () => {
  test('has every rule on, for every object', () => {
    for (const rule of Object.values(rules(plan))) {
      expect(rule).toMatchObject({ status: 'Enabled', filter: [{ prefix: '' }] });
      expect(rule).not.toHaveProperty('prefix');
    }
  });

  test('ends unfinished uploads after a day', () => {
    expect(rules(plan)['abort-unfinished-uploads']).toMatchObject({
      abort_incomplete_multipart_upload: [{ days_after_initiation: 1 }],
    });
  });

  test('deletes voicemail after the retention, and what was deleted after 30 days', () => {
    expect(rules(plan)['expire']).toMatchObject({ expiration: [{ days: 365 }] });
    expect(rules(plan)['expire-noncurrent-versions']).toMatchObject({
      noncurrent_version_expiration: [{ noncurrent_days: 30 }],
    });
    expect(rules(plan)['remove-delete-markers']).toMatchObject({
      expiration: [{ expired_object_delete_marker: true }],
    });
  });

  test('keeps voicemail for ever only where that is said', () => {
    const forever = synthesizeModule({ retentionDays: undefined, retainForever: true });
    expect(Object.keys(rules(forever))).toEqual([
      'abort-unfinished-uploads',
      'expire-noncurrent-versions',
      'remove-delete-markers',
    ]);
  });

  test('takes the days of replaced and deleted objects as an option', () => {
    const plan = synthesizeModule({ noncurrentRetentionDays: 1 });
    expect(rules(plan)['expire-noncurrent-versions']).toMatchObject({
      noncurrent_version_expiration: [{ noncurrent_days: 1 }],
    });
  });

  test('moves voicemail to cheaper storage only where that is given', () => {
    expect(rules(plan)).not.toHaveProperty('move-to-cheaper-storage');
    const cheaper = synthesizeModule({
      transitions: [
        { days: 30, storageClass: 'STANDARD_IA' },
        { days: 90, storageClass: 'GLACIER_IR' },
      ],
    });
    expect(rules(cheaper)['move-to-cheaper-storage']).toMatchObject({
      transition: [
        { days: 30, storage_class: 'STANDARD_IA' },
        { days: 90, storage_class: 'GLACIER_IR' },
      ],
    });
  });
});

test('access is logged to a bucket that is given, under the name of the archive or a prefix', () => {
  expect(plan.all('aws_s3_bucket_logging')).toEqual({});
  const logged = synthesizeModule({ accessLogBucketName: 'central-logs' });
  expect(logged.only('aws_s3_bucket_logging')).toMatchObject({
    bucket: BUCKET,
    target_bucket: 'central-logs',
    target_prefix: `${BUCKET}/`,
  });
  const prefixed = synthesizeModule({ accessLogBucketName: 'central-logs', accessLogPrefix: 'voicemail/' });
  expect(prefixed.only('aws_s3_bucket_logging')['target_prefix']).toBe('voicemail/');
});

test('an existing bucket takes the voicemail and keeps its own settings', () => {
  const existing = synthesizeModule({ existingBucketName: 'our-archive', retentionDays: undefined });
  expect(existing.addresses.filter((address) => address.startsWith('aws_s3_'))).toEqual([]);
  expect(existing.environment('move')['ARCHIVE_BUCKET_NAME']).toBe('our-archive');
  const rights = existing.named('aws_iam_policy', 'move_policy')['policy'];
  expect(statement(rights, 'StoreVoicemail').Resource).toEqual([
    'arn:${data.aws_partition.voicemail_surroundings_partition.partition}:s3:::our-archive/queue_id=*',
  ]);
});

test('objects below 128 KB stay in STANDARD, as documented, whatever default S3 has', () => {
  expect(plan.only('aws_s3_bucket_lifecycle_configuration')['transition_default_minimum_object_size']).toBe(
    'all_storage_classes_128K',
  );
});
