import {
  EventBus,
  InvalidEventPatternError,
  InvalidInputTransformerError,
  InvalidPartnerEventError,
  InvalidRuleError,
  type RuleDefinition,
  type TargetDefinition,
} from '../../../../../tools/local-cloud/aws/event-bridge';
import { AwsError } from '../../../../../tools/local-cloud/aws/service';
import { MovableClock } from '../../../../../tools/local-cloud/clock';

const partnerSource = 'aws.partner/genesys.com/cloud/5d1a3f5e-1111-4222-8333-444455556666/voicemail';
const queueArn = 'arn:aws:sqs:eu-central-1:123456789012:voicemail-events';
const deadLetterArn = 'arn:aws:sqs:eu-central-1:123456789012:undelivered';

const event = (change: Readonly<Record<string, unknown>> = {}) => ({
  version: '0',
  id: '6f1f2d3c-0000-4000-8000-000000000001',
  'detail-type': 'v2.detail.events.conversation.{id}.voicemail.end',
  source: partnerSource,
  account: '123456789012',
  time: '2026-01-01T00:00:00Z',
  region: 'eu-central-1',
  resources: [],
  detail: { eventBody: { queueId: 'q-1', conversationId: 'c-1' } },
  ...change,
});

const rule = (
  change: Partial<RuleDefinition> = {},
  target: Partial<TargetDefinition> = {},
): RuleDefinition => ({
  name: 'voicemail-end',
  eventPattern: JSON.stringify({ detail: { eventBody: { queueId: ['q-1'] } } }),
  targets: [{ arn: queueArn, deadLetterArn, ...target }],
  ...change,
});

