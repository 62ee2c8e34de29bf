import { createHash, randomUUID } from 'node:crypto';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { describeError } from '../../shared/observability';
import { fingerprintOf, STAGE, type TokenSecret } from '../../shared/token-secret';
import { METRIC } from '../contract/metrics';
import { hasCode, ReauthorizationRequiredError, RotationRefusedError } from '../errors';
import type { Rotation } from '../rotation';
import { readPending, usablePair } from './read-versions';
import type { NewVersion } from './secret-store';

/** A version that holds another value can never take this one; anything else may pass, a refused permission included. */
const holdsAnotherValue = (error: unknown): boolean => hasCode(error, 'ResourceExistsException');

/** Writes until it works or the time is up. The same version id with the same text is safe to send again. */
const insist = async (rotation: Rotation, version: NewVersion, withinMs: number): Promise<void> => {
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

/** Bytes by which a granted pair may be longer than the one that it replaces. */
const GROWTH_BYTES = 1024;

/** A version id, always the same one for the same texts. */
const versionIdOf = (...texts: readonly string[]): string => {
  const hex = createHash('sha256').update(texts.join('/')).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join(
    '-',
  );
};

/**
 * Writes that a refresh token is about to be spent, as a version without any secret under a label of its own.
 *
 * What would keep the pair from being written keeps this from being written as well, before anything is lost: the right,
 * the key, the quotas of versions and labels, the size, a replica, a secret that is marked for deletion. And it tells a
 * later attempt that the token may have been sent. Repeats of one rotation write the same version.
 *
 * @throws SecretsManagerError where it cannot be written; nothing is spent then.
 */
export const announceGrant = async (rotation: Rotation, pair: TokenSecret): Promise<void> => {
  const refreshTokenSha256 = fingerprintOf(pair.refreshToken);
  const bytes = Buffer.byteLength(JSON.stringify(pair)) + GROWTH_BYTES;
  const intent = { about: 'a refresh token is about to be spent', refreshTokenSha256, padding: '' };
  const padding = ' '.repeat(Math.max(0, bytes - Buffer.byteLength(JSON.stringify(intent))));
  await insist(
    rotation,
    {
      versionId: versionIdOf(rotation.versionId, refreshTokenSha256),
      text: JSON.stringify({ ...intent, padding }),
      stages: [STAGE.intent],
    },
    rotation.time.leftBeforeGrantMs(),
  );
};

/** When an earlier attempt announced to spend this pair's refresh token, as ISO 8601; `undefined` where none did. */
export const announcedAt = async ({ store }: Rotation, pair: TokenSecret): Promise<string | undefined> => {
  const intent = await store.read({ stage: STAGE.intent });
  return intent?.text()?.includes(fingerprintOf(pair.refreshToken)) === true
    ? new Date(intent.createdMs).toISOString()
    : undefined;
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
      'pair-lost',
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
