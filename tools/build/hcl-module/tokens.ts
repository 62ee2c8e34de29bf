import { asks } from './alarms';
import { LARGEST } from './instance';
import { expression, partWhen } from './json';
import type { ModuleDocument } from './module-document';

const SECRET = 'aws_secretsmanager_secret.token_';
const ALARM = 'aws_cloudwatch_metric_alarm.observability_';

/** Resources of each further token, without the number that the construct gives it. */
const FURTHER = [
  ['aws_secretsmanager_secret', 'secret'],
  ['aws_secretsmanager_secret_policy', 'policy'],
  ['aws_lambda_permission', 'rotation_permission'],
  ['aws_secretsmanager_secret_rotation', 'rotation'],
] as const;

/** The alarms on one token: with one token they are of the cause `no-token`, with several of `rotation-trouble`. */
const moveAlarms = (document: ModuleDocument): void => {
  const ofOne = ['reauthorization_required', 'not_authorized_yet']
    .map((alarm) => ` OR ${asks(`${ALARM}${alarm}`)}`)
    .join('');
  const lost = ` OR ${asks(`${ALARM}token_lost`)}`;
  document.replace(`${ofOne}${lost}`, partWhen('var.tokens > 1', `${ofOne}${lost}`));
  const cause = 'aws_cloudwatch_composite_alarm.observability_cause_no_token';
  const rule = String(document.resource(cause)['alarm_rule']);
  const missing = ` OR ${asks(`${ALARM}rotation_missing`)}`;
  document.set(cause, {
    alarm_rule: rule.replace(missing, () => `${partWhen('var.tokens == 1', ofOne)}${missing}`),
  });
  const onDashboard = `,"${expression(`${ALARM}token_lost.arn`)}"`;
  document.replace(onDashboard, partWhen('var.tokens > 1', onDashboard));
};

/** The refusal of other readers, which comes with its option. */
const refuseReaders = (document: ModuleDocument): void => {
  const { policy } = document.resource('aws_secretsmanager_secret_policy.token_policy');
  const [statement = ''] = /,{"Sid":"DenyOtherReaders".*(?=]}$)/.exec(String(policy)) ?? [];
  const [reader] = LARGEST.secretReaders;
  const wanted = statement
    .replaceAll(`:role${LARGEST.iamPath}`, () => `:role${expression('var.iam_path')}`)
    .replace(
      `,"${reader}"`,
      () => `%{ for reader in coalesce(var.secret_readers, []) },"${expression('reader')}"%{ endfor }`,
    );
  document.replace(statement, partWhen('var.secret_readers != null', wanted));
};

/** As many secrets and rotations as there are tokens: the first under its own name, the others by count. */
export const repeatTokens = (document: ModuleDocument): void => {
  moveAlarms(document);
  refuseReaders(document);
  const first = expression('local.secret_arn');
  const second = expression(`${SECRET}2_secret.arn`);
  const listed = `["${first}","${second}"]`;
  document.replace(`"SecretId":${listed}`, `"SecretId":${expression('jsonencode(local.secret_arns)')}`);
  // A policy has a list of one as its entry.
  document.replace(
    listed,
    expression(
      'length(local.secret_arns) == 1 ? jsonencode(local.secret_arn) : jsonencode(local.secret_arns)',
    ),
  );
  document.replace(`${first},${second}`, expression('join(",", local.secret_arns)'));
  document.replace(second, expression(`${SECRET}further_secret[count.index].arn`));
  for (const [type, part] of FURTHER) {
    const address = `${type}.token_2_${part}`;
    document.rename(address, `token_further_${part}`);
    document.add(`${type}.token_further_${part}`, { count: expression('var.tokens - 1') });
  }
  document.replace(
    'aws_lambda_permission.token_2_rotation_permission',
    'aws_lambda_permission.token_further_rotation_permission',
  );
  document.replace('-token-2', `-token-${expression('count.index + 2')}`);
  document.replace('RotationOfTheSecret2', `RotationOfTheSecret${expression('count.index + 2')}`);
  document.set('aws_secretsmanager_secret_rotation.token_further_rotation', {
    'rotation_rules.schedule_expression': expression(
      'local.spread_hours == null ? var.rotation_schedule_expression : local.spread_hours == 24 ? "cron(0 ${local.rotation_offsets[count.index]} * * ? *)" : "cron(0 ${local.rotation_offsets[count.index]}/${local.spread_hours} * * ? *)"',
    ),
    'rotation_rules.duration': `${expression('var.rotation_window_hours')}h`,
  });
};