interface Sent {
  readonly arn: string;
  readonly body: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** A bus whose target fails while `failure` is set. */
const startBus = () => {
  const clock = new MovableClock();
  const delivered: Sent[] = [];
  const deadLetters: Sent[] = [];
  const state: { failure?: Error; deadLetterFailure?: Error; attempts: number } = { attempts: 0 };
  const bus = new EventBus({
    clock,
    partnerSource,
    accountId: '123456789012',
    region: 'eu-central-1',
    deliver: async (arn, body) => {
      state.attempts++;
      if (state.failure !== undefined) {
        throw state.failure;
      }
      delivered.push({ arn, body });
    },
    sendDeadLetter: async (arn, body, attributes) => {
      if (state.deadLetterFailure !== undefined) {
        throw state.deadLetterFailure;
      }
      deadLetters.push({ arn, body, attributes });
    },
  });
  /** Moves the clock from retry to retry until none is left. */
  const runUntilIdle = async () => {
    for (let due = bus.nextDueAt(); due !== undefined; due = bus.nextDueAt()) {
      clock.advanceTo(due);
      await bus.runDue();
    }
  };
  return { bus, clock, delivered, deadLetters, state, runUntilIdle };
};

describe('an event bus', () => {
  it('delivers an event as it came to the target of a rule that matches, and says which rule', async () => {
    const { bus, delivered } = startBus();
    bus.putRule(rule());
    await expect(bus.putPartnerEvent(event())).resolves.toEqual({ matchedRules: ['voicemail-end'] });
    expect(delivered).toEqual([{ arn: queueArn, body: JSON.stringify(event()) }]);
  });

  it('delivers nothing where no rule matches or the rule is disabled', async () => {
    const { bus, delivered } = startBus();
    bus.putRule(rule({ name: 'other', eventPattern: '{"detail":{"eventBody":{"queueId":["q-2"]}}}' }));
    bus.putRule(rule({ name: 'off', state: 'DISABLED' }));
    await expect(bus.putPartnerEvent(event())).resolves.toEqual({ matchedRules: [] });
    expect(delivered).toEqual([]);
  });

  it('delivers once for each rule that matches', async () => {
    const { bus, delivered } = startBus();
    bus.putRule(rule({ name: 'one' }));
    bus.putRule(rule({ name: 'two' }));
    await expect(bus.putPartnerEvent(event())).resolves.toEqual({ matchedRules: ['one', 'two'] });
    expect(delivered).toHaveLength(2);
  });

  it('gives the target what its input transformer makes, with the ARN of the rule', async () => {
    const { bus, delivered } = startBus();
    const arn = bus.putRule(
      rule(
        {},
        {
          inputTransformer: {
            inputPathsMap: { conversation: '$.detail.eventBody.conversationId' },
            inputTemplate: '["<conversation>", "<aws.events.rule-arn>"]',
          },
        },
      ),
    );
    await bus.putPartnerEvent(event());
    expect(arn).toBe(`arn:aws:events:eu-central-1:123456789012:rule/${partnerSource}/voicemail-end`);
    expect(delivered.map(({ body }) => body)).toEqual([JSON.stringify(['c-1', arn])]);
  });

  it.each([
    ['source', { source: 'aws.partner/genesys.com/cloud/other/voicemail' }],
    ['account', { account: '210987654321' }],
    ['region', { region: 'us-east-1' }],
    ['version', { version: '1' }],
    ['id', { id: 'not-a-uuid' }],
    ['time', { time: 'yesterday' }],
    ['detail', { detail: 'text' }],
    ['an unknown field', { extra: 1 }],
    ['size', { detail: { text: 'x'.repeat(256 * 1024) } }],
  ])('refuses an event whose envelope is wrong in its %s', async (_, change) => {
    const { bus, delivered } = startBus();
    bus.putRule(rule({ eventPattern: '{"version":[{"exists":true}]}' }));
    await expect(bus.putPartnerEvent(event(change))).rejects.toThrow(InvalidPartnerEventError);
    expect(delivered).toEqual([]);
  });
});

describe('an event bus whose target fails', () => {
  const unavailable = new AwsError('ServiceUnavailable', 'try again', 503);

  it('tries again when the clock says so, and delivers once the target is back', async () => {
    const { bus, clock, delivered, deadLetters, state } = startBus();
    bus.putRule(rule());
    state.failure = unavailable;
    const before = clock.now();
    await bus.putPartnerEvent(event());
    const due = bus.nextDueAt();
    expect(due).toBeGreaterThan(before);
    await bus.runDue();
    expect(state.attempts).toBe(1);

    delete state.failure;
    clock.advanceTo(due ?? 0);
    await bus.runDue();
    expect(delivered).toHaveLength(1);
    expect(deadLetters).toEqual([]);
    expect(bus.nextDueAt()).toBeUndefined();
  });

  it('sends the event itself to the dead-letter queue after the last retry', async () => {
    const { bus, deadLetters, state, runUntilIdle } = startBus();
    const inputTransformer = { inputPathsMap: {}, inputTemplate: '"short"' };
    const ruleArn = bus.putRule(rule({}, { inputTransformer, retryPolicy: { maximumRetryAttempts: 3 } }));
    state.failure = unavailable;
    await bus.putPartnerEvent(event());
    await runUntilIdle();
    expect(state.attempts).toBe(4);
    expect(deadLetters).toEqual([
      {
        arn: deadLetterArn,
        body: JSON.stringify(event()),
        attributes: {
          RULE_ARN: ruleArn,
          TARGET_ARN: queueArn,
          ERROR_CODE: 'ERROR_FROM_TARGET',
          ERROR_MESSAGE: 'try again',
          EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts',
          RETRY_ATTEMPTS: '3',
        },
      },
    ]);
  });

  it('gives up when the event is too old, not a moment later', async () => {
    const { bus, clock, deadLetters, state, runUntilIdle } = startBus();
    bus.putRule(rule({}, { retryPolicy: { maximumEventAgeSeconds: 60 } }));
    state.failure = unavailable;
    const receivedBefore = clock.now();
    await bus.putPartnerEvent(event());
    const receivedAfter = clock.now();
    const dueTimes: number[] = [];
    for (let due = bus.nextDueAt(); due !== undefined; due = bus.nextDueAt()) {
      dueTimes.push(due);
      clock.advanceTo(due);
      await bus.runDue();
    }
    await runUntilIdle();
    expect(deadLetters.map(({ attributes }) => attributes?.['EXHAUSTED_RETRY_CONDITION'])).toEqual([
      'MaximumEventAgeInSeconds',
    ]);
    expect(dueTimes.at(-1)).toBeGreaterThanOrEqual(receivedBefore + 60_000);
    expect(dueTimes.at(-1)).toBeLessThanOrEqual(receivedAfter + 60_000);
  });

  it('retries for a day by default', async () => {
    const { bus, clock, state, runUntilIdle } = startBus();
    bus.putRule(rule());
    state.failure = unavailable;
    const before = clock.now();
    await bus.putPartnerEvent(event());
    await runUntilIdle();
    expect(clock.now() - before).toBeGreaterThanOrEqual(24 * 3600_000);
  });

  it.each([
    ['NO_RESOURCE', new AwsError('AWS.SimpleQueueService.NonExistentQueue', 'no such queue')],
    ['NO_PERMISSIONS', new AwsError('AccessDenied', 'not allowed', 403)],
  ])('does not retry %s', async (code, failure) => {
    const { bus, deadLetters, state } = startBus();
    bus.putRule(rule());
    state.failure = failure;
    await bus.putPartnerEvent(event());
    expect(bus.nextDueAt()).toBeUndefined();
    expect(deadLetters.map(({ attributes }) => attributes)).toEqual([
      expect.objectContaining({ ERROR_CODE: code, RETRY_ATTEMPTS: '0' }),
    ]);
    expect(deadLetters[0]?.attributes).not.toHaveProperty('EXHAUSTED_RETRY_CONDITION');
  });

  it('does not retry an event that its template cannot carry', async () => {
    const { bus, deadLetters, state } = startBus();
    const inputTransformer = { inputPathsMap: { gone: '$.detail.gone' }, inputTemplate: '{"a": <gone>}' };
    bus.putRule(rule({}, { inputTransformer }));
    await bus.putPartnerEvent(event());
    expect(state.attempts).toBe(0);
    expect(deadLetters.map(({ body }) => body)).toEqual([JSON.stringify(event())]);
  });

  it('drops the event where there is no dead-letter queue or that one fails too', async () => {
    const { bus, state } = startBus();
    bus.putRule(rule({ name: 'without', targets: [{ arn: queueArn }] }));
    bus.putRule(rule({ name: 'failing' }));
    state.failure = new AwsError('AccessDenied', 'not allowed', 403);
    state.deadLetterFailure = new AwsError('AccessDenied', 'not allowed either', 403);
    await bus.putPartnerEvent(event());
    expect(bus.dropped).toHaveLength(2);
  });

  it('throws what is no AWS error: a fault of the run must not pass for a fault of the target', async () => {
    const { bus, state } = startBus();
    bus.putRule(rule());
    state.failure = new TypeError('a mistake');
    await expect(bus.putPartnerEvent(event())).rejects.toThrow(TypeError);
  });
});

describe('a rule is refused', () => {
  it.each<readonly [string, RuleDefinition, new (...parameters: never[]) => Error]>([
    [
      'with an event pattern that is not valid',
      rule({ eventPattern: '{"a":"x"}' }),
      InvalidEventPatternError,
    ],
    [
      'with an event pattern above 2,048 characters',
      rule({ eventPattern: `{"a":["${'x'.repeat(2041)}"]}` }),
      InvalidRuleError,
    ],
    ['with a malformed name', rule({ name: 'a b' }), InvalidRuleError],
    ['without a target', rule({ targets: [] }), InvalidRuleError],
    [
      'with more than five targets',
      rule({ targets: Array.from({ length: 6 }, () => ({ arn: queueArn })) }),
      InvalidRuleError,
    ],
    [
      'with more than 185 retries',
      rule({}, { retryPolicy: { maximumRetryAttempts: 186 } }),
      InvalidRuleError,
    ],
    [
      'with an event age below a minute',
      rule({}, { retryPolicy: { maximumEventAgeSeconds: 59 } }),
      InvalidRuleError,
    ],
    [
      'with a malformed input transformer',
      rule({}, { inputTransformer: { inputPathsMap: {}, inputTemplate: '<x>' } }),
      InvalidInputTransformerError,
    ],
  ])('%s', (_, definition, errorClass) => {
    expect(() => startBus().bus.putRule(definition)).toThrow(errorClass);
  });

  it('whose name another rule has', () => {
    const { bus } = startBus();
    bus.putRule(rule());
    expect(() => bus.putRule(rule())).toThrow(InvalidRuleError);
  });

  it('but not with an event pattern of exactly 2,048 characters', () => {
    const eventPattern = `{"a":["${'x'.repeat(2038)}"]}`;
    expect(eventPattern).toHaveLength(2048);
    expect(startBus().bus.putRule(rule({ eventPattern }))).toContain('voicemail-end');
  });
});

it('a bus is refused a name that is no partner event source', () => {
  for (const source of [
    'default',
    'aws.partner/genesys.com',
    'aws.partner/genesys.com/a b',
    `aws.partner/x/${'y'.repeat(250)}`,
  ]) {
    expect(
      () =>
        new EventBus({
          clock: new MovableClock(),
          partnerSource: source,
          accountId: '123456789012',
          region: 'eu-central-1',
          deliver: async () => {},
          sendDeadLetter: async () => {},
        }),
    ).toThrow(RangeError);
  }
});
