export { type AwsAccess, type AwsClients, createAwsClients, destroyClients } from './aws-clients';
export { findPlace, type Place, placeLine } from './caller';
export { readMoveSettings, readRefreshSettings } from './function-settings';
export { type DeploymentOutputs, readInstance, readOutputs, regionOf, secretArnsOf } from './outputs';

import { EXIT_CODE, OperatorError } from '../errors';
import type { AwsClients } from './aws-clients';
import type { Place } from './caller';
import { type DeploymentOutputs, secretArnsOf } from './outputs';
import { commandName } from './release';

/** A deployment that a command works on. */
export interface Deployment {
  readonly outputs: DeploymentOutputs;
  readonly aws: AwsClients;
  /** Where it is, and who works on it. */
  readonly place: Place;
  /** The flags by which a person named it, each after a space. @default - none */
  readonly flags?: string;
}

/** A command on the same deployment, as a person types it. */
export const commandOn = ({ flags = '' }: Deployment, line: string): string =>
  `${commandName()} ${line}${flags}`;

/** The secret of a token, 1 for the first. @throws OperatorError where the deployment has fewer tokens. */
export const tokenSecretArn = ({ outputs }: Deployment, token: number): string => {
  const secretArns = secretArnsOf(outputs);
  const secretArn = secretArns[token - 1];
  if (secretArn === undefined) {
    throw new OperatorError(
      'NoSuchToken',
      `there is no token ${token}: the deployment has ${secretArns.length}; raise its option tokens and deploy`,
      EXIT_CODE.usage,
    );
  }
  return secretArn;
};
