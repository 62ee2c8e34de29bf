import { MetricUnit } from '@aws-lambda-powertools/metrics';
import pRetry from 'p-retry';
import { ConfigurationInvalidError } from '../shared/errors';
import { NotAuthorizedYetError, parseTokenSecret, STAGE, type TokenSecret } from '../shared/token-secret';
import { RotationRefusedError, RotationSupersededError, TemporarilyUnavailableError } from './errors';
import { METRIC } from './metric-names';
import type { Rotation } from './rotation';
import { hasCode, type StoredVersion } from './secret-store';
import { continues, newestPair } from './token-pair';

/** A pending version is given up only when this many reads of AWSCURRENT agree: one may lag behind a write. */
const READS_BEFORE_GIVING_UP = 3;

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

/**
 * Reads the pending version by its id and its label; `undefined` where it has no value.
 *
 * @throws RotationRefusedError where the label has left the version since the checks.
 */
export const readPending = async (
  { store, versionId }: Rotation,
  read: 'readPatiently' | 'read' = 'readPatiently',
): Promise<StoredVersion | undefined> => {
  try {
    return await store[read]({ stage: STAGE.pending, versionId });
  } catch (error) {
    if (hasCode(error, 'InvalidRequestException')) {
      throw new RotationRefusedError(
        `version ${versionId} is not ${STAGE.pending} any more; the next rotation starts anew`,
      );
    }
    throw error;
  }
};

/** @throws RotationRefusedError: a step that needs the pending value came before createSecret had written one. */
export const refuseEmptyPending = (versionId: string): never => {
  throw new RotationRefusedError(
    `the pending version ${versionId} has no value; createSecret writes it, so the rotation has to begin there again`,
  );
};

/**
 * Gives a pending version up if AWSCURRENT is not the pair any more that it was made from.
 *
 * Somebody has written AWSCURRENT anew, by authorising again or by hand, and a person's value always wins: promoting the
 * pending pair would bury it. AWS refuses another value for a version that has one, so the person's pair cannot be put
 * into this version either. It can only end: AWSPENDING is taken away and the step fails. Every further attempt with this
 * version is then refused by the checks, and as AWSPENDING is free, the next rotation gets a new version, which starts
 * from AWSCURRENT (or from this pair, where it still continues AWSCURRENT and only other keys have changed).
 *
 * LATEST_GRANT stays where it is. Moving it to AWSCURRENT would look tidier, but where this judgement rests on a stale
 * read it would take a good pair's last label; left alone it does no harm, because `basedOn` decides whether it counts.
 *
 * @returns AWSCURRENT, as it was judged.
 * @throws RotationSupersededError after giving the version up.
 */
export const requireContinuation = async (rotation: Rotation, pending: TokenSecret): Promise<CurrentPair> => {
  const { store, versionId, settings, time } = rotation;
  const judge = async (): Promise<CurrentPair> => {
    const current = await readCurrentPair(rotation);
    if (!continues(pending, current.pair)) {
      throw new RotationSupersededError();
    }
    return current;
  };
  try {
    return await pRetry(judge, {
      retries: READS_BEFORE_GIVING_UP - 1,
      minTimeout: settings.RETRY_BASE_MS,
      maxRetryTime: time.leftMs(),
      randomize: true,
      shouldRetry: ({ error }) => error instanceof RotationSupersededError,
    });
  } catch (error) {
    if (error instanceof RotationSupersededError) {
      await store.removeStage(STAGE.pending, versionId);
    }
    throw error;
  }
};
