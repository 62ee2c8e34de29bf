export { type AwsAccess, type AwsClients, createAwsClients, destroyClients } from './aws-clients';
export { readMoveSettings, readRefreshSettings } from './function-settings';
export { type DeploymentOutputs, readOutputs, regionOf } from './outputs';

import type { AwsClients } from './aws-clients';
import type { DeploymentOutputs } from './outputs';

/** A deployment that a command works on. */
export interface Deployment {
  readonly outputs: DeploymentOutputs;
  readonly aws: AwsClients;
}
