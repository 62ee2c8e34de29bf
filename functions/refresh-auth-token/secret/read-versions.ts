import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { ConfigurationInvalidError } from '../../shared/errors';
import { NotAuthorizedYetError, STAGE, type TokenSecret } from '../../shared/token-secret';
import { METRIC } from '../contract/metrics';
import { RotationRefusedError, TemporarilyUnavailableError } from '../errors';
import type { Rotation } from '../rotation';
import type { StoredVersion } from './secret-store';
import { newestPair } from './token-pair';

/** AWSCURRENT, read and parsed. */
export interface CurrentVersion {
  readonly versionId: string;
  /** When it was written; milliseconds since the Unix epoch. */
  readonly createdMs: number;
  /** Its pair, or what is wrong with it: somebody wrote text that is no token secret, or bytes. */
  readonly content: TokenSecret | ConfigurationInvalidError;
}

/** The pair of AWSCURRENT; `undefined` where it holds none. */
export const pairOf = ({ content }: CurrentVersion): TokenSecret | undefined =>
  content instanceof ConfigurationInvalidError ? undefined : content;

const contentOf = (version: StoredVersion): TokenSecret | ConfigurationInvalidError => {
  try {
    return version.pair();
  } catch (error) {
    if (!(error instanceof ConfigurationInvalidError)) {
      throw error;
    }
    return error;
  }
};

/** Reads AWSCURRENT. @throws NotAuthorizedYetError where nobody has logged in yet. */
export const readCurrent = async ({ store }: Rotation): Promise<CurrentVersion> => {
  const version = await store.readPatiently({ stage: STAGE.current });
  if (version === undefined) {
    throw new NotAuthorizedYetError(`the token secret has no ${STAGE.current}`);
  }
  const { versionId, createdMs } = version;
  return { versionId, createdMs, content: contentOf(version) };
};

/** The pair of a version that may hold anything; `undefined` where it holds none. */
export const usablePair = ({ log }: Rotation, label: string, version: StoredVersion | undefined) => {
  try {
    return version?.pair();
  } catch (error) {
    if (!(error instanceof ConfigurationInvalidError || error instanceof NotAuthorizedYetError)) {
      throw error;
    }
    log.warn(`${label} holds no token pair and is passed over`);
    return undefined;
  }
};

/** The pair that a grant should start from, as the labels say. */
export interface PairToStartFrom {
  readonly current: CurrentVersion;
  /** The pair whose refresh token has not been spent, as far as the labels know. */
  readonly newest: TokenSecret;
  /** The pair at LATEST_GRANT, where that is another version than AWSCURRENT. */
  readonly latest: TokenSecret | undefined;
}

/**
 * Reads what a grant should start from.
 *
 * A LATEST_GRANT that cannot be read ends the step: without it, a refresh token that is spent may look unspent.
 *
 * @throws ConfigurationInvalidError where neither AWSCURRENT nor LATEST_GRANT holds a pair.
 * @throws TemporarilyUnavailableError where LATEST_GRANT shows that the pending version has a value which its own read
 *   did not see yet.
 */
export const readPairToStartFrom = async (rotation: Rotation): Promise<PairToStartFrom> => {
  const current = await readCurrent(rotation);
  const version = await rotation.store.readPatiently({ stage: STAGE.latestGrant });
  if (version?.versionId === rotation.versionId) {
    throw new TemporarilyUnavailableError(
      'the value of the pending version is written, but cannot be read yet',
    );
  }
  const isAnother = version?.versionId !== current.versionId;
  const latest = isAnother ? usablePair(rotation, STAGE.latestGrant, version) : undefined;
  if (!(current.content instanceof ConfigurationInvalidError)) {
    return { current, latest, newest: newestPair(current.content, latest) };
  }
  if (latest === undefined) {
    throw current.content;
  }
  rotation.log.warn(`${STAGE.current} holds no token pair; the rotation goes on from ${STAGE.latestGrant}`);
  return { current, latest, newest: latest };
};

/** Publishes the age of the version that is AWSCURRENT, and what is left of the life of the token in use. */
export const recordTokenAge = ({ metrics }: Rotation, createdMs: number, pair: TokenSecret): void => {
  metrics.addMetric(METRIC.tokenAgeSeconds, MetricUnit.Seconds, Math.max(0, (Date.now() - createdMs) / 1000));
  const endsMs = Date.parse(pair.accessTokenExpiresAt ?? '');
  if (!Number.isNaN(endsMs)) {
    metrics.addMetric(
      METRIC.tokenLifeLeftSeconds,
      MetricUnit.Seconds,
      Math.max(0, (endsMs - Date.now()) / 1000),
    );
  }
};

/** Reads the version that this rotation makes; `undefined` where it has no value, as repeated reads say. */
export const readPending = ({ store, versionId }: Rotation): Promise<StoredVersion | undefined> =>
  store.readPatiently({ versionId });

/**
 * The pair of the pending version.
 *
 * A version takes a value once. One that holds no token pair can never become AWSCURRENT, and Secrets Manager would repeat
 * it for ever, so it is given up: AWSPENDING is taken away, and the next rotation gets a new version.
 *
 * @throws RotationRefusedError after giving the version up.
 */
export const requirePair = async (rotation: Rotation, pending: StoredVersion): Promise<TokenSecret> => {
  const pair = usablePair(rotation, STAGE.pending, pending);
  if (pair === undefined) {
    await rotation.store.removeStage(STAGE.pending, rotation.versionId);
    throw new RotationRefusedError(
      `the pending version ${rotation.versionId} holds no token pair and is given up; the next rotation starts anew`,
    );
  }
  return pair;
};

/** @throws RotationRefusedError: a step that needs the pending value came before createSecret had written one. */
export const refuseEmptyPending = (versionId: string): never => {
  throw new RotationRefusedError(
    `the pending version ${versionId} has no value; createSecret writes it, so the rotation has to begin there again`,
  );
};
