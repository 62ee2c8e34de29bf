import pRetry from 'p-retry';
import { STAGE, type TokenSecret } from '../../shared/token-secret';
import { RotationSupersededError } from '../errors';
import type { Rotation } from '../rotation';
import { type CurrentPair, readCurrentPair } from '../secret/read-versions';
import { continues } from '../secret/token-pair';

/** A pending version is given up only when this many reads of AWSCURRENT agree: one may lag behind a write. */
const READS_BEFORE_GIVING_UP = 3;

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
