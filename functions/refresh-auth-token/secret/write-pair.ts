import { randomUUID } from 'node:crypto';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { describeError } from '../../shared/observability';
import { STAGE, type TokenSecret } from '../../shared/token-secret';
import { METRIC } from '../contract/metrics';
import { hasCode, ReauthorizationRequiredError, RotationRefusedError } from '../errors';
import type { Rotation } from '../rotation';
import { readPending, usablePair } from './read-versions';
import type { NewVersion } from './secret-store';

/** A version that holds another value can never take this one; anything else may pass, a refused permission included. */
export const holdsAnotherValue = (error: unknown): boolean => hasCode(error, 'ResourceExistsException');

/** Writes until it works or the time is up. The same version id with the same text is safe to send again. */
export const insist = async (rotation: Rotation, version: NewVersion, withinMs: number): Promise<void> => {
  const { store, time, metrics, log } = rotation;
  let failures = 0;
  try {
    await time.repeat(() => store.put(version), {
      withinMs,
      isWorthIt: (error) => !holdsAnotherValue(error),
      onFailure: (error, attempt) => {
        failures = holdsAnotherValue(error) ? failures : attempt;
        log.warn('a version could not be written yet', { stages: version.stages, ...describeError(error) });
      },
    });
  } finally {
    if (failures > 0) {
      metrics.addMetric(METRIC.writeRetries, MetricUnit.Count, failures);
    }
  }
};

const isSamePair = (one: TokenSecret, other: TokenSecret): boolean =>
  one.accessToken === other.accessToken && one.refreshToken === other.refreshToken;

/** The pair that the pending version holds; `undefined` where that cannot be told, which must not stop us from keeping ours. */
const readHeldPair = async (rotation: Rotation): Promise<TokenSecret | undefined> => {
  try {
    return usablePair(rotation, STAGE.pending, await readPending(rotation));
  } catch (error) {
    rotation.log.warn('the value of the pending version cannot be read', { ...describeError(error) });
    return undefined;
  }
};

/** Where a pair comes from: just granted, so that this is its only copy, or read from the secret. */
export type PairOrigin = 'granted' | 'adopted';

const insistOnPair = async (rotation: Rotation, version: NewVersion, origin: PairOrigin): Promise<void> => {
  try {
    await insist(rotation, version, rotation.time.leftMs());
  } catch (error) {
    // An adopted pair is where it was read from; only of a granted one this was the only copy.
    if (holdsAnotherValue(error) || origin === 'adopted') {
      throw error;
    }
    throw new ReauthorizationRequiredError(
      `a new token pair was granted, but could not be written before the deadline (${describeError(error).errorMessage})`,
    );
  }
};

/** The pending version has a value already: another run of the same rotation was quicker. @returns that value. */
const settleWithHeldValue = async (
  rotation: Rotation,
  pair: TokenSecret,
  origin: PairOrigin,
): Promise<TokenSecret> => {
  const { versionId, log } = rotation;
  const held = await readHeldPair(rotation);
  if (held !== undefined && isSamePair(held, pair)) {
    log.info('the pair had been written already');
    return held;
  }
  if (origin === 'granted') {
    // The newest grant of all: it gets a version of its own, or a failed test of the held pair would leave no way back.
    const text = JSON.stringify(pair);
    await insistOnPair(rotation, { versionId: randomUUID(), text, stages: [STAGE.latestGrant] }, origin);
  }
  if (held === undefined) {
    throw new RotationRefusedError(
      `version ${versionId} holds another value that cannot be used; the next rotation goes on from ${STAGE.latestGrant}`,
    );
  }
  log.warn('the pending version holds another pair, which is adopted', { keptOwnPair: origin === 'granted' });
  return held;
};

/**
 * Writes a pair into the pending version, with both labels in one call, and insists until the deadline: after a grant
 * this is the only copy of the only refresh token that still works.
 *
 * LATEST_GRANT always comes along, even though a person may have written AWSCURRENT anew since the grant and have put the
 * label there. Nothing of theirs is lost by that: their pair is AWSCURRENT, and this one does not descend from it. And
 * where they only changed another key of the same pair, this is its successor, which nothing else would hold.
 *
 * @returns the pair that the version holds now: another run of the same rotation may have been quicker.
 * @throws ReauthorizationRequiredError where the time is up and the pair was granted: it is lost.
 */
export const writePair = async (
  rotation: Rotation,
  pair: TokenSecret,
  origin: PairOrigin,
): Promise<TokenSecret> => {
  const text = JSON.stringify(pair);
  try {
    const { versionId } = rotation;
    await insistOnPair(rotation, { versionId, text, stages: [STAGE.pending, STAGE.latestGrant] }, origin);
    return pair;
  } catch (error) {
    if (!holdsAnotherValue(error)) {
      throw error;
    }
    return settleWithHeldValue(rotation, pair, origin);
  }
};
