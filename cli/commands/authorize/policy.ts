import { type CommandPolicy, readFunction, secretsOf, useKeyForSecret } from '../../policy';

/** `authorize` writes the secret and has it rotated; it cannot read it. */
export const authorizePolicy: CommandPolicy = (names) => [
  ...readFunction(names, [names.refresh_function_arn]),
  {
    Sid: 'WriteTokenPair',
    Effect: 'Allow',
    Action: [
      'secretsmanager:DescribeSecret',
      'secretsmanager:PutSecretValue',
      'secretsmanager:UpdateSecretVersionStage',
      'secretsmanager:RotateSecret',
    ],
    Resource: secretsOf(names),
  },
  useKeyForSecret(names, ['kms:Decrypt', 'kms:GenerateDataKey']),
  // Secrets Manager starts a rotation only for somebody who may invoke its function.
  {
    Sid: 'InvokeRotation',
    Effect: 'Allow',
    Action: ['lambda:InvokeFunction'],
    Resource: names.refresh_function_arn,
  },
];
