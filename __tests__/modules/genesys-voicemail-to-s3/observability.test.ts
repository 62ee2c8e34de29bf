import { MOVE_VOICEMAIL_METRIC } from '../../../functions/move-voicemail-to-s3/contract/metrics';
import { METRIC } from '../../../functions/refresh-auth-token/contract/metrics';
import { METRICS_NAMESPACE } from '../../../functions/shared/metric-names';
import { ids, type Plan, parsed, synthesizeModule } from '../../helpers/synth';

const plan = synthesizeModule();
const OWN = 'GenesysVoicemailToS3';
const queue = (name: string) => ({ QueueName: `\${aws_sqs_queue.voicemail_queues_${name}.name}` });
const service = (name: string) => ({
  service: `\${aws_lambda_function.voicemail_${name}_function.function_name}`,
});
const rule = (name: string) => ({
  RuleName: `\${aws_cloudwatch_event_rule.voicemail_${name}.name}`,
});
const onBus = (name: string) => ({
  EventBusName: '${aws_cloudwatch_event_bus.voicemail_events_bus.name}',
  ...rule(name),
});
const lambda = (name: string) => ({
  FunctionName: `\${aws_lambda_function.voicemail_${name}_function.function_name}`,
});

test.each([
  ['failed', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'Maximum', 1, queue('failures')],
  ['stuck', 'AWS/SQS', 'ApproximateAgeOfOldestMessage', 'Maximum', 21_600, queue('events')],
  ['undelivered', 'AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'Maximum', 1, queue('undelivered')],
  ['refresh-auth-token-errors', 'AWS/Lambda', 'Errors', 'Sum', 1, lambda('refresh')],
  ['refresh-auth-token-throttles', 'AWS/Lambda', 'Throttles', 'Sum', 1, lambda('refresh')],
  ['move-voicemail-to-s3-errors', 'AWS/Lambda', 'Errors', 'Sum', 1, lambda('move')],
  ['move-voicemail-to-s3-throttles', 'AWS/Lambda', 'Throttles', 'Sum', 1, lambda('move')],
  ['rotation-failed', 'AWS/Events', 'TriggeredRules', 'Sum', 1, rule('observability_rotation_failed_rule')],
  ['delivery-failed-1', 'AWS/Events', 'FailedInvocations', 'Sum', 1, onBus('events_rule_1')],
  ['event-lost-1', 'AWS/Events', 'InvocationsFailedToBeSentToDlq', 'Sum', 1, onBus('events_rule_1')],
  ['reconcile-delivery-failed', 'AWS/Events', 'FailedInvocations', 'Sum', 1, rule('reconcile_rule')],
  ['reconcile-lost', 'AWS/Events', 'InvocationsFailedToBeSentToDlq', 'Sum', 1, rule('reconcile_rule')],
  ['voicemail-failed', OWN, 'VoicemailFailed', 'Sum', 1, service('move')],
  ['token-refused', OWN, 'TokenRefused', 'Sum', 1, service('move')],
  ['reconcile-refused', OWN, 'ReconcileRefused', 'Sum', 1, service('move')],
  ['reconcile-postponed', OWN, 'ReconcilePostponed', 'Minimum', 1, service('move')],
  ['rotation-step-failed', OWN, 'RotationFailed', 'Sum', 1, service('refresh')],
  [
    'reauthorization-required',
    OWN,
    'RotationFailed',
    'Sum',
    1,
    { ...service('refresh'), kind: 'ReauthorizationRequired' },
  ],
  [
    'not-authorized-yet',
    OWN,
    'RotationFailed',
    'Sum',
    1,
    { ...service('refresh'), kind: 'NotAuthorizedYet' },
  ],
  ['token-age', OWN, 'TokenAgeSeconds', 'Maximum', 64_800, service('refresh')],
  ['giving-back', OWN, 'OldestGivenBackAgeSeconds', 'Maximum', 1_800, service('move')],
  ['address-not-allowed', OWN, 'AddressNotAllowed', 'Sum', 1, service('move')],
  ['scopes-missing', OWN, 'ScopesMissing', 'Sum', 1, service('refresh')],
  ['refused-pair-replaced', OWN, 'RefusedPairReplaced', 'Sum', 1, service('refresh')],
])('the alarm %s watches %s %s', (name, namespace, metric, statistic, threshold, dimensions) => {
  const alarm = plan.named('aws_cloudwatch_metric_alarm', `observability_${name.replaceAll('-', '_')}`);
  // Whole: a dimension too many is another metric, which never has a value.
  expect(alarm['dimensions']).toEqual(dimensions);
  expect(alarm).toMatchObject({
    alarm_name: `genesys-voicemail-${name}`,
    namespace,
    metric_name: metric,
    statistic,
    threshold,
    comparison_operator: 'GreaterThanOrEqualToThreshold',
    period: name === 'reconcile-postponed' ? 86_400 : 300,
    evaluation_periods: 1,
    treat_missing_data: 'notBreaching',
  });
});

test('the alarm rotation-missing goes off where no rotation succeeded for three intervals, silence included', () => {
  expect(plan.named('aws_cloudwatch_metric_alarm', 'observability_rotation_missing')).toMatchObject({
    namespace: OWN,
    metric_name: 'RotationSucceeded',
    dimensions: service('refresh'),
    statistic: 'Sum',
    comparison_operator: 'LessThanThreshold',
    threshold: 1,
    period: 3_600,
    evaluation_periods: 18,
    treat_missing_data: 'breaching',
  });
});

test('the alarm rotation-missing never looks further back than the seven days that CloudWatch evaluates', () => {
  const slow = synthesizeModule({ tokenAgeAlarmHours: 300 });
  expect(slow.named('aws_cloudwatch_metric_alarm', 'observability_rotation_missing')).toMatchObject({
    period: 3_600,
    evaluation_periods: 168,
  });
});

test('the alarm token-life-short goes off where less than half an interval is left of a token', () => {
  expect(plan.named('aws_cloudwatch_metric_alarm', 'observability_token_life_short')).toMatchObject({
    namespace: OWN,
    metric_name: 'TokenLifeLeftSeconds',
    dimensions: service('refresh'),
    statistic: 'Minimum',
    comparison_operator: 'LessThanThreshold',
    threshold: 3 * 3_600,
    treat_missing_data: 'notBreaching',
  });
});

test('there are no other alarms', () => {
  expect(Object.keys(plan.all('aws_cloudwatch_metric_alarm'))).toHaveLength(26);
});

test('a voicemail that Genesys may still make appear is not stuck', () => {
  const patient = synthesizeModule({ voicemailWaitMinutes: 1_440 });
  expect(patient.named('aws_cloudwatch_metric_alarm', 'observability_stuck')['threshold']).toBe(
    1_440 * 60 + 18_000,
  );
});

test('the alarms on the reconcile are there with the reconcile only', () => {
  const alarms = synthesizeModule({ reconcileEnabled: false }).all('aws_cloudwatch_metric_alarm');
  expect(Object.keys(alarms).filter((name) => name.includes('reconcile'))).toEqual([]);
  expect(Object.keys(alarms)).toHaveLength(22);
});

test('every rule that sends to the queue has an alarm on what EventBridge gave up, and one on what it lost', () => {
  const many = synthesizeModule({ queueIds: ids(75), divisionIds: ids(1) });
  const watched = (metric: string) =>
    Object.values(many.all('aws_cloudwatch_metric_alarm'))
      .filter((alarm) => alarm['metric_name'] === metric)
      .map((alarm) => (alarm['dimensions'] as { readonly RuleName: string }).RuleName)
      .sort();
  const sending = Object.values(many.all('aws_cloudwatch_event_target')).map((target) => target['rule']);
  expect(sending).toHaveLength(4);
  expect(watched('FailedInvocations')).toEqual(sending.sort());
  expect(watched('InvocationsFailedToBeSentToDlq')).toEqual(sending.sort());
});

test.each<[string, Parameters<typeof synthesizeModule>[0], number]>([
  ['three times a rate of hours', { rotationScheduleExpression: 'rate(8 hours)' }, 24],
  ['three times a rate of days', { rotationScheduleExpression: 'rate(1 day)' }, 72],
  ['three times the step of a cron expression', { rotationScheduleExpression: 'cron(0 */4 * * ? *)' }, 12],
  ['three times its longest pause', { rotationScheduleExpression: 'cron(0 6,12,18 * * ? *)' }, 36],
  [
    'three times the longest pause of a range of hours',
    { rotationScheduleExpression: 'cron(0 8-20/6 * * ? *)' },
    36,
  ],
  ['what is asked for', { tokenAgeAlarmHours: 20 }, 20],
])('a token is too old after %s', (_, options, hours) => {
  expect(
    synthesizeModule(options).named('aws_cloudwatch_metric_alarm', 'observability_token_age')['threshold'],
  ).toBe(hours * 3_600);
});

test('every metric of the functions that is watched is one that they count, by its own name', () => {
  const counted = [...Object.values(METRIC), ...Object.values(MOVE_VOICEMAIL_METRIC)];
  const watched = Object.values(plan.all('aws_cloudwatch_metric_alarm'))
    .filter(({ namespace }) => namespace === METRICS_NAMESPACE)
    .map((alarm) => alarm['metric_name']);
  expect(watched).toHaveLength(14);
  expect(watched.filter((name) => !counted.some((known) => known === name))).toEqual([]);
});

describe('the dashboard', () => {
  interface Widget {
    readonly type: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
    readonly properties: {
      readonly title: string;
      readonly region?: string;
      readonly alarms?: readonly string[];
      readonly metrics?: readonly (readonly unknown[])[];
    };
  }
  const widgetsOf = (synthesized: Plan): readonly Widget[] =>
    (
      parsed(synthesized.only('aws_cloudwatch_dashboard')['dashboard_body']) as {
        readonly widgets: readonly Widget[];
      }
    ).widgets;
  const widgets = widgetsOf(plan);
  const metricsOf = (synthesized: Plan, title: string): readonly string[] =>
    widgetsOf(synthesized)
      .filter(({ properties }) => properties.title === title)
      .flatMap(({ properties }) => properties.metrics ?? [])
      .map((entry) => String(entry[1]));

  test('has a name of its own in each region, since dashboards of all regions share one list', () => {
    expect(plan.only('aws_cloudwatch_dashboard')['dashboard_name']).toBe(
      'genesys-voicemail-mail-${data.aws_region.voicemail_surroundings_region.region}',
    );
  });

  test('answers on its first line whether mail is moving: what came, what was stored, what failed', () => {
    expect(metricsOf(plan, 'Is mail moving?')).toEqual([
      'MatchedEvents',
      'VoicemailStored',
      'VoicemailFailed',
      'VoicemailAbsent',
      'VoicemailSkipped',
    ]);
    const [first] = widgets;
    expect(first).toMatchObject({ x: 0, y: 0, properties: { title: 'Is mail moving?' } });
  });

  test('counts the events of every rule, on the partner bus', () => {
    const many = synthesizeModule({ queueIds: ids(41) });
    expect(metricsOf(many, 'Is mail moving?').filter((name) => name === 'MatchedEvents')).toHaveLength(2);
    expect(widgets[0]?.properties.metrics?.[0]).toEqual([
      'AWS/Events',
      'MatchedEvents',
      'EventBusName',
      '${aws_cloudwatch_event_bus.voicemail_events_bus.name}',
      'RuleName',
      '${aws_cloudwatch_event_rule.voicemail_events_rule_1.name}',
      { label: 'Events', stat: 'Sum' },
    ]);
  });

  test('shows every alarm', () => {
    const shown = widgets.find(({ type }) => type === 'alarm')?.properties.alarms;
    const all = ['aws_cloudwatch_composite_alarm', 'aws_cloudwatch_metric_alarm'].flatMap((type) =>
      Object.keys(plan.all(type)).map((name) => `\${${type}.${name}.arn}`),
    );
    expect([...(shown ?? [])].sort()).toEqual(all.sort());
  });

  test('has no widget over another or outside of the 24 columns, and every one in this region', () => {
    const cells = widgets.flatMap(({ x, y, width, height }) =>
      Array.from(
        { length: width * height },
        (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`,
      ),
    );
    expect(new Set(cells).size).toBe(cells.length);
    expect(Math.max(...widgets.map(({ x, width }) => x + width))).toBe(24);
    const regions = widgets
      .filter(({ type }) => type === 'metric')
      .map(({ properties }) => properties.region);
    expect(new Set(regions)).toEqual(new Set(['${data.aws_region.voicemail_surroundings_region.region}']));
  });
});

describe('the causes', () => {
  const TOPIC = 'arn:aws:sns:eu-central-1:123456789012:operators';
  const causesOf = (synthesized: Plan) => synthesized.all('aws_cloudwatch_composite_alarm');
  const ALARM =
    /ALARM\("\$\{aws_cloudwatch_metric_alarm\.(?:voicemail_observability_)(\w+)\.alarm_name\}"\)/g;
  const alarmsOf = (rule: unknown) => [...String(rule).matchAll(ALARM)].map(([, name]) => name);

  test('have each alarm exactly once, so that one failure is one message', () => {
    const rules = Object.values(causesOf(plan)).map((cause) => cause['alarm_rule']);
    const named = rules.flatMap(alarmsOf);
    const all = Object.keys(plan.all('aws_cloudwatch_metric_alarm')).map((name) =>
      name.replace('voicemail_observability_', ''),
    );
    expect(named.sort()).toEqual(all.sort());
    // Nothing stands in a rule beside the alarms.
    expect(rules.map((rule) => String(rule).replaceAll(ALARM, 'A').replaceAll('A OR ', ''))).toEqual(
      rules.map(() => 'A'),
    );
  });

  test('put all that one failed step of a rotation sets off under one cause', () => {
    const rotation = plan.named('aws_cloudwatch_composite_alarm', 'observability_cause_rotation_trouble');
    expect(alarmsOf(rotation['alarm_rule'])).toEqual(
      expect.arrayContaining(['rotation_step_failed', 'rotation_failed', 'refresh_auth_token_errors']),
    );
  });

  test.each(['rotation_trouble', 'mail_waits'])(
    'keep %s quiet while no token works: it is the consequence',
    (cause) => {
      expect(plan.named('aws_cloudwatch_composite_alarm', `observability_cause_${cause}`)).toMatchObject({
        actions_suppressor: {
          alarm: '${aws_cloudwatch_composite_alarm.voicemail_observability_cause_no_token.alarm_name}',
          wait_period: 180,
          extension_period: 180,
        },
      });
    },
  );

  test('notify alone, when they begin and when they end; the alarms below them only change state', () => {
    const told = synthesizeModule({ alarmActions: [TOPIC] });
    expect(Object.keys(causesOf(told))).toHaveLength(6);
    for (const cause of Object.values(causesOf(told))) {
      expect(cause).toMatchObject({ alarm_actions: [TOPIC], ok_actions: [TOPIC] });
    }
    for (const alarm of [
      ...Object.values(told.all('aws_cloudwatch_metric_alarm')),
      ...Object.values(causesOf(plan)),
    ]) {
      expect(alarm).not.toHaveProperty('alarm_actions');
    }
  });
});

test('failed, abandoned and failed test rotations of this secret are counted by a rule on the default bus', () => {
  const rule = plan.named('aws_cloudwatch_event_rule', 'observability_rotation_failed_rule');
  expect(rule['event_bus_name']).toBe('default');
  expect(parsed(rule['event_pattern'])).toEqual({
    source: ['aws.secretsmanager'],
    account: ['${data.aws_caller_identity.voicemail_surroundings_account.account_id}'],
    'detail-type': ['AWS Service Event via CloudTrail'],
    detail: {
      eventName: ['RotationFailed', 'RotationAbandoned', 'TestRotationFailed'],
      additionalEventData: { SecretId: ['${aws_secretsmanager_secret.voicemail_token_secret.arn}'] },
    },
  });
});

describe('lean observability', () => {
  const PAGE = 'arn:aws:sns:eu-central-1:123456789012:page';
  const NOTIFY = 'arn:aws:sns:eu-central-1:123456789012:notify';
  const actions = { pageActions: [PAGE], notifyActions: [NOTIFY] };
  const lean = synthesizeModule({ observability: 'lean', ...actions });
  const names = (synthesized: Plan) =>
    Object.keys(synthesized.all('aws_cloudwatch_metric_alarm')).map((name) =>
      name.replace('voicemail_observability_', ''),
    );

  test('keeps ten alarms with one rule of events, and makes neither causes nor a dashboard', () => {
    expect(names(lean).sort()).toEqual([
      'event_lost_1',
      'failed',
      'giving_back',
      'move_voicemail_to_s3_errors',
      'reauthorization_required',
      'refresh_auth_token_errors',
      'rotation_failed',
      'rotation_missing',
      'stuck',
      'undelivered',
    ]);
    expect(lean.all('aws_cloudwatch_composite_alarm')).toEqual({});
    expect(lean.all('aws_cloudwatch_dashboard')).toEqual({});
  });

  test('has every alarm notify the list that its cause would', () => {
    const full = synthesizeModule(actions);
    const causes = Object.values(full.all('aws_cloudwatch_composite_alarm'));
    for (const [name, alarm] of Object.entries(lean.all('aws_cloudwatch_metric_alarm'))) {
      const cause = causes.find((candidate) => String(candidate['alarm_rule']).includes(`.${name}.`));
      expect([name, alarm['alarm_actions'], alarm['ok_actions']]).toEqual([
        name,
        cause?.['alarm_actions'],
        cause?.['ok_actions'],
      ]);
    }
  });

  test('has the functions publish exactly the metrics that the alarms read', () => {
    const read = (name: 'move' | 'refresh') =>
      Object.values(lean.all('aws_cloudwatch_metric_alarm'))
        .filter(({ namespace, dimensions }) => {
          const { service: of } = dimensions as { readonly service?: string };
          return namespace === METRICS_NAMESPACE && of === service(name).service;
        })
        .map((alarm) => alarm['metric_name']);
    for (const name of ['move', 'refresh'] as const) {
      const published = lean.environment(name)['PUBLISHED_METRICS']?.split(',') ?? [];
      expect(published.sort()).toEqual([...new Set(read(name))].sort());
      expect(plan.environment(name)).not.toHaveProperty('PUBLISHED_METRICS');
    }
  });
});

test('page and notify actions replace alarm actions, each for its own causes', () => {
  const [page, everything] = ['page', 'everything'].map(
    (topic) => `arn:aws:sns:eu-central-1:123456789012:${topic}`,
  );
  const causes = synthesizeModule({ alarmActions: [everything ?? ''], pageActions: [page ?? ''] }).all(
    'aws_cloudwatch_composite_alarm',
  );
  const told = Object.fromEntries(
    Object.entries(causes).map(([name, cause]) => [
      name.replace('voicemail_observability_cause_', ''),
      cause['alarm_actions'],
    ]),
  );
  expect(told).toEqual({
    no_token: [page],
    mail_waits: [page],
    events_undelivered: [page],
    rotation_trouble: [everything],
    voicemail_failing: [everything],
    reconcile_blind: [everything],
  });
});
