import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import {
  MoveVoicemailToS3Environment,
  type MoveVoicemailToS3Settings,
} from '../../functions/move-voicemail-to-s3/contract/environment';
import {
  RefreshAuthTokenEnvironment,
  type RefreshAuthTokenSettings,
} from '../../functions/refresh-auth-token/contract/environment';
import { type Environment, parseEnvironment } from '../../functions/shared/environment';
import { ConfigurationInvalidError } from '../../functions/shared/errors';
import { awsProblem, OperatorError } from '../errors';

const LOOPBACK = /^http:\/\/127\.0\.0\.1:\d+$/;

/**
 * Commands send client secrets to the origins that a function's variables name. Deployed functions name none; a local run
 * names its own machine. Anything else would hand the secrets to whoever may write the function's configuration.
 */
const refuseForeignOrigins = (functionArn: string, variables: Environment): void => {
  for (const name of ['GENESYS_API_ORIGIN', 'GENESYS_LOGIN_ORIGIN']) {
    const origin = variables[name];
    if (origin !== undefined && !LOOPBACK.test(origin)) {
      throw new OperatorError(
        'ForeignOrigin',
        `the variable ${name} of ${functionArn} sends Genesys traffic elsewhere; the module never sets it: find out who did, then deploy again`,
      );
    }
  }
};

const readVariables = async (lambda: LambdaClient, functionArn: string): Promise<Environment> => {
  const what = `reading the configuration of ${functionArn}`;
  const { Environment: environment } = await lambda
    .send(new GetFunctionConfigurationCommand({ FunctionName: functionArn }))
    .catch((error: unknown) => {
      throw awsProblem(what, error);
    });
  if (environment?.Error !== undefined) {
    throw new OperatorError(
      'NotAllowed',
      `${what}: its variables cannot be decrypted (${environment.Error.ErrorCode ?? 'unknown error'}); "genesys-voicemail policy <command>" prints the IAM policy that its user needs`,
    );
  }
  const variables = environment?.Variables ?? {};
  refuseForeignOrigins(functionArn, variables);
  return variables;
};

const parsed = <Settings>(functionArn: string, parse: () => Settings): Settings => {
  try {
    return parse();
  } catch (error) {
    if (error instanceof ConfigurationInvalidError) {
      throw new OperatorError('FunctionMisconfigured', `${functionArn}: ${error.message}`);
    }
    throw error;
  }
};

/** Reads what the deployed MoveVoicemailToS3 is told, by its own contract. @throws OperatorError */
export const readMoveSettings = async (
  lambda: LambdaClient,
  functionArn: string,
): Promise<MoveVoicemailToS3Settings> => {
  const variables = await readVariables(lambda, functionArn);
  return parsed(functionArn, () => parseEnvironment(MoveVoicemailToS3Environment, variables));
};

/** Reads what the deployed RefreshAuthToken is told, by its own contract. @throws OperatorError */
export const readRefreshSettings = async (
  lambda: LambdaClient,
  functionArn: string,
): Promise<RefreshAuthTokenSettings> => {
  const variables = await readVariables(lambda, functionArn);
  return parsed(functionArn, () => parseEnvironment(RefreshAuthTokenEnvironment, variables));
};
