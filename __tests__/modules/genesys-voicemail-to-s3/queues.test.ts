import { eventsQueueTimes } from '../../../modules/genesys-voicemail-to-s3/voicemail-queues';
import { parsed, statementsOf, synthesizeModule } from '../../helpers/synth';

const plan = synthesizeModule();
const QUEUES = ['events', 'failures', 'undelivered'];
const FOURTEEN_DAYS = 1_209_600;

test('there are three queues', () => {
  expect(Object.keys(plan.all('aws_sqs_queue')).sort()).toEqual(
    QUEUES.map((name) => `voicemail_queues_${name}`),
  );
});

test.each(QUEUES)('the %s queue keeps messages for 14 days, encrypted with the customer key', (name) => {
  expect(plan.named('aws_sqs_queue', `queues_${name}`)).toMatchObject({
    name: `genesys-voicemail-${name}`,
    kms_master_key_id: '${aws_kms_key.voicemail_encryption_key.arn}',
    message_retention_seconds: FOURTEEN_DAYS,
  });
});

test('a message comes back after six times the timeout of the function that works it', () => {
  expect(plan.named('aws_sqs_queue', 'queues_events')['visibility_timeout_seconds']).toBe(1_800);
  const longer = synthesizeModule({ moveVoicemailToS3: { timeoutSeconds: 900 } });
  expect(longer.named('aws_sqs_queue', 'queues_events')['visibility_timeout_seconds']).toBe(5_400);
});

/** The timeouts that a function can have, as far as they break a promise. */
const timeoutsThatBreak = (holds: (times: ReturnType<typeof eventsQueueTimes>) => boolean) =>
  Array.from({ length: 900 }, (_, index) => index + 1).filter((timeout) => !holds(eventsQueueTimes(timeout)));

test('a message that always crashes reaches the failures queue before SQS drops it, whatever the timeout', () => {
  // A day is left for runs and polls beside the pauses.
  expect(
    timeoutsThatBreak(
      ({ maxReceiveCount, visibilitySeconds }) =>
        maxReceiveCount <= 1_000 && maxReceiveCount * visibilitySeconds <= FOURTEEN_DAYS - 86_400,
    ),
  ).toEqual([]);
});

test('a message that only waits for 13 days is not taken for one that crashes, whatever the timeout', () => {
  expect(
    timeoutsThatBreak(
      ({ maxReceiveCount, longestPauseSeconds }) =>
        (13 * 86_400) / (longestPauseSeconds / 2) <= maxReceiveCount + 1 && longestPauseSeconds <= 12 * 3_600,
    ),
  ).toEqual([]);
});

test('the function pauses at most as long as the queue allows for', () => {
  expect(plan.environment('move')['BACKOFF_MAXIMUM_MS']).toBe(String(3_600_000));
  expect(
    synthesizeModule({ moveVoicemailToS3: { timeoutSeconds: 900 } }).environment('move')[
      'BACKOFF_MAXIMUM_MS'
    ],
  ).toBe(String(10_800_000));
});

test('SQS moves a message to the failures queue after as many receives as fit into 13 days of crashes', () => {
  expect(parsed(plan.named('aws_sqs_queue', 'queues_events')['redrive_policy'])).toEqual({
    deadLetterTargetArn: '${aws_sqs_queue.voicemail_queues_failures.arn}',
    maxReceiveCount: 624,
  });
});

test('only the events queue may use the failures queue, and none the queue of undelivered events', () => {
  const allowed = (name: string) =>
    parsed(
      plan.named('aws_sqs_queue_redrive_allow_policy', `queues_${name}_redrive_allow_policy`)[
        'redrive_allow_policy'
      ],
    );
  expect(allowed('failures')).toEqual({
    redrivePermission: 'byQueue',
    sourceQueueArns: ['${aws_sqs_queue.voicemail_queues_events.arn}'],
  });
  expect(allowed('undelivered')).toEqual({ redrivePermission: 'denyAll' });
});

const denyInsecureTransport = (name: string) => ({
  Sid: 'DenyInsecureTransport',
  Effect: 'Deny',
  Principal: '*',
  Action: 'sqs:*',
  Resource: `\${aws_sqs_queue.voicemail_queues_${name}.arn}`,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});

test.each(['events', 'undelivered'])(
  'the %s queue takes messages from the rules of this account alone, over TLS',
  (name) => {
    const { policy, queue_url: url } = plan.named('aws_sqs_queue_policy', `queues_${name}_policy`);
    expect(url).toBe(`\${aws_sqs_queue.voicemail_queues_${name}.url}`);
    expect(statementsOf(policy)).toEqual([
      {
        Sid: 'SendFromRules',
        Effect: 'Allow',
        Principal: { Service: 'events.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: `\${aws_sqs_queue.voicemail_queues_${name}.arn}`,
        Condition: {
          ArnEquals: {
            'aws:SourceArn': [
              '${aws_cloudwatch_event_rule.voicemail_events_rule_1.arn}',
              '${aws_cloudwatch_event_rule.voicemail_reconcile_rule.arn}',
            ],
          },
          StringEquals: {
            'aws:SourceAccount': '${data.aws_caller_identity.voicemail_surroundings_account.account_id}',
          },
        },
      },
      denyInsecureTransport(name),
    ]);
  },
);

test('the failures queue takes nothing from services, and refuses calls without TLS', () => {
  const { policy } = plan.named('aws_sqs_queue_policy', 'queues_failures_policy');
  expect(statementsOf(policy)).toEqual([denyInsecureTransport('failures')]);
});
