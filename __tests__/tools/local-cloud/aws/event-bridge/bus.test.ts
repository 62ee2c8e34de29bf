import { AwsError } from '../../../../../tools/local-cloud/aws';
import { EventBus, InvalidRuleError } from '../../../../../tools/local-cloud/aws/event-bridge';

const PARTNER_SOURCE = 'aws.partner/genesys.com/cloud/7f8a4a6e-0000-4000-8000-000000000000/local';
const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:events';
const UNDELIVERED = 'arn:aws:sqs:eu-central-1:123456789012:undelivered';

/** A bus with one rule, whose target refuses every event with `refusal`. */
const refusingBus = (refusal: Error) => {
  const deadLetters: { queueArn: string; body: string; code: string | undefined }[] = [];
  const bus = new EventBus({
    partnerSource: PARTNER_SOURCE,
    accountId: '123456789012',
    region: 'eu-central-1',
    deliver: async () => {
      throw refusal;
    },
    sendDeadLetter: async (queueArn, body, { ERROR_CODE: code }) => {
      deadLetters.push({ queueArn, body, code });
    },
  });
  bus.putRule({
    name: 'end',
    eventPattern: '{"kind": ["end"]}',
    targets: [{ arn: QUEUE, deadLetterArn: UNDELIVERED }],
  });
  return { bus, deadLetters };
};

describe('an event bus', () => {
  it.each([
    ['AccessDeniedException', 'NO_PERMISSIONS'],
    ['QueueDoesNotExist', 'NO_RESOURCE'],
  ])('sends an event that its target refuses with %s to the dead-letter queue, as %s', async (code, seen) => {
    const { bus, deadLetters } = refusingBus(new AwsError(code, 'refused'));
    expect(await bus.putPartnerEvent({ kind: 'end' })).toEqual({ matchedRules: ['end'] });
    expect(deadLetters).toEqual([{ queueArn: UNDELIVERED, body: '{"kind":"end"}', code: seen }]);
  });

  it('throws what is no AWS error: a fault of the run must not pass for a fault of the target', async () => {
    const { bus } = refusingBus(new TypeError('a defect'));
    await expect(bus.putPartnerEvent({ kind: 'end' })).rejects.toThrow('a defect');
  });

  it('refuses an event pattern of more than 2,048 characters', () => {
    const { bus } = refusingBus(new TypeError());
    const rule = (characters: number) => ({
      name: 'long',
      eventPattern: `{"a": ["${'x'.repeat(characters - 11)}"]}`,
      targets: [],
    });
    expect(() => bus.putRule(rule(2049))).toThrow(InvalidRuleError);
    expect(() => bus.putRule(rule(2048))).not.toThrow();
  });
});
