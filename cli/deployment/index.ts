export { type AwsAccess, type AwsClients, createAwsClients, destroyClients } from './aws-clients';
export { findPlace, type Place, placeLine } from './caller';
export { readMoveSettings, readRefreshSettings } from './function-settings';
export { type DeploymentOutputs, readInstance, readOutputs, regionOf } from './outputs';

import type { AwsClients } from './aws-clients';
import type { Place } from './caller';
import type { DeploymentOutputs } from './outputs';

/** A deployment that a command works on. */
export interface Deployment {
  readonly outputs: DeploymentOutputs;
  readonly aws: AwsClients;
  /** Where it is, and who works on it. */
  readonly place: Place;
}
