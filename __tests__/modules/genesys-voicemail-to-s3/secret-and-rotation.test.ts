import { statement, statementsOf, synthesizeModule } from '../../helpers/synth';

const plan = synthesizeModule();

test('the secret is encrypted with the customer key, recoverable for 30 days, and never destroyed by accident', () => {
  expect(plan.only('aws_secretsmanager_secret')).toMatchObject({
    name: 'genesys-voicemail-token',
    kms_key_id: '${aws_kms_key.voicemail_encryption_key.arn}',
    recovery_window_in_days: 30,
    lifecycle: { prevent_destroy: true },
  });
});

test('no version of the secret is ever made, so that Terraform cannot bring a stale token back', () => {
  expect(plan.text).not.toContain('aws_secretsmanager_secret_version');
  expect(plan.text).not.toContain('secret_string');
});

test('the secret refuses public policies and calls without TLS', () => {
  const policy = plan.only('aws_secretsmanager_secret_policy');
  expect(policy).toMatchObject({ block_public_policy: true });
  expect(statementsOf(policy['policy'])).toEqual([
    {
      Sid: 'DenyInsecureTransport',
      Effect: 'Deny',
      Principal: '*',
      Action: 'secretsmanager:*',
      Resource: '*',
      Condition: { Bool: { 'aws:SecureTransport': 'false' } },
    },
  ]);
});

test('the secret is rotated every six hours, within an hour, and not at once', () => {
  expect(plan.only('aws_secretsmanager_secret_rotation')).toMatchObject({
    secret_id: '${aws_secretsmanager_secret.voicemail_token_secret.arn}',
    rotation_lambda_arn: '${aws_lambda_function.voicemail_refresh_function.arn}',
    rotate_immediately: false,
    rotation_rules: { schedule_expression: 'rate(6 hours)', duration: '1h' },
  });
});

test('the rotation waits for the permission to call the function and for the rights of its role', () => {
  expect(plan.only('aws_secretsmanager_secret_rotation')['depends_on']).toEqual([
    'aws_lambda_permission.voicemail_token_rotation_permission',
    'aws_iam_role_policy_attachment.voicemail_refresh_policy_attachment',
  ]);
});

test('only this secret of this account may call the rotation function', () => {
  expect(plan.only('aws_lambda_permission')).toMatchObject({
    action: 'lambda:InvokeFunction',
    function_name: '${aws_lambda_function.voicemail_refresh_function.function_name}',
    principal: 'secretsmanager.amazonaws.com',
    source_arn: '${aws_secretsmanager_secret.voicemail_token_secret.arn}',
    source_account: '${data.aws_caller_identity.voicemail_surroundings_account.account_id}',
  });
});

test('an existing secret is rotated and used, and no other is made', () => {
  const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:token-AbCdEf';
  const existing = synthesizeModule({ existingSecretArn: arn });
  expect(existing.all('aws_secretsmanager_secret')).toEqual({});
  expect(existing.all('aws_secretsmanager_secret_policy')).toEqual({});
  expect(existing.only('aws_secretsmanager_secret_rotation')['secret_id']).toBe(arn);
  expect(existing.environment('move')['TOKEN_SECRET_ARNS']).toBe(arn);
  const rights = existing.named('aws_iam_policy', 'move_policy')['policy'];
  expect(statement(rights, 'ReadCurrentToken').Resource).toBe(arn);
});

test('the schedule and the window of the rotation are options', () => {
  const rotation = synthesizeModule({ rotationScheduleExpression: 'rate(4 hours)', rotationWindowHours: 2 });
  expect(rotation.only('aws_secretsmanager_secret_rotation')['rotation_rules']).toEqual({
    schedule_expression: 'rate(4 hours)',
    duration: '2h',
  });
});
