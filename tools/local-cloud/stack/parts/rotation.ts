import { AwsError, type LocalAws } from '../../aws';
import type { Authorizer } from '../../aws/iam';
import type { LambdaFunction } from '../../lambda';
import * as schemas from '../schemas';
import type { StackResources } from '../stack-resources';
import { required } from './required';

const mayInvoke = (
  authorizer: Authorizer,
  functionArn: string,
  secretArn: string,
  accountId: string,
): boolean => {
  try {
    authorizer.authorizeService({
      principal: 'secretsmanager.amazonaws.com',
      service: 'lambda',
      operation: 'Invoke',
      resource: functionArn,
      sourceArn: secretArn,
      sourceAccount: accountId,
    });
    return true;
  } catch (error) {
    if (!(error instanceof AwsError)) {
      throw error;
    }
    return false;
  }
};

/** Gives each secret its rotation as `aws_secretsmanager_secret_rotation` does, the function's own policy obeyed. */
export const rotateSecrets = (
  resources: StackResources,
  aws: LocalAws,
  functions: ReadonlyMap<string, LambdaFunction>,
  authorizer: Authorizer,
): LambdaFunction => {
  const rotations = resources.all('aws_secretsmanager_secret_rotation', schemas.rotationSchema);
  const rotation = required(rotations[0], 'aws_secretsmanager_secret_rotation', 'the stack declares none');
  const rotationFunction = required(
    functions.get(rotation.rotation_lambda_arn),
    rotation.address,
    `its function ${rotation.rotation_lambda_arn} is not declared`,
  );
  aws.secretsManager.useRotationInvoker(
    async (functionArn, event) => {
      const called = required(
        functions.get(functionArn),
        rotation.address,
        `there is no function ${functionArn}`,
      );
      const result = await called.invoke(event);
      return result.outcome === 'success'
        ? { ok: true }
        : { ok: false, errorType: result.errorType, errorMessage: result.errorMessage };
    },
    (functionArn, secretArn) => mayInvoke(authorizer, functionArn, secretArn, aws.accountId),
  );
  for (const { secret_id, rotation_lambda_arn, rotate_immediately, rotation_rules } of rotations) {
    aws.secretsManager.rotateSecret({
      SecretId: secret_id,
      RotationLambdaARN: rotation_lambda_arn,
      RotateImmediately: rotate_immediately,
      RotationRules: {
        ScheduleExpression: rotation_rules.schedule_expression,
        Duration: rotation_rules.duration,
      },
    });
  }
  return rotationFunction;
};
