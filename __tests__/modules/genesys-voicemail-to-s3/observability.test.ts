import { parsed, synthesizeModule } from '../../helpers/synth';

const plan = synthesizeModule();
const queue = (name: string) => ({ QueueName: `\${aws_sqs_queue.voicemail_queues_${name}.name}` });
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
  [
    'rotation-failed',
    'AWS/Events',
    'TriggeredRules',
    'Sum',
    1,
    { RuleName: '${aws_cloudwatch_event_rule.voicemail_observability_rotation_failed_rule.name}' },
  ],
])('the alarm %s watches %s %s', (name, namespace, metric, statistic, threshold, dimensions) => {
  expect(
    plan.named('aws_cloudwatch_metric_alarm', `observability_${name.replaceAll('-', '_')}`),
  ).toMatchObject({
    alarm_name: `genesys-voicemail-${name}`,
    namespace,
    metric_name: metric,
    statistic,
    threshold,
    comparison_operator: 'GreaterThanOrEqualToThreshold',
    dimensions,
    period: 300,
    evaluation_periods: 1,
    treat_missing_data: 'notBreaching',
  });
});

test('there are no other alarms', () => {
  expect(Object.keys(plan.all('aws_cloudwatch_metric_alarm'))).toHaveLength(8);
});

test('a voicemail that Genesys may still make appear is not stuck', () => {
  const patient = synthesizeModule({ voicemailWaitMinutes: 1_440 });
  expect(patient.named('aws_cloudwatch_metric_alarm', 'observability_stuck')['threshold']).toBe(
    1_440 * 60 + 18_000,
  );
});

test('every alarm notifies the given actions, when it begins and when it ends', () => {
  const topic = 'arn:aws:sns:eu-central-1:123456789012:operators';
  const alarms = Object.values(
    synthesizeModule({ alarmActions: [topic] }).all('aws_cloudwatch_metric_alarm'),
  );
  for (const alarm of alarms) {
    expect(alarm).toMatchObject({ alarm_actions: [topic], ok_actions: [topic] });
  }
  for (const alarm of Object.values(plan.all('aws_cloudwatch_metric_alarm'))) {
    expect(alarm).not.toHaveProperty('alarm_actions');
  }
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
