import type { Logger } from '@aws-lambda-powertools/logger';
import type { Metrics } from '@aws-lambda-powertools/metrics';
import type { RefreshAuthTokenSettings } from './contract/environment';
import type { SecretStore } from './secret/secret-store';
import type { TimeBudget } from './time-budget';

/** Everything that a step of a rotation uses. */
export interface Rotation {
  /** Id of the version that this rotation makes: the event's ClientRequestToken. */
  readonly versionId: string;
  readonly settings: RefreshAuthTokenSettings;
  readonly store: SecretStore;
  readonly time: TimeBudget;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** One step of a rotation: it returns when the step is done, also by an earlier attempt, and throws to be tried again. */
export type RotationStep = (rotation: Rotation) => Promise<void>;
