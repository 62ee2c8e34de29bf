import {
  IDS_PER_RULE,
  IDS_PER_RULE_WITH_DIVISIONS,
} from '../../../modules/genesys-voicemail-to-s3/events/event-pattern';
import { rotationTimesHcl } from '../../../modules/genesys-voicemail-to-s3/options/cron';
import type { JsonObject } from './json';
import { ACCOUNT, expression, PARTITION, REGION } from './json';
import { genesysIdsIn } from './variable-form';

/** Lists of ids of Genesys, in the form that events have. */
const GENESYS_IDS = ['queue_ids', 'group_ids', 'excluded_queue_ids', 'division_ids'];

/** Locals that several places of the body use. */
export const LOCALS: JsonObject = {
  ...Object.fromEntries(GENESYS_IDS.map((name) => [name, expression(genesysIdsIn(`var.${name}`))])),
  partner_name: expression('coalesce(var.event_source_name, var.existing_event_bus_name)'),
  event_bus_name: expression(
    'var.existing_event_bus_name == null ? one(aws_cloudwatch_event_bus.events_bus[*].name) : var.existing_event_bus_name',
  ),
  event_bus_arn: expression(
    `var.existing_event_bus_name == null ? one(aws_cloudwatch_event_bus.events_bus[*].arn) : "arn:${expression(PARTITION)}:events:${expression(REGION)}:${expression(ACCOUNT)}:event-bus/${expression('var.existing_event_bus_name')}"`,
  ),
  key_arn: expression(
    'var.existing_key_arn == null ? one(aws_kms_key.encryption_key[*].arn) : var.existing_key_arn',
  ),
  secret_arn: expression(
    'var.existing_secret_arn == null ? one(aws_secretsmanager_secret.token_secret[*].arn) : var.existing_secret_arn',
  ),
  secret_arns: expression(
    'concat([local.secret_arn], aws_secretsmanager_secret.token_further_secret[*].arn)',
  ),
  bucket_name: expression(
    'var.existing_bucket_name == null ? one(aws_s3_bucket.archive_bucket[*].bucket) : var.existing_bucket_name',
  ),
  bucket_arn: expression(
    `var.existing_bucket_name == null ? one(aws_s3_bucket.archive_bucket[*].arn) : "arn:${expression(PARTITION)}:s3:::${expression('var.existing_bucket_name')}"`,
  ),
  // One filter per rule, as JSON, since a list of ids and a list of one condition are of different types.
  queue_filters: expression(
    `length(local.excluded_queue_ids) > 0 ? [jsonencode([{ anything-but = local.excluded_queue_ids }])] : length(local.queue_ids) > 0 ? [for ids in chunklist(local.queue_ids, length(local.division_ids) > 0 ? ${IDS_PER_RULE_WITH_DIVISIONS} : ${IDS_PER_RULE}) : jsonencode(ids)] : [jsonencode([{ exists = true }])]`,
  ),
  reconciles: expression(
    'var.reconcile_enabled == null ? length(local.queue_ids) + length(local.group_ids) > 0 : var.reconcile_enabled',
  ),
  is_full: expression('var.observability == "full"'),
  page_actions: expression('var.page_actions == null ? var.alarm_actions : var.page_actions'),
  notify_actions: expression('var.notify_actions == null ? var.alarm_actions : var.notify_actions'),
  rotation_rate: expression(
    'try(regex("^rate\\\\((?P<count>[0-9]+) (?P<unit>hour|day)s?\\\\)$", var.rotation_schedule_expression), null)',
  ),
  rotation_rate_hours: expression(
    'local.rotation_rate == null ? null : tonumber(local.rotation_rate.count) * (local.rotation_rate.unit == "day" ? 24 : 1)',
  ),
  // Null where the rotations of several tokens are all at the same time.
  spread_hours: expression(
    'local.rotation_rate_hours == null ? null : 24 % local.rotation_rate_hours == 0 ? local.rotation_rate_hours : null',
  ),
  rotation_offsets: expression(
    '[for index in range(1, var.tokens) : max(0, min(floor(index * coalesce(local.spread_hours, 1) / var.tokens), coalesce(local.spread_hours, 1) - var.rotation_window_hours))]',
  ),
  rotation_interval_hours: expression(`${rotationTimesHcl('var.rotation_schedule_expression')}.longest`),
  token_age_alarm_hours: expression(
    'var.token_age_alarm_hours == null ? 3 * local.rotation_interval_hours : var.token_age_alarm_hours',
  ),
};
