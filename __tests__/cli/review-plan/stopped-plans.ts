import { resource, update } from './plans';
import { ENCRYPTION, encryption, expire, LIFECYCLE, lifecycle, noncurrent } from './values';

/** A plan of one change that has to stop: what it does, and the rule that stops it. */
export type StoppedPlan = readonly [what: string, rule: string, change: Readonly<Record<string, unknown>>];

/** Plans that would lose what is stored, or how it is encrypted. */
export const STOPPED: readonly StoppedPlan[] = [
  [
    'force_destroy turned on',
    'force-destroy',
    update('aws_s3_bucket', { force_destroy: false }, { force_destroy: true }),
  ],
  ['a key disabled', 'key-off', update('aws_kms_key', { is_enabled: true }, { is_enabled: false })],
  ["a key's rotation off", 'key-off', update('aws_kms_key', {}, { enable_key_rotation: false })],
  ['a secret version', 'secret-value', resource('aws_secretsmanager_secret_version', 'create')],
  ['a secret version that is there', 'secret-value', resource('aws_secretsmanager_secret_version', 'no-op')],
  [
    'a secret version read',
    'secret-value',
    resource('aws_secretsmanager_secret_version', 'read', {}, { mode: 'data' }),
  ],

  ['a shorter retention', 'retention', update(LIFECYCLE, lifecycle(expire(365)), lifecycle(expire(1)))],
  [
    'a first retention',
    'retention',
    update(LIFECYCLE, lifecycle(noncurrent(30)), lifecycle(noncurrent(30), expire(365))),
  ],
  [
    'a rule enabled',
    'retention',
    update(LIFECYCLE, lifecycle(expire(9, { status: 'Disabled' })), lifecycle(expire(9))),
  ],
  [
    'a rule for more',
    'retention',
    update(LIFECYCLE, lifecycle(expire(9, { filter: [{ prefix: 'a/' }] })), lifecycle(expire(9))),
  ],
  [
    'a rule without its tag',
    'retention',
    update(
      LIFECYCLE,
      lifecycle(expire(9, { filter: [{ tag: [{ key: 'a', value: 'b' }] }] })),
      lifecycle(expire(9)),
    ),
  ],
  [
    'a date',
    'retention',
    update(LIFECYCLE, lifecycle(expire(9)), lifecycle({ expiration: [{ date: '2027-01-01T00:00:00Z' }] })),
  ],
  [
    'older versions sooner',
    'retention',
    update(LIFECYCLE, lifecycle(noncurrent(30)), lifecycle(noncurrent(1))),
  ],
  [
    'fewer older versions',
    'retention',
    update(LIFECYCLE, lifecycle(noncurrent(9, { newer_noncurrent_versions: 5 })), lifecycle(noncurrent(9))),
  ],
  [
    'an unknown time',
    'retention',
    update(LIFECYCLE, lifecycle(expire(9)), lifecycle({ expiration: [{}] }), {
      rule: [{ expiration: [{ days: true }] }],
    }),
  ],
  [
    'rules not known yet',
    'retention',
    update(LIFECYCLE, lifecycle(expire(9)), { bucket: 'archive' }, { rule: true }),
  ],
  [
    'a rule for smaller objects, too',
    'retention',
    update(
      LIFECYCLE,
      lifecycle(expire(9, { filter: [{ object_size_greater_than: 9_000 }] })),
      lifecycle(expire(9, { filter: [{ object_size_greater_than: 9 }] })),
    ),
  ],
  [
    "a shorter retention in the bucket's own rules",
    'retention',
    update(
      'aws_s3_bucket',
      { lifecycle_rule: [{ enabled: true, expiration: [{ days: 365 }] }] },
      { lifecycle_rule: [{ enabled: true, expiration: [{ days: 1 }] }] },
    ),
  ],
  [
    'a first retention of a bucket that is there',
    'retention',
    resource(LIFECYCLE, 'create', { after: lifecycle(expire(9)) }),
  ],
  [
    "a bucket's own versioning off",
    'versioning',
    update('aws_s3_bucket', { versioning: [{ enabled: true }] }, { versioning: [{ enabled: false }] }),
  ],
  [
    'versioning without its MFA',
    'versioning',
    update(
      'aws_s3_bucket_versioning',
      { versioning_configuration: [{ status: 'Enabled', mfa_delete: 'Enabled' }] },
      { versioning_configuration: [{ status: 'Enabled', mfa_delete: 'Disabled' }] },
    ),
  ],
  ['versioning gone meanwhile', 'versioning', resource('aws_s3_bucket_versioning', 'delete,create')],
  [
    'versioning suspended',
    'versioning',
    update(
      'aws_s3_bucket_versioning',
      { versioning_configuration: [{ status: 'Enabled' }] },
      { versioning_configuration: [{ status: 'Suspended' }] },
    ),
  ],
  ['versioning no longer managed', 'versioning', resource('aws_s3_bucket_versioning', 'delete')],
  [
    'a shorter Object Lock',
    'object-lock',
    update(
      'aws_s3_bucket_object_lock_configuration',
      { rule: [{ default_retention: [{ years: 1 }] }] },
      { rule: [{ default_retention: [{ days: 30 }] }] },
    ),
  ],
  [
    'a shorter queue',
    'queue-retention',
    update('aws_sqs_queue', { message_retention_seconds: 1_209_600 }, { message_retention_seconds: 60 }),
  ],
  ['a shorter deletion window', 'deletion-window', update('aws_kms_key', {}, { deletion_window_in_days: 7 })],
  [
    'no recovery window',
    'recovery-window',
    update('aws_secretsmanager_secret', { recovery_window_in_days: 30 }, { recovery_window_in_days: 0 }),
  ],
  [
    'a shorter archive of events',
    'event-archive',
    update('aws_cloudwatch_event_archive', { retention_days: 0 }, { retention_days: 30 }),
  ],

  [
    'another algorithm',
    'bucket-encryption',
    update(ENCRYPTION, encryption('aws:kms', 'a'), encryption('AES256')),
  ],
  [
    'another key',
    'bucket-encryption',
    update(ENCRYPTION, encryption('aws:kms', 'a'), encryption('aws:kms', 'b')),
  ],
  [
    'a key not known yet',
    'bucket-encryption',
    update(ENCRYPTION, encryption('aws:kms', 'a'), encryption('aws:kms'), {
      rule: [{ apply_server_side_encryption_by_default: [{ kms_master_key_id: true }] }],
    }),
  ],
  [
    'results of Athena without their key',
    'other-encryption',
    update(
      'aws_athena_workgroup',
      {
        configuration: [
          { managed_query_results_configuration: [{ encryption_configuration: [{ kms_key: 'a' }] }] },
        ],
      },
      { configuration: [{ managed_query_results_configuration: [] }] },
    ),
  ],
  ['encryption no longer managed', 'bucket-encryption', resource(ENCRYPTION, 'delete')],
  [
    'a queue without its key',
    'queue-encryption',
    update('aws_sqs_queue', { kms_master_key_id: 'a' }, { kms_master_key_id: null }),
  ],
  [
    'a secret with another key',
    'secret-encryption',
    update('aws_secretsmanager_secret', { kms_key_id: 'a' }, { kms_key_id: 'b' }),
  ],
  [
    'logs without their key',
    'other-encryption',
    update('aws_cloudwatch_log_group', { kms_key_id: 'a' }, { kms_key_id: '' }),
  ],
];
