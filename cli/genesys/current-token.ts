import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { ClassifiedError } from '../../functions/shared/errors';
import { parseTokenSecret, STAGE, secretTextOf, type TokenSecret } from '../../functions/shared/token-secret';
import { commandOn, type Deployment } from '../deployment';
import { awsProblem, OperatorError } from '../errors';

/** Reads the token pair that the deployment works with. @throws OperatorError */
export const readCurrentToken = async (deployment: Deployment): Promise<TokenSecret> => {
  const { aws, outputs } = deployment;
  try {
    const value = await aws.secretsManager.send(
      new GetSecretValueCommand({ SecretId: outputs.secret_arn, VersionStage: STAGE.current }),
    );
    return parseTokenSecret(secretTextOf(value));
  } catch (error) {
    if (error instanceof ClassifiedError) {
      throw new OperatorError(
        'SecretUnusable',
        `${error.message}; run "${commandOn(deployment, 'authorize')}"`,
      );
    }
    throw awsProblem('reading the token', error);
  }
};
