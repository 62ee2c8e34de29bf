import * as v from 'valibot';

/**
 * What the local run reads of each type of resource. Strict objects: an argument that is not here would be passed over, so
 * it is refused; `declared` marks those that have no effect on a machine without a cloud.
 */

const text = v.string();
const declared = v.optional(v.unknown());
const whole = v.pipe(v.number(), v.integer());

/** A nested block, which Terraform's JSON syntax lets stand alone or in a list of one. */
const block = <Output>(schema: v.GenericSchema<unknown, Output>): v.GenericSchema<unknown, Output> =>
  v.pipe(
    v.unknown(),
    v.transform((given) => (Array.isArray(given) && given.length === 1 ? given[0] : given)),
    schema,
  );

export const keySchema = v.object({ arn: text, policy: text });

export const secretSchema = v.object({ arn: text, kms_key_id: text });

export const secretPolicySchema = v.strictObject({
  secret_arn: text,
  policy: text,
  block_public_policy: declared,
});

export const rotationSchema = v.strictObject({
  secret_id: text,
  rotation_lambda_arn: text,
  rotate_immediately: v.boolean(),
  rotation_rules: block(v.strictObject({ schedule_expression: text, duration: text })),
});

export const bucketSchema = v.object({ arn: text, bucket: text });

export const bucketPolicySchema = v.strictObject({ bucket: text, policy: text });

export const versioningSchema = v.strictObject({
  bucket: text,
  versioning_configuration: block(
    v.strictObject({ status: v.picklist(['Enabled', 'Suspended', 'Disabled']) }),
  ),
});

export const objectLockSchema = v.strictObject({
  bucket: text,
  rule: v.strictObject({
    default_retention: v.strictObject({ mode: v.literal('GOVERNANCE'), days: v.number() }),
  }),
});

export const publicAccessBlockSchema = v.strictObject({
  bucket: text,
  block_public_acls: v.literal(true),
  block_public_policy: v.literal(true),
  ignore_public_acls: v.literal(true),
  restrict_public_buckets: v.literal(true),
  skip_destroy: declared,
});

export const encryptionSchema = v.strictObject({
  bucket: text,
  rule: block(
    v.strictObject({
      apply_server_side_encryption_by_default: block(
        v.strictObject({ sse_algorithm: v.literal('aws:kms'), kms_master_key_id: text }),
      ),
      bucket_key_enabled: v.boolean(),
      blocked_encryption_types: v.array(text),
    }),
  ),
});

export const queueSchema = v.strictObject({
  id: text,
  arn: text,
  url: text,
  name: text,
  kms_master_key_id: text,
  message_retention_seconds: whole,
  visibility_timeout_seconds: v.optional(whole),
  redrive_policy: v.optional(text),
  tags: declared,
});

export const redriveAllowSchema = v.strictObject({ queue_url: text, redrive_allow_policy: text });

export const queuePolicySchema = v.strictObject({ queue_url: text, policy: text });

export const roleSchema = v.object({ arn: text, name: text, assume_role_policy: text });

export const policySchema = v.object({ arn: text, name: text, policy: text });

export const attachmentSchema = v.strictObject({ role: text, policy_arn: text });

export const alarmSchema = v.object({ alarm_name: text });

export const functionSchema = v.strictObject({
  id: text,
  arn: text,
  function_name: text,
  filename: text,
  handler: text,
  runtime: text,
  memory_size: whole,
  timeout: whole,
  role: text,
  environment: block(v.strictObject({ variables: v.record(text, text) })),
  reserved_concurrent_executions: v.optional(whole),
  logging_config: v.optional(block(v.object({ log_group: v.optional(text) }))),
  architectures: declared,
  code_signing_config_arn: declared,
  description: declared,
  kms_key_arn: v.optional(text),
  source_code_hash: declared,
  tags: declared,
  tracing_config: declared,
  vpc_config: declared,
});

export const permissionSchema = v.strictObject({
  statement_id: text,
  action: v.literal('lambda:InvokeFunction'),
  function_name: text,
  principal: text,
  source_arn: text,
  source_account: text,
});

export const mappingSchema = v.strictObject({
  event_source_arn: text,
  function_name: text,
  /** A paused instance would move nothing, so the local run refuses it. */
  enabled: v.literal(true, 'expected true: a paused instance moves nothing'),
  batch_size: whole,
  maximum_batching_window_in_seconds: v.optional(whole),
  function_response_types: v.array(v.literal('ReportBatchItemFailures')),
  scaling_config: block(v.strictObject({ maximum_concurrency: whole })),
  tags: declared,
});

export const busSchema = v.object({ name: text });

export const ruleSchema = v.strictObject({
  id: text,
  arn: text,
  name: text,
  event_bus_name: text,
  event_pattern: v.optional(text),
  schedule_expression: v.optional(text),
  description: declared,
  tags: declared,
});

export const targetSchema = v.strictObject({
  rule: text,
  event_bus_name: text,
  target_id: text,
  arn: text,
  input: v.optional(text),
  input_transformer: v.optional(
    block(v.strictObject({ input_paths: v.record(text, text), input_template: text })),
  ),
  dead_letter_config: block(v.strictObject({ arn: text })),
  retry_policy: block(v.strictObject({ maximum_event_age_in_seconds: whole, maximum_retry_attempts: whole })),
});
