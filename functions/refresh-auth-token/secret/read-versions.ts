import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { ConfigurationInvalidError } from '../../shared/errors';
import { NotAuthorizedYetError, parseTokenSecret, STAGE, type TokenSecret } from '../../shared/token-secret';
import { METRIC } from '../contract/metrics';
import { RotationRefusedError, TemporarilyUnavailableError } from '../errors';
import type { Rotation } from '../rotation';
import type { StoredVersion, VersionSelector } from './secret-store';
import { hasCode } from './secrets-manager-errors';
import { newestPair } from './token-pair';

/** AWSCURRENT, read and parsed. */
export interface CurrentPair extends StoredVersion {
  readonly pair: TokenSecret;
}

/**
 * Reads AWSCURRENT.
 *
 * @throws NotAuthorizedYetError where nobody has logged in yet.
 * @throws ConfigurationInvalidError where it is not a token secret.
 */
export const readCurrentPair = async ({ store }: Rotation): Promise<CurrentPair> => {
  const version = await store.readPatiently({ stage: STAGE.current });
  if (version === undefined) {
    throw new NotAuthorizedYetError(`the token secret has no ${STAGE.current}`);
  }
  return { ...version, pair: parseTokenSecret(version.text) };
};

/** What the labels say that a grant should start from. */
export interface PairToStartFrom {
  readonly current: CurrentPair;
  /** The pair whose refresh token has not been spent, as far as the labels know. */
  readonly newest: TokenSecret;
}

const parseLatestGrant = ({ log }: Rotation, text: string | undefined): TokenSecret | undefined => {
  try {
    return parseTokenSecret(text);
  } catch (error) {
    if (!(error instanceof ConfigurationInvalidError || error instanceof NotAuthorizedYetError)) {
      throw error;
    }
    log.warn(`${STAGE.latestGrant} holds no token pair and is passed over`);
    return undefined;
  }
};

/**
 * Reads what a grant should start from.
 *
 * A LATEST_GRANT that cannot be read ends the step: without it, a refresh token that is spent may look unspent.
 *
 * @throws TemporarilyUnavailableError where LATEST_GRANT shows that the pending version has a value which its own read
 *   did not see yet.
 */
export const readPairToStartFrom = async (rotation: Rotation): Promise<PairToStartFrom> => {
  const current = await readCurrentPair(rotation);
  const latest = await rotation.store.readPatiently({ stage: STAGE.latestGrant });
  if (latest === undefined || latest.versionId === current.versionId) {
    return { current, newest: current.pair };
  }
  if (latest.versionId === rotation.versionId) {
    throw new TemporarilyUnavailableError(
      'the value of the pending version is written, but cannot be read yet',
    );
  }
  return { current, newest: newestPair(current.pair, parseLatestGrant(rotation, latest.text)) };
};

/** Publishes the age of the version that is AWSCURRENT. */
export const recordTokenAge = ({ metrics }: Rotation, { createdMs }: StoredVersion): void => {
  metrics.addMetric(METRIC.tokenAgeSeconds, MetricUnit.Seconds, Math.max(0, (Date.now() - createdMs) / 1000));
};

const readPendingBy = async (
  { versionId }: Rotation,
  read: (selector: VersionSelector) => Promise<StoredVersion | undefined>,
): Promise<StoredVersion | undefined> => {
  try {
    return await read({ stage: STAGE.pending, versionId });
  } catch (error) {
    if (hasCode(error, 'InvalidRequestException')) {
      throw new RotationRefusedError(
        `version ${versionId} is not ${STAGE.pending} any more; the next rotation starts anew`,
      );
    }
    throw error;
  }
};

/**
 * Reads the pending version by its id and its label; `undefined` where it has no value, as repeated reads say.
 *
 * @throws RotationRefusedError where the label has left the version since the checks.
 */
export const readPending = (rotation: Rotation): Promise<StoredVersion | undefined> =>
  readPendingBy(rotation, (selector) => rotation.store.readPatiently(selector));

/** Reads the pending version as {@link readPending} does, but takes the first read's word. */
export const readPendingOnce = (rotation: Rotation): Promise<StoredVersion | undefined> =>
  readPendingBy(rotation, (selector) => rotation.store.read(selector));

/** @throws RotationRefusedError: a step that needs the pending value came before createSecret had written one. */
export const refuseEmptyPending = (versionId: string): never => {
  throw new RotationRefusedError(
    `the pending version ${versionId} has no value; createSecret writes it, so the rotation has to begin there again`,
  );
};
