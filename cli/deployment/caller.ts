import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { awsProblem, EXIT_CODE, OperatorError } from '../errors';
import type { AwsClients } from './aws-clients';
import type { DeploymentOutputs } from './outputs';

/** Where a command works, and as whom: what each command says first, and every audit line holds. */
export interface Place {
  /** The name of the deployment; empty where the outputs file holds one without a name. */
  readonly deployment: string;
  readonly account: string;
  readonly region: string;
  /** The ARN of whoever calls AWS. */
  readonly caller: string;
}

/**
 * Asks AWS who calls, and refuses another account than the deployment's.
 *
 * @throws OperatorError
 */
export const findPlace = async (
  { sts }: Pick<AwsClients, 'sts'>,
  outputs: DeploymentOutputs,
  deployment: string,
): Promise<Place> => {
  const { Account = '', Arn = '' } = await sts
    .send(new GetCallerIdentityCommand({}))
    .catch((error: unknown) => {
      throw awsProblem('asking AWS who calls', error);
    });
  const [, , , region = '', account = ''] = outputs.secret_arn.split(':');
  if (Account !== account) {
    throw new OperatorError(
      'WrongAccount',
      `these AWS credentials are of account ${Account} (${Arn}), and the deployment is in account ${account}; choose its profile with --profile`,
      EXIT_CODE.credentials,
    );
  }
  return { deployment, account, region, caller: Arn };
};

/** The first line of every command. */
export const placeLine = ({ deployment, account, region, caller }: Place): string =>
  `${deployment === '' ? 'deployment' : deployment}: account ${account}, ${region}, as ${caller}`;
