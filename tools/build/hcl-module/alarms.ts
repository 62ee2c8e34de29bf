import { CAUSES, type Cause } from '../../../modules/genesys-voicemail-to-s3/observability/causes';
import { LEAN_ALARMS } from '../../../modules/genesys-voicemail-to-s3/observability/lean';
import { expression, partWhen, when } from './json';
import type { ModuleDocument } from './module-document';

const ALARM = 'aws_cloudwatch_metric_alarm.observability_';
const CAUSE = 'aws_cloudwatch_composite_alarm.observability_cause_';
const DASHBOARD = 'aws_cloudwatch_dashboard.observability_dashboard';

/** Alarms that come with the reconcile. */
const RECONCILE_ALARMS = [
  'reconcile_delivery_failed',
  'reconcile_lost',
  'reconcile_refused',
  'reconcile_postponed',
];

const idOf = (address: string, prefix: string): string => address.slice(prefix.length).replaceAll('_', '-');

const isCause = (name: string): name is Cause => name in CAUSES;

const actionsOf = (cause: string): string =>
  `local.${isCause(cause) ? CAUSES[cause].urgency : 'notify'}_actions`;

/** Condition of a composite alarm's rule on one alarm. */
export const asks = (address: string): string => `ALARM("${expression(`${address}.alarm_name`)}")`;

/** Has the first of a counted resource's instances in the place of the resource. */
const referToFirst = (document: ModuleDocument, address: string, attributes: readonly string[]): void => {
  for (const attribute of attributes) {
    document.replace(expression(`${address}.${attribute}`), expression(`${address}[0].${attribute}`));
  }
};

/** The alarms and the cause that come with the reconcile. */
const watchReconcile = (document: ModuleDocument): void => {
  for (const alarm of RECONCILE_ALARMS) {
    const address = `${ALARM}${alarm}`;
    const onDashboard = (index: string): string => `,"${expression(`${address}${index}.arn`)}"`;
    document.replace(onDashboard(''), partWhen('local.reconciles', onDashboard('[0]')));
    document.add(address, { count: when('local.is_full && local.reconciles') });
  }
  for (const alarm of ['reconcile_delivery_failed', 'reconcile_lost']) {
    const part = (index: string): string => ` OR ${asks(`${ALARM}${alarm}${index}`)}`;
    document.replace(part(''), partWhen('local.reconciles', part('[0]')));
  }
  referToFirst(document, `${ALARM}reconcile_refused`, ['alarm_name']);
  referToFirst(document, `${ALARM}reconcile_postponed`, ['alarm_name']);
  const cause = `${CAUSE}reconcile_blind`;
  const onDashboard = (index: string): string => `,"${expression(`${cause}${index}.arn`)}"`;
  document.replace(onDashboard(''), partWhen('local.reconciles', onDashboard('[0]')));
  document.add(cause, { count: when('local.is_full && local.reconciles') });
};

/** The cause that an alarm belongs to. */
const causeOf = (document: ModuleDocument, address: string): string => {
  const cause = document.addresses.find(
    (candidate) =>
      candidate.startsWith(CAUSE) &&
      String(document.resource(candidate)['alarm_rule']).includes(expression(`${address}.alarm_name`)),
  );
  return idOf(cause ?? '', CAUSE);
};

/**
 * Makes the alarms follow `observability`: in full the causes notify, in lean the alarms that are left. Comes after the
 * alarms of the rules have their count.
 */
export const watchAsWanted = (document: ModuleDocument): void => {
  const alarms = document.addresses.filter((address) => address.startsWith(ALARM));
  const causes = document.addresses.filter((address) => address.startsWith(CAUSE));
  for (const address of alarms.filter((alarm) => LEAN_ALARMS.includes(idOf(alarm, ALARM)))) {
    // The alarms of the rules are in a loop of that one cause.
    const cause = address === `${ALARM}event_lost` ? 'events-undelivered' : causeOf(document, address);
    const lean =
      address === `${ALARM}reauthorization_required`
        ? `var.tokens == 1 ? ${actionsOf('no-token')} : ${actionsOf('rotation-trouble')}`
        : actionsOf(cause);
    const actions = expression(`local.is_full ? [] : ${lean}`);
    document.add(address, { alarm_actions: actions, ok_actions: actions });
  }
  watchReconcile(document);
  document.add(`${ALARM}token_lost`, { count: when('local.is_full && var.tokens > 1') });
  referToFirst(document, `${ALARM}token_lost`, ['alarm_name', 'arn']);
  for (const address of alarms.filter((alarm) => !LEAN_ALARMS.includes(idOf(alarm, ALARM)))) {
    if (!('count' in document.resource(address))) {
      document.add(address, { count: when('local.is_full') });
      referToFirst(document, address, ['alarm_name', 'arn']);
    }
  }
  for (const address of causes) {
    const actions = expression(actionsOf(idOf(address, CAUSE)));
    document.set(address, { alarm_actions: actions, ok_actions: actions });
    if (!('count' in document.resource(address))) {
      document.add(address, { count: when('local.is_full') });
      referToFirst(document, address, ['arn']);
    }
  }
  referToFirst(document, `${CAUSE}no_token`, ['alarm_name']);
  document.add(DASHBOARD, { count: when('local.is_full') });
};

/** Gives the alarms on the token their hours. */
export const setTokenAlarms = (document: ModuleDocument, hours: number): void => {
  document.set(`${ALARM}token_age`, { threshold: expression('local.token_age_alarm_hours * 3600') });
  document.set(`${ALARM}token_life_short`, { threshold: expression('local.token_age_alarm_hours * 600') });
  document.set(`${ALARM}rotation_missing`, {
    evaluation_periods: expression('min(local.token_age_alarm_hours, 168)'),
  });
  document.replace(`${hours} hours`, `${expression('local.token_age_alarm_hours')} hours`);
};
