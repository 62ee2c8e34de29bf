import { STAGE, type TokenSecret } from '../../shared/token-secret';
import { RotationSupersededError, SecretsManagerError } from '../errors';
import type { Rotation } from '../rotation';
import { type CurrentVersion, pairOf, readCurrent } from '../secret/read-versions';
import { continues } from '../secret/token-pair';

/** A pending version is given up only when this many reads of AWSCURRENT agree: one may lag behind a write. */
const READS_BEFORE_GIVING_UP = 3;

/**
 * Judges whether AWSCURRENT is still the pair that a pending one was made from.
 *
 * An AWSCURRENT without a pair, text or bytes that somebody put there, never stands in the way of one that works.
 *
 * @throws RotationSupersededError where a person has written AWSCURRENT anew.
 */
const judgeContinuation = (rotation: Rotation, pending: TokenSecret): Promise<CurrentVersion> =>
  rotation.time.repeat(
    async () => {
      const current = await readCurrent(rotation);
      const pair = pairOf(current);
      if (current.versionId !== rotation.versionId && pair !== undefined && !continues(pending, pair)) {
        throw new RotationSupersededError();
      }
      return current;
    },
    {
      retries: READS_BEFORE_GIVING_UP - 1,
      isWorthIt: (error) => error instanceof RotationSupersededError,
    },
  );

/**
 * Makes the pending version AWSCURRENT, and insists until the deadline.
 *
 * Secrets Manager moves the label only from the version that was judged, so a person who writes AWSCURRENT anew at this very
 * moment wins. Each repeat judges anew, since a move without an answer may have been made, and a refused one means that
 * AWSCURRENT was read from before a write.
 *
 * @throws RotationSupersededError where a person has written AWSCURRENT anew.
 */
export const promote = (rotation: Rotation, pending: TokenSecret): Promise<void> => {
  const { store, versionId, time } = rotation;
  return time.repeat(
    async () => {
      const current = await judgeContinuation(rotation, pending);
      if (current.versionId !== versionId) {
        await store.moveStage(STAGE.current, current.versionId, versionId);
      }
    },
    {
      isWorthIt: (error) =>
        error instanceof SecretsManagerError && error.operation === 'UpdateSecretVersionStage',
    },
  );
};

/**
 * Gives a pending version up where `work` finds that a person has written AWSCURRENT anew.
 *
 * A person's value always wins: promoting the pending pair would bury it. AWS refuses another value for a version that has
 * one, so the person's pair cannot be put into this version either. It can only end: AWSPENDING is taken away and the step
 * fails. Every further attempt with this version is then refused by the checks, and as AWSPENDING is free, the next rotation
 * gets a new version, which starts from AWSCURRENT (or from this pair, where it still descends from AWSCURRENT and only
 * other keys have changed).
 *
 * LATEST_GRANT stays where it is. Moving it to AWSCURRENT would look tidier, but where the judgement rests on a stale read
 * it would take a good pair's last label; left alone it does no harm, because its pair counts only if it descends from
 * AWSCURRENT's.
 */
const givingUp = async <Result>(
  { store, versionId }: Rotation,
  work: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RotationSupersededError) {
      await store.removeStage(STAGE.pending, versionId);
    }
    throw error;
  }
};

/** Demands that AWSCURRENT is the pair that the pending one was made from. @throws RotationSupersededError after giving up. */
export const requireContinuation = (rotation: Rotation, pending: TokenSecret): Promise<CurrentVersion> =>
  givingUp(rotation, () => judgeContinuation(rotation, pending));

/** Makes the pending version AWSCURRENT. @throws RotationSupersededError after giving it up. */
export const requirePromotion = (rotation: Rotation, pending: TokenSecret): Promise<void> =>
  givingUp(rotation, () => promote(rotation, pending));
