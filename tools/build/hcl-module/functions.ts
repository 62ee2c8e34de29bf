import { LEAN_METRICS } from '../../../modules/genesys-voicemail-to-s3/observability/lean';
import { OPTIONS } from '../../../modules/genesys-voicemail-to-s3/options/table';
import { eventsQueueTimes } from '../../../modules/genesys-voicemail-to-s3/voicemail-queues';
import { expression, isObject } from './json';
import type { ModuleDocument } from './module-document';

const list = (value: string): string => expression(`join(",", ${value})`);

const FUNCTIONS = [
  {
    address: 'aws_lambda_function.refresh_function',
    variable: 'refresh_auth_token',
    zip: 'refresh-auth-token',
  },
  {
    address: 'aws_lambda_function.move_function',
    variable: 'move_voicemail_to_s3',
    zip: 'move-voicemail-to-s3',
  },
] as const;

/** The folder of the zips in the module. */
export const FUNCTIONS_FOLDER = 'functions';

/** Gives both functions, and what follows from their settings, their variables. */
export const setFunctions = (document: ModuleDocument): void => {
  for (const { address, variable, zip } of FUNCTIONS) {
    const path = `${expression('path.module')}/${FUNCTIONS_FOLDER}/${zip}.zip`;
    document.set(address, {
      filename: path,
      source_code_hash: expression(`filebase64sha256("${path}")`),
      memory_size: expression(`var.${variable}.memory_mb`),
      timeout: expression(`var.${variable}.timeout_seconds`),
      architectures: [expression(`var.${variable}.architecture`)],
      runtime: expression(`var.${variable}.runtime`),
      reserved_concurrent_executions: expression(`var.${variable}.reserved_concurrency`),
      code_signing_config_arn: expression('var.code_signing_config_arn'),
      'environment.variables.GENESYS_REGION': expression('var.genesys_region'),
    });
    document.repeatBlock(address, 'vpc_config', expression('length(var.vpc_subnet_ids) > 0 ? [true] : []'), {
      subnet_ids: expression('var.vpc_subnet_ids'),
      security_group_ids: expression('var.vpc_security_group_ids'),
    });
  }
  document.set('aws_lambda_function.refresh_function', {
    'environment.variables.REQUIRED_SCOPES': expression(
      'join(",", concat([var.delete_after_store || var.mark_read_after_store ? "voicemail" : "voicemail:readonly"], var.disconnect_after_store ? ["conversations"] : []))',
    ),
  });
  const variables: Readonly<Record<string, string>> = {
    ARCHIVE_KEY_PREFIX: expression('var.key_prefix'),
    BACKOFF_MAXIMUM_MS: expression(
      'tostring(1000 * max(3600, 12 * var.move_voicemail_to_s3.timeout_seconds))',
    ),
    AUDIO_FORMAT: expression('var.audio_format'),
    DELETE_AFTER_STORE: expression('tostring(var.delete_after_store)'),
    DISCONNECT_AFTER_STORE: expression('tostring(var.disconnect_after_store)'),
    DIVISION_IDS: list('local.division_ids'),
    GROUP_IDS: list('local.group_ids'),
    MARK_READ_AFTER_STORE: expression('tostring(var.mark_read_after_store)'),
    MAXIMUM_AUDIO_BYTES: expression('tostring(var.maximum_audio_bytes)'),
    MAXIMUM_CONCURRENCY: expression('tostring(var.maximum_concurrency)'),
    MEDIA_HOSTS: list('var.media_hosts'),
    MINIMUM_DURATION_MS: expression('tostring(var.minimum_duration_ms)'),
    // Terraform writes a space as S3's header takes it too, but not as the construct does.
    OBJECT_TAGS: expression(
      'replace(join("&", [for name, value in var.object_tags : "${urlencode(name)}=${urlencode(value)}"]), "+", "%20")',
    ),
    QUEUE_IDS: list('local.queue_ids'),
    RECONCILE_LOOK_BACK_MS: expression('tostring(var.reconcile_look_back_days * 86400000)'),
    TRANSCRIPT_WAIT_MS: expression('tostring(var.transcript_wait_hours * 3600000)'),
    STORE_TRANSCRIPT: expression('tostring(var.store_transcript)'),
    VOICEMAIL_WAIT_MS: expression('tostring(var.voicemail_wait_minutes * 60000)'),
  };
  document.set(
    'aws_lambda_function.move_function',
    Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [`environment.variables.${name}`, value]),
    ),
  );
  for (const name of ['move', 'refresh'] as const) {
    const address = `aws_lambda_function.${name}_function`;
    const { environment } = document.resource(address);
    if (isObject(environment) && isObject(environment['variables'])) {
      environment['variables']['PUBLISHED_METRICS'] = expression(
        `local.is_full ? "" : "${LEAN_METRICS[name].join(',')}"`,
      );
    }
  }
  // The largest instance names the wanted queues, and nobody can name the unwanted ones as well.
  document.add('aws_lambda_function.move_function', {
    'environment.variables.EXCLUDED_QUEUE_IDS': list('local.excluded_queue_ids'),
  });
  document.set('aws_lambda_event_source_mapping.event_source_mapping', {
    batch_size: expression('var.batch_size'),
    enabled: expression('!var.paused'),
    'scaling_config.maximum_concurrency': expression('var.maximum_concurrency'),
  });
  document.set('aws_sqs_queue.queues_events', {
    visibility_timeout_seconds: expression('6 * var.move_voicemail_to_s3.timeout_seconds'),
  });
  const { maxReceiveCount } = eventsQueueTimes(OPTIONS.moveVoicemailToS3.byDefault.timeoutSeconds);
  document.replace(
    `"maxReceiveCount":${maxReceiveCount}`,
    `"maxReceiveCount":${expression('min(1000, floor(1123200 / (6 * var.move_voicemail_to_s3.timeout_seconds)))')}`,
  );
  for (const name of ['refresh', 'move']) {
    document.set(`aws_cloudwatch_log_group.${name}_log_group`, {
      retention_in_days: expression('var.log_retention_days'),
    });
  }
};
