import fc from 'fast-check';
import { rotationScheduleOf } from '../../../modules/genesys-voicemail-to-s3/rotation-interval';
import { type Arguments, parsed, statement, synthesizeModule } from '../../helpers/synth';

const plan = synthesizeModule({ tokens: 3 });
const NAMES = ['token', 'token_2', 'token_3'];
const SECRETS = NAMES.map((name) => `\${aws_secretsmanager_secret.voicemail_${name}_secret.arn}`);

const policyOf = (name: 'move' | 'refresh'): unknown =>
  plan.named('aws_iam_policy', `${name}_policy`)['policy'];

test('every token has a secret of its own name, under the same key and policy, and guarded alike', () => {
  const secrets = NAMES.map((name) => plan.named('aws_secretsmanager_secret', `${name}_secret`));
  const [first = {}] = secrets;
  expect(secrets.map(({ name }) => name)).toEqual([
    'genesys-voicemail-token',
    'genesys-voicemail-token-2',
    'genesys-voicemail-token-3',
  ]);
  const { name: _, ...shared } = first;
  for (const secret of secrets) {
    expect(secret).toMatchObject(shared);
  }
  const policies = NAMES.map((name) => plan.named('aws_secretsmanager_secret_policy', `${name}_policy`));
  expect(policies.map((policy) => policy['secret_arn'])).toEqual(SECRETS);
  expect(new Set(policies.map((policy) => policy['policy'])).size).toBe(1);
});

test('Secrets Manager may call the rotation for each of the secrets, and for no other', () => {
  const permissions = NAMES.map((name) => plan.named('aws_lambda_permission', `${name}_rotation_permission`));
  expect(permissions.map((permission) => permission['source_arn'])).toEqual(SECRETS);
  expect(new Set(permissions.map((permission) => permission['statement_id'])).size).toBe(3);
});

test('the rotations are spread over the interval', () => {
  const schedules = NAMES.map(
    (name) =>
      (plan.named('aws_secretsmanager_secret_rotation', `${name}_rotation`)['rotation_rules'] as Arguments)[
        'schedule_expression'
      ],
  );
  expect(schedules).toEqual(['rate(6 hours)', 'cron(0 2/6 * * ? *)', 'cron(0 4/6 * * ? *)']);
});

test('both functions have their rights on exactly the secrets, and the mover knows them in order', () => {
  expect(statement(policyOf('refresh'), 'RotateSecret').Resource).toEqual(SECRETS);
  expect(statement(policyOf('move'), 'ReadCurrentToken').Resource).toEqual(SECRETS);
  for (const name of ['move', 'refresh'] as const) {
    expect(statement(policyOf(name), 'UseKeyForSecret').Condition?.['StringEquals']).toMatchObject({
      'kms:EncryptionContext:SecretARN': SECRETS,
    });
  }
  expect(plan.environment('move')['TOKEN_SECRET_ARNS']).toBe(SECRETS.join(','));
});

test('a failed rotation of any of them is counted', () => {
  const rule = plan.named('aws_cloudwatch_event_rule', 'observability_rotation_failed_rule');
  expect(parsed(rule['event_pattern'])).toMatchObject({
    detail: { additionalEventData: { SecretId: SECRETS } },
  });
});

test('one lost token of several is a warning, and none left is a page', () => {
  const asked = (synthesized: typeof plan, cause: string): string =>
    String(synthesized.named('aws_cloudwatch_composite_alarm', `observability_cause_${cause}`)['alarm_rule']);
  const ofOne = ['reauthorization_required', 'not_authorized_yet'];
  for (const alarm of [...ofOne, 'token_lost']) {
    expect(asked(plan, 'rotation_trouble')).toContain(`_${alarm}.`);
    expect(asked(plan, 'no_token')).not.toContain(`_${alarm}.`);
  }
  for (const alarm of ofOne) {
    expect(asked(synthesizeModule(), 'no_token')).toContain(`_${alarm}.`);
  }
  for (const alarm of ['token_refused', 'rotation_missing']) {
    expect(asked(plan, 'no_token')).toContain(`_${alarm}.`);
  }
});

test('every schedule keeps the interval and lets its window end within the UTC day', () => {
  const divisors = [4, 6, 8, 12, 24];
  fc.assert(
    fc.property(
      fc.constantFrom(...divisors),
      fc.integer({ min: 1, max: 10 }),
      fc.integer({ min: 1, max: 24 }),
      (hours, count, window) => {
        const windowHours = Math.min(window, hours);
        for (let index = 1; index < count; index += 1) {
          const schedule = rotationScheduleOf({
            scheduleExpression: `rate(${hours} hours)`,
            windowHours,
            index,
            count,
          });
          const [, start, step] = /^cron\(0 (\d+)(?:\/(\d+))? \* \* \? \*\)$/.exec(schedule) ?? [];
          expect(Number(step ?? 24)).toBe(hours);
          const last = Number(start) + 24 - hours;
          expect(last + windowHours).toBeLessThanOrEqual(24);
        }
      },
    ),
  );
});

test.each(['rate(5 hours)', 'rate(2 days)', 'cron(0 */4 * * ? *)'])(
  'a schedule that cannot be shifted, %s, is the same for all',
  (scheduleExpression) => {
    expect(rotationScheduleOf({ scheduleExpression, windowHours: 1, index: 1, count: 2 })).toBe(
      scheduleExpression,
    );
  },
);
