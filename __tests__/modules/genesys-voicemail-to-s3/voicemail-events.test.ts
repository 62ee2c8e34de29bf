import {
  type Arguments,
  EVENT_SOURCE_NAME,
  ids,
  type Plan,
  parsed,
  QUEUE_ID,
  synthesizeModule,
} from '../../helpers/synth';

const ruleNames = (plan: Plan): readonly string[] =>
  Object.keys(plan.all('aws_cloudwatch_event_rule')).filter((name) =>
    name.startsWith('voicemail_events_rule_'),
  );

const rule = (plan: Plan, number = 1): Arguments =>
  plan.named('aws_cloudwatch_event_rule', `events_rule_${number}`);

interface Pattern {
  readonly detail: { readonly eventBody: Readonly<Record<string, readonly unknown[]>> };
}

const eventBody = (plan: Plan, number = 1): Pattern['detail']['eventBody'] =>
  (parsed(rule(plan, number)['event_pattern']) as Pattern).detail.eventBody;

describe('the bus', () => {
  test('bears the name of its source and is never destroyed by accident', () => {
    expect(synthesizeModule().only('aws_cloudwatch_event_bus')).toMatchObject({
      name: EVENT_SOURCE_NAME,
      event_source_name: EVENT_SOURCE_NAME,
      lifecycle: { prevent_destroy: true },
    });
  });

  test('is not made where it exists already', () => {
    const plan = synthesizeModule({ eventSourceName: undefined, existingEventBusName: EVENT_SOURCE_NAME });
    expect(plan.all('aws_cloudwatch_event_bus')).toEqual({});
    expect(rule(plan)['event_bus_name']).toBe(EVENT_SOURCE_NAME);
    expect(parsed(rule(plan)['event_pattern'])).toMatchObject({ source: [EVENT_SOURCE_NAME] });
  });
});

describe('the rule', () => {
  test('names source, account, type and queue of the wanted events, each nested as in the event', () => {
    const plan = synthesizeModule();
    expect(rule(plan)['event_bus_name']).toBe('${aws_cloudwatch_event_bus.voicemail_events_bus.name}');
    expect(parsed(rule(plan)['event_pattern'])).toEqual({
      source: [EVENT_SOURCE_NAME],
      account: ['${data.aws_caller_identity.voicemail_surroundings_account.account_id}'],
      'detail-type': ['v2.detail.events.conversation.{id}.voicemail.end'],
      detail: { eventBody: { queueId: [QUEUE_ID] } },
    });
  });

  test.each([
    ['no queue ids', undefined],
    ['an empty list of queue ids', []],
  ])('takes every queue, but only queues, with %s', (_, queueIds) => {
    expect(eventBody(synthesizeModule({ queueIds }))).toEqual({ queueId: [{ exists: true }] });
  });

  test('leaves excluded queues out', () => {
    const plan = synthesizeModule({ queueIds: undefined, excludedQueueIds: [QUEUE_ID] });
    expect(eventBody(plan)).toEqual({ queueId: [{ 'anything-but': [QUEUE_ID] }] });
  });

  test('takes only the given divisions', () => {
    expect(eventBody(synthesizeModule({ divisionIds: ids(2) }))['divisionId']).toEqual(ids(2));
  });

  test('lets events without a duration pass a minimum duration', () => {
    expect(eventBody(synthesizeModule({ minimumDurationMs: 2_000 }))['voicemailDurationMs']).toEqual([
      { numeric: ['>=', 2_000] },
      { exists: false },
    ]);
    expect(eventBody(synthesizeModule())).not.toHaveProperty('voicemailDurationMs');
  });

  test.each([
    [1, 1],
    [40, 1],
    [41, 2],
    [75, 2],
  ])('becomes several for many queues: %i ids are %i rules', (count, rules) => {
    const plan = synthesizeModule({ queueIds: ids(count) });
    expect(ruleNames(plan)).toHaveLength(rules);
    expect(Array.from({ length: rules }, (_, index) => eventBody(plan, index + 1)['queueId']).flat()).toEqual(
      ids(count),
    );
    expect(Object.keys(plan.all('aws_cloudwatch_event_target'))).toHaveLength(rules + 1);
  });

  test('stays within the 2,048 characters of EventBridge in the longest case of every option', () => {
    const longest = {
      eventSourceName: `${EVENT_SOURCE_NAME.replace('voicemail', '')}${'s'.repeat(64)}`,
      minimumDurationMs: 3_600_000,
    };
    const plans = [
      synthesizeModule({ ...longest, queueIds: ids(75) }),
      // The environment of a function holds no more of both.
      synthesizeModule({ ...longest, queueIds: ids(68), divisionIds: ids(10) }),
      synthesizeModule({ ...longest, queueIds: undefined, excludedQueueIds: ids(40) }),
      synthesizeModule({ ...longest, queueIds: undefined, excludedQueueIds: ids(30), divisionIds: ids(10) }),
    ];
    const lengths = plans.flatMap((plan) =>
      ruleNames(plan).map((_, index) => {
        const pattern = String(rule(plan, index + 1)['event_pattern']);
        return pattern.replace(/\$\{data\.aws_caller_identity[^}]*\}/, '123456789012').length;
      }),
    );
    expect(lengths).toHaveLength(7);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(2_048);
    expect(Math.max(...lengths)).toBeGreaterThan(1_900);
  });
});

