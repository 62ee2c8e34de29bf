import { asks } from './alarms';
import { LARGEST } from './instance';
import { expression, partWhen, when } from './json';
import type { ModuleDocument } from './module-document';

const RULE = 'aws_cloudwatch_event_rule.events_rule';

const [QUEUE_ID] = LARGEST.queueIds;
const [DIVISION_ID] = LARGEST.divisionIds;

const alarmAddress = (alarm: string): string => `aws_cloudwatch_metric_alarm.observability_${alarm}`;

/** The alarms that stand for each rule, without the number of the rule. */
const RULE_ALARMS = ['delivery_failed', 'event_lost'];

/** As many rules as the queue ids need, each with its target and its alarms, and its archive where one is wanted. */
export const repeatRules = (document: ModuleDocument): void => {
  const rules = 'length(local.queue_filters)';
  const ofThis = `${RULE}[count.index]`;
  document.replace(
    `"queueId":["${QUEUE_ID}"]`,
    `"queueId":${expression('local.queue_filters[count.index]')}`,
  );
  document.replace(
    `,"divisionId":["${DIVISION_ID}"]`,
    partWhen(
      'length(local.division_ids) > 0',
      `,"divisionId":${expression('jsonencode(local.division_ids)')}`,
    ),
  );
  const duration = (least: string): string =>
    `,"voicemailDurationMs":[{"numeric":[">=",${least}]},{"exists":false}]`;
  document.replace(
    duration(String(LARGEST.minimumDurationMs)),
    partWhen('var.minimum_duration_ms > 0', duration(expression('var.minimum_duration_ms'))),
  );
  document.rename(`${RULE}_1`, 'events_rule');
  document.rename('aws_cloudwatch_event_target.events_target_1', 'events_target');
  document.rename('aws_cloudwatch_event_archive.events_archive_1', 'events_archive');
  document.replace('-end-1', `-end-${expression('count.index + 1')}`);
  repeatRuleAlarms(document, rules);
  document.add(RULE, { count: expression(rules) });
  document.add('aws_cloudwatch_event_target.events_target', { count: expression(rules) });
  document.add('aws_cloudwatch_event_archive.events_archive', {
    count: expression(`var.event_archive_days == null ? 0 : ${rules}`),
  });
  document.set('aws_cloudwatch_event_archive.events_archive', {
    retention_days: expression('var.event_archive_days'),
  });
  document.set('aws_cloudwatch_event_target.events_target', {
    rule: expression(`${ofThis}.name`),
    event_bus_name: expression(`${ofThis}.event_bus_name`),
  });
  const senders = `["${expression(`${RULE}_1.arn`)}","${expression('aws_cloudwatch_event_rule.reconcile_rule.arn')}"`;
  const rulesAnd = (more: string): string =>
    expression(`jsonencode(concat(${RULE}[*].arn, aws_cloudwatch_event_rule.reconcile_rule[*].arn${more}))`);
  document.replace(
    `${senders},"${expression('local.event_bus_arn')}"]`,
    rulesAnd(', var.encrypt_events ? aws_cloudwatch_event_bus.events_bus[*].arn : []'),
  );
  document.replace(`${senders}]`, rulesAnd(''));
};

/** The key of the bus and of its archives, and the queue for what it cannot encrypt. */
export const encryptEvents = (document: ModuleDocument): void => {
  const bus = 'aws_cloudwatch_event_bus.events_bus';
  const kms_key_identifier = expression('var.encrypt_events ? local.key_arn : null');
  document.set(bus, { kms_key_identifier, dead_letter_config: [] });
  document.set('aws_cloudwatch_event_archive.events_archive', { kms_key_identifier });
  document.add(bus, {
    dynamic: {
      dead_letter_config: {
        for_each: expression('var.encrypt_events ? [aws_sqs_queue.queues_undelivered.arn] : []'),
        content: { arn: expression('dead_letter_config.value') },
      },
    },
  });
};

/** The alarms of each rule, in the order that the construct has them on the dashboard: rule by rule. */
const repeatRuleAlarms = (document: ModuleDocument, rules: string): void => {
  for (const alarm of RULE_ALARMS) {
    const address = alarmAddress(alarm);
    const suffix = alarm.replaceAll('_', '-');
    document.rename(`${address}_1`, `observability_${alarm}`);
    document.replace(`-${suffix}-1`, `-${suffix}-${expression('count.index + 1')}`);
    const wanted = alarm === 'event_lost' ? rules : `local.is_full ? ${rules} : 0`;
    document.add(address, { count: expression(wanted) });
    document.set(address, { 'dimensions.RuleName': expression(`${RULE}[count.index].name`) });
  }
  const onDashboard = (index: string): string =>
    RULE_ALARMS.map((alarm) => `,"${expression(`${alarmAddress(alarm)}${index}.arn`)}"`).join('');
  document.replace(
    onDashboard('_1'),
    `%{ for index in range(${rules}) }${onDashboard('[index]')}%{ endfor }`,
  );
  const inCause = (index: string): string =>
    RULE_ALARMS.map((alarm) => ` OR ${asks(`${alarmAddress(alarm)}${index}`)}`).join('');
  document.replace(inCause('_1'), `%{ for index in range(${rules}) }${inCause('[index]')}%{ endfor }`);
};

/** One line of the dashboard's graphs for each rule. */
export const repeatRulesOnDashboard = (document: ModuleDocument): void => {
  const line = (metric: string, rule: string, label: string): string =>
    `["AWS/Events","${metric}","EventBusName","${expression('local.event_bus_name')}","RuleName","${expression(rule)}",{"label":"${label}","stat":"Sum"}]`;
  const labels = [
    {
      metric: 'MatchedEvents',
      one: 'Events',
      each: expression('length(local.queue_filters) == 1 ? "Events" : "Events of rule ${index + 1}"'),
    },
    {
      metric: 'InvocationsFailedToBeSentToDlq',
      one: 'Lost by rule 1: not even its dead-letter queue took them',
      each: `Lost by rule ${expression('index + 1')}: not even its dead-letter queue took them`,
    },
  ];
  for (const { metric, one, each } of labels) {
    document.replace(
      line(metric, `${RULE}_1.name`, one),
      `%{ for index, rule_name in ${RULE}[*].name }${partWhen('index > 0', ',')}${line(metric, 'rule_name', each)}%{ endfor }`,
    );
  }
};

/** The schedule of the reconcile, and what goes with it. */
export const reconcileWhenWanted = (document: ModuleDocument): void => {
  const rule = 'aws_cloudwatch_event_rule.reconcile_rule';
  const target = 'aws_cloudwatch_event_target.reconcile_target';
  const ofSchedule = ['reconcile_delivery_failed', 'reconcile_lost'].map(alarmAddress);
  for (const address of [rule, target, 'aws_lambda_function_recursion_config.move_recursion']) {
    document.add(address, { count: when('local.reconciles') });
  }
  document.set(rule, { schedule_expression: expression('var.reconcile_schedule_expression') });
  document.set(target, {
    rule: expression(`${rule}[count.index].name`),
    event_bus_name: expression(`${rule}[count.index].event_bus_name`),
  });
  for (const address of ofSchedule) {
    document.set(address, { 'dimensions.RuleName': expression(`${rule}[count.index].name`) });
  }
};
