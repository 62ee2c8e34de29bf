import { randomUUID } from 'node:crypto';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import pRetry from 'p-retry';
import { describeError } from '../../shared/observability';
import { parseTokenSecret, STAGE, type TokenSecret } from '../../shared/token-secret';
import { METRIC } from '../contract/metrics';
import { ReauthorizationRequiredError, RotationRefusedError } from '../errors';
import type { Rotation } from '../rotation';
import { readPending } from './read-versions';
import type { NewVersion } from './secret-store';
import { hasCode } from './secrets-manager-errors';

/** The longest pause between two writes, in milliseconds. */
const LONGEST_PAUSE_MS = 5_000;

/** A version that holds another value can never take this one; anything else may pass, a refused permission included. */
const holdsAnotherValue = (error: unknown): boolean => hasCode(error, 'ResourceExistsException');

/** Where a pair comes from: just granted, so that this is its only copy, or read from the secret. */
export type PairOrigin = 'granted' | 'adopted';

/** Writes until it works or the time is up. The same version id with the same text is safe to send again. */
const insist = async (rotation: Rotation, version: NewVersion, origin: PairOrigin): Promise<void> => {
  const { store, time, settings, metrics, log } = rotation;
  let retries = 0;
  try {
    await pRetry(
      (attempt) => {
        retries = attempt - 1;
        return store.put(version);
      },
      {
        retries: Number.POSITIVE_INFINITY,
        minTimeout: settings.RETRY_BASE_MS,
        maxTimeout: LONGEST_PAUSE_MS,
        maxRetryTime: time.leftMs(),
        randomize: true,
        shouldRetry: ({ error }) => !holdsAnotherValue(error),
        onFailedAttempt: ({ error, attemptNumber }) =>
          log.warn('a granted pair could not be written yet', { attemptNumber, ...describeError(error) }),
      },
    );
  } catch (error) {
    // An adopted pair is where it was read from; only of a granted one this was the only copy.
    if (holdsAnotherValue(error) || origin === 'adopted') {
      throw error;
    }
    throw new ReauthorizationRequiredError(
      'pair-lost',
      `a new token pair was granted, but could not be written before the deadline (${describeError(error).errorMessage})`,
    );
  } finally {
    if (retries > 0) {
      metrics.addMetric(METRIC.writeRetries, MetricUnit.Count, retries);
    }
  }
};

const isSamePair = (one: TokenSecret, other: TokenSecret): boolean =>
  one.accessToken === other.accessToken && one.refreshToken === other.refreshToken;

/** The pair that the pending version holds; `undefined` where that cannot be told, which must not stop us from keeping ours. */
const readHeldPair = async (rotation: Rotation): Promise<TokenSecret | undefined> => {
  try {
    return parseTokenSecret((await readPending(rotation))?.text);
  } catch (error) {
    rotation.log.warn('the value of the pending version cannot be read', { ...describeError(error) });
    return undefined;
  }
};

/** The pending version has a value already: another run of the same rotation was quicker. */
const settleWithHeldValue = async (
  rotation: Rotation,
  pair: TokenSecret,
  origin: PairOrigin,
): Promise<void> => {
  const { versionId, log } = rotation;
  const held = await readHeldPair(rotation);
  if (held !== undefined && isSamePair(held, pair)) {
    log.info('the pair had been written already');
    return;
  }
  if (origin === 'granted') {
    // The newest grant of all: it gets a version of its own, or a failed test of the held pair would leave no way back.
    const text = JSON.stringify(pair);
    await insist(rotation, { versionId: randomUUID(), text, stages: [STAGE.latestGrant] }, origin);
  }
  if (held === undefined) {
    throw new RotationRefusedError(
      `version ${versionId} holds another value that cannot be used; the next rotation goes on from ${STAGE.latestGrant}`,
    );
  }
  log.warn('the pending version holds another pair, which is adopted', { keptOwnPair: origin === 'granted' });
};

/**
 * Writes a pair into the pending version, with both labels in one call, and insists until the deadline: after a grant
 * this is the only copy of the only refresh token that still works.
 *
 * LATEST_GRANT always comes along, even though a person may have written AWSCURRENT anew since the grant and have put the
 * label there. Nothing of theirs is lost by that: their pair is AWSCURRENT, and `basedOn` keeps this one from counting.
 * And where they only changed another key of the same pair, this is its successor, which nothing else would hold.
 *
 * @throws ReauthorizationRequiredError where the time is up and the pair was granted: it is lost.
 */
export const writePair = async (rotation: Rotation, pair: TokenSecret, origin: PairOrigin): Promise<void> => {
  const text = JSON.stringify(pair);
  try {
    const { versionId } = rotation;
    await insist(rotation, { versionId, text, stages: [STAGE.pending, STAGE.latestGrant] }, origin);
  } catch (error) {
    if (!holdsAnotherValue(error)) {
      throw error;
    }
    await settleWithHeldValue(rotation, pair, origin);
  }
};