describe('the target', () => {
  const target = synthesizeModule().named('aws_cloudwatch_event_target', 'events_target_1');

  test('is the events queue, on the bus of the rule', () => {
    expect(target).toMatchObject({
      arn: '${aws_sqs_queue.voicemail_queues_events.arn}',
      rule: '${aws_cloudwatch_event_rule.voicemail_events_rule_1.name}',
      event_bus_name: '${aws_cloudwatch_event_rule.voicemail_events_rule_1.event_bus_name}',
    });
  });

  test('gets ids and times only, so that no phone number enters the queue', () => {
    expect(target['input_transformer']).toEqual({
      input_paths: {
        conversationId: '$.detail.eventBody.conversationId',
        queueId: '$.detail.eventBody.queueId',
        eventTimeMs: '$.detail.eventBody.eventTime',
        durationMs: '$.detail.eventBody.voicemailDurationMs',
      },
      input_template:
        '{"schemaVersion":1,"kind":"voicemail-end","conversationId":"<conversationId>","queueId":"<queueId>","eventTimeMs":"<eventTimeMs>","durationMs":"<durationMs>"}',
    });
  });

  test('quotes every placeholder, so that an absent field still makes valid JSON', () => {
    const { input_template: template } = target['input_transformer'] as { readonly input_template: string };
    expect(parsed(template.replaceAll(/<\w+>/g, ''))).toEqual({
      schemaVersion: 1,
      kind: 'voicemail-end',
      conversationId: '',
      queueId: '',
      eventTimeMs: '',
      durationMs: '',
    });
  });

  test('is retried for a day, then its event goes to the dead-letter queue', () => {
    expect(target).toMatchObject({
      retry_policy: { maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 },
      dead_letter_config: { arn: '${aws_sqs_queue.voicemail_queues_undelivered.arn}' },
    });
  });

  test('waits until both queues accept its events', () => {
    expect(target['depends_on']).toEqual([
      'aws_sqs_queue_policy.voicemail_queues_events_policy',
      'aws_sqs_queue_policy.voicemail_queues_undelivered_policy',
    ]);
  });
});

describe('the reconcile', () => {
  test('is started every hour by a message on the events queue', () => {
    const plan = synthesizeModule();
    expect(plan.named('aws_cloudwatch_event_rule', 'reconcile_rule')).toMatchObject({
      event_bus_name: 'default',
      schedule_expression: 'rate(1 hour)',
    });
    const target = plan.named('aws_cloudwatch_event_target', 'reconcile_target');
    expect(target).toMatchObject({
      arn: '${aws_sqs_queue.voicemail_queues_events.arn}',
      rule: '${aws_cloudwatch_event_rule.voicemail_reconcile_rule.name}',
      dead_letter_config: { arn: '${aws_sqs_queue.voicemail_queues_undelivered.arn}' },
      retry_policy: { maximum_event_age_in_seconds: 86_400, maximum_retry_attempts: 185 },
    });
    expect(parsed(target['input'])).toEqual({ schemaVersion: 1, kind: 'reconcile' });
  });

  test('has a schedule that is an option', () => {
    const plan = synthesizeModule({ reconcileScheduleExpression: 'rate(15 minutes)' });
    expect(plan.named('aws_cloudwatch_event_rule', 'reconcile_rule')['schedule_expression']).toBe(
      'rate(15 minutes)',
    );
  });

  test.each([
    ['switched off', { reconcileEnabled: false }],
    ['without queue ids', { queueIds: undefined }],
  ])('does not exist when %s', (_, options) => {
    const plan = synthesizeModule(options);
    expect(plan.addresses.filter((address) => address.includes('reconcile'))).toEqual([]);
  });

  test('exists for groups alone', () => {
    const plan = synthesizeModule({ queueIds: undefined, groupIds: ids(1) });
    expect(plan.named('aws_cloudwatch_event_rule', 'reconcile_rule')).toBeDefined();
  });
});

test('events are kept for a replay only where a number of days is given, by the patterns of the rules', () => {
  expect(synthesizeModule().all('aws_cloudwatch_event_archive')).toEqual({});
  const plan = synthesizeModule({ eventArchiveDays: 7 });
  expect(plan.only('aws_cloudwatch_event_archive')).toMatchObject({
    event_source_arn: '${aws_cloudwatch_event_bus.voicemail_events_bus.arn}',
    event_pattern: rule(plan)['event_pattern'],
    retention_days: 7,
  });
});
