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

/** Gives the secret its rotation as `aws_secretsmanager_secret_rotation` does, the function's own policy obeyed. */
export const rotateSecret = (
  resources: StackResources,
  aws: LocalAws,
  functions: ReadonlyMap<string, LambdaFunction>,
  authorizer: Authorizer,
): { secretArn: string; rotationFunction: LambdaFunction } => {
  const rotation = resources.only('aws_secretsmanager_secret_rotation', schemas.rotationSchema);
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
  aws.secretsManager.rotateSecret({
    SecretId: rotation.secret_id,
    RotationLambdaARN: rotation.rotation_lambda_arn,
    RotateImmediately: rotation.rotate_immediately,
    RotationRules: {
      ScheduleExpression: rotation.rotation_rules.schedule_expression,
      Duration: rotation.rotation_rules.duration,
    },
  });
  return { secretArn: rotation.secret_id, rotationFunction };
};
