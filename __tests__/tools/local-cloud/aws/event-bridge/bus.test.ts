import {
  EventBus,
  InvalidEventPatternError,
  InvalidInputTransformerError,
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
});
