import { WARNINGS } from '../../../modules/genesys-voicemail-to-s3/options';
import { setTokenAlarms, watchAsWanted } from './alarms';
import { setFunctions } from './functions';
import { LARGEST } from './instance';
import { expression, isObject, type JsonObject, when } from './json';
import { setLifecycle } from './lifecycle';
import { LOCALS } from './locals';
import type { ModuleDocument } from './module-document';
import { grantWithOptions } from './rights';
import { encryptEvents, reconcileWhenWanted, repeatRules, repeatRulesOnDashboard } from './rules';
import { repeatTokens } from './tokens';
import { inTerraformsWords } from './variables';

/*
 * How the construct's largest instance becomes a module: each stand-in gives way to its variable. Where the construct
 * decides in TypeScript what is there at all, the module does by count, by a repeated block or by a part of a text.
 */

/** Gives everything its variable name, path and tags. */
const nameAndTag = (document: ModuleDocument): void => {
  document.replace(LARGEST.name, expression('var.name'));
  document.replace(LARGEST.keyPrefix, expression('var.key_prefix'));
  for (const address of document.addresses) {
    const resource = document.resource(address);
    if ('tags' in resource) {
      document.set(address, { tags: expression('var.tags') });
    }
    if (address.startsWith('aws_iam_role.')) {
      document.set(address, { permissions_boundary: expression('var.permissions_boundary_arn') });
    }
    if (address.startsWith('aws_iam_role.') || address.startsWith('aws_iam_policy.')) {
      document.set(address, { path: expression('var.iam_path') });
    }
  }
};

/** Makes what exists already not again: bus, key, secret, bucket. */
const takeWhatExists = (document: ModuleDocument): void => {
  const optional: Readonly<Record<string, readonly string[]>> = {
    'var.existing_event_bus_name == null': ['aws_cloudwatch_event_bus.events_bus'],
    'var.existing_key_arn == null': ['aws_kms_key.encryption_key', 'aws_kms_alias.encryption_alias'],
    'var.existing_secret_arn == null': [
      'aws_secretsmanager_secret.token_secret',
      'aws_secretsmanager_secret_policy.token_policy',
    ],
    'var.existing_bucket_name == null': document.addresses.filter(
      (address) =>
        address.startsWith('aws_s3_') &&
        !/^aws_s3_bucket_(?:logging|object_lock_configuration)\./.test(address),
    ),
    'var.object_lock_days != null': ['aws_s3_bucket_object_lock_configuration.archive_object_lock'],
    'var.access_log_bucket_name != null': ['aws_s3_bucket_logging.archive_access_log'],
  };
  for (const [condition, addresses] of Object.entries(optional)) {
    for (const address of addresses) {
      document.add(address, { count: when(condition) });
    }
  }
  const references: Readonly<Record<string, string>> = {
    'aws_cloudwatch_event_bus.events_bus.name': 'local.event_bus_name',
    'aws_cloudwatch_event_bus.events_bus.arn': 'local.event_bus_arn',
    'aws_kms_key.encryption_key.arn': 'local.key_arn',
    'aws_kms_key.encryption_key.key_id': 'one(aws_kms_key.encryption_key[*].key_id)',
    'aws_secretsmanager_secret.token_secret.arn': 'local.secret_arn',
    'aws_s3_bucket.archive_bucket.bucket': 'local.bucket_name',
    'aws_s3_bucket.archive_bucket.arn': 'local.bucket_arn',
  };
  for (const [reference, replacement] of Object.entries(references)) {
    document.replace(expression(reference), expression(replacement));
  }
  document.replace(LARGEST.eventSourceName, expression('local.partner_name'));
  document.set('aws_s3_bucket_object_lock_configuration.archive_object_lock', {
    'rule.default_retention.days': expression('var.object_lock_days'),
  });
  document.set('aws_s3_bucket_logging.archive_access_log', {
    target_bucket: expression('var.access_log_bucket_name'),
    target_prefix: expression(
      'var.access_log_prefix == null ? "${local.bucket_name}/" : var.access_log_prefix',
    ),
  });
};

const setRotationAndAlarms = (document: ModuleDocument): void => {
  document.set('aws_secretsmanager_secret_rotation.token_rotation', {
    'rotation_rules.schedule_expression': expression('var.rotation_schedule_expression'),
    'rotation_rules.duration': `${expression('var.rotation_window_hours')}h`,
  });
  setTokenAlarms(document, LARGEST.tokenAgeAlarmHours);
  document.set('aws_cloudwatch_metric_alarm.observability_stuck', {
    threshold: expression('var.voicemail_wait_minutes * 60 + 18000'),
  });
};

/** The tables over the archive: that of the groups comes with groups, and queues are listed where they are given. */
const catalogWhenWanted = (document: ModuleDocument): void => {
  const table = (owner: 'group' | 'queue') => `aws_glue_catalog_table.catalog_${owner}_table`;
  const database = 'aws_glue_catalog_database.catalog_database';
  document.replace(LARGEST.name.replaceAll('-', '_'), expression('replace(var.name, "-", "_")'));
  document.replace(expression(`${database}.name`), expression(`one(${database}[*].name)`));
  const { parameters } = document.resource(table('queue'));
  const fixed = Object.entries(isObject(parameters) ? parameters : {}).filter(
    ([name]) => !name.startsWith('projection.queue_id.'),
  );
  const [type, values] = ['projection.queue_id.type', 'projection.queue_id.values'];
  document.set(table('queue'), {
    parameters: expression(
      `merge(${JSON.stringify(Object.fromEntries(fixed))}, length(local.queue_ids) > 0 ? tomap({ "${type}" = "enum", "${values}" = join(",", local.queue_ids) }) : tomap({ "${type}" = "injected" }))`,
    ),
  });
  const ofGroups = document.resource(table('group'))['parameters'];
  if (isObject(ofGroups)) {
    ofGroups['projection.group_id.values'] = expression('join(",", local.group_ids)');
  }
  document.add(table('group'), { count: when('var.catalog && length(local.group_ids) > 0') });
  for (const address of [table('queue'), database, 'aws_athena_workgroup.catalog_workgroup']) {
    document.add(address, { count: when('var.catalog') });
  }
};

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

/** Warnings of a plan, as the construct gives them at synth. */
const CHECKS: JsonObject = Object.fromEntries(
  WARNINGS.map(({ id, hcl, says }) => [
    id,
    { assert: { condition: expression(hcl), error_message: sentence(inTerraformsWords(says)) } },
  ]),
);

/**
 * Edits the construct's largest instance into the body of the module.
 *
 * @throws EditFailedError where the construct has changed and the edits do not follow.
 */
export const moduleBody = (document: ModuleDocument): JsonObject => {
  nameAndTag(document);
  takeWhatExists(document);
  // The only step that reads the policies as JSON, so it comes before those that make parts of them conditional.
  grantWithOptions(document);
  repeatTokens(document);
  repeatRules(document);
  encryptEvents(document);
  repeatRulesOnDashboard(document);
  reconcileWhenWanted(document);
  watchAsWanted(document);
  setFunctions(document);
  setRotationAndAlarms(document);
  setLifecycle(document);
  catalogWhenWanted(document);
  return document.body({ locals: LOCALS, check: CHECKS });
};
