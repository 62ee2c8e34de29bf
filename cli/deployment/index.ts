export { type AwsAccess, type AwsClients, createAwsClients, destroyClients } from './aws-clients';
export { findPlace, type Place, placeLine } from './caller';
export { readMoveSettings, readRefreshSettings } from './function-settings';
export { type DeploymentOutputs, readInstance, readOutputs, regionOf } from './outputs';

import { EXIT_CODE, OperatorError } from '../errors';
import type { AwsClients } from './aws-clients';
import type { Place } from './caller';
import { readMoveSettings } from './function-settings';
import type { DeploymentOutputs } from './outputs';

/** A deployment that a command works on. */
export interface Deployment {
  readonly outputs: DeploymentOutputs;
  readonly aws: AwsClients;
  /** Where it is, and who works on it. */
  readonly place: Place;
}

/** The secret of a token, 1 for the first. @throws OperatorError where the deployment has fewer tokens. */
export const tokenSecretArn = async ({ outputs, aws }: Deployment, token: number): Promise<string> => {
  if (token === 1) {
    return outputs.secret_arn;
  }
  const { TOKEN_SECRET_ARNS } = await readMoveSettings(aws.lambda, outputs.move_function_arn);
  const secretArn = TOKEN_SECRET_ARNS[token - 1];
  if (secretArn === undefined) {
    throw new OperatorError(
      'NoSuchToken',
      `there is no token ${token}: the deployment has ${TOKEN_SECRET_ARNS.length}; raise its option tokens and deploy`,
      EXIT_CODE.usage,
    );
  }
  return secretArn;
};
