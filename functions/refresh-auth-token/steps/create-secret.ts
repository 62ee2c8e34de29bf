import pRetry from 'p-retry';
import { describeError } from '../../shared/observability';
import { NotAuthorizedYetError, parseTokenSecret, STAGE, type TokenSecret } from '../../shared/token-secret';
import { ReauthorizationRequiredError, RotationRefusedError } from '../errors';
import { redeem } from '../genesys/grant';
import type { Rotation, RotationStep } from '../rotation';
import {
  type PairToStartFrom,
  readPairToStartFrom,
  readPending,
  readPendingOnce,
  recordTokenAge,
} from '../secret/read-versions';
import { basedOnCurrent, withGrant } from '../secret/token-pair';
import { writePair } from '../secret/write-pair';
import { requireContinuation } from './continuation';

/** What another run may have left meanwhile: a value in this very version, or a newer pair at one of the other labels. */
type NewerPair = 'already-created' | PairToStartFrom;

/** Whether the pending version has a value by now; where another rotation has the label, that one's pair is what counts. */
const isCreated = async (rotation: Rotation): Promise<boolean> => {
  try {
    return (await readPendingOnce(rotation)) !== undefined;
  } catch (error) {
    if (!(error instanceof RotationRefusedError)) {
      throw error;
    }
    return false;
  }
};

/**
 * Looks for a pair that is newer than the refused one, for as long as another run may need to write what it was granted.
 *
 * @throws ReauthorizationRequiredError where there is none: the login itself has ended.
 */
const findNewerPair = (rotation: Rotation, refused: TokenSecret): Promise<NewerPair> => {
  const { settings, time } = rotation;
  const look = async (): Promise<NewerPair> => {
    if (await isCreated(rotation)) {
      return 'already-created';
    }
    const start = await readPairToStartFrom(rotation);
    if (start.newest.refreshToken === refused.refreshToken) {
      throw new ReauthorizationRequiredError(
        'refresh-token-refused',
        'Genesys Cloud refused the refresh token (invalid_grant) and no newer pair was found: it was spent or revoked',
      );
    }
    return start;
  };
  return pRetry(look, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: settings.RETRY_BASE_MS,
    maxRetryTime: Math.min(settings.NEWER_PAIR_WAIT_MS, time.leftMs()),
    randomize: true,
    shouldRetry: ({ error }) => error instanceof ReauthorizationRequiredError,
  });
};

const fillPending = async (rotation: Rotation): Promise<void> => {
  const { log } = rotation;
  const { current, newest } = await readPairToStartFrom(rotation);
  recordTokenAge(rotation, current);

  const grant = await redeem(rotation, newest);
  if (grant !== undefined) {
    // Nothing may come between the answer and the write.
    await writePair(rotation, basedOnCurrent(withGrant(newest, grant), current.pair), 'granted');
    log.info('a new pair was granted and written');
    return;
  }

  const newer = await findNewerPair(rotation, newest);
  if (newer !== 'already-created') {
    await writePair(rotation, basedOnCurrent(newer.newest, newer.current.pair), 'adopted');
  }
  log.info('the refresh token was spent by another run, whose newer pair is adopted');
};

/** Nothing can be rotated yet. Left where it is, the label would keep Secrets Manager at this version. */
const leaveNoLabel = async ({ store, versionId, log }: Rotation): Promise<void> => {
  try {
    await store.removeStage(STAGE.pending, versionId);
  } catch (error) {
    log.warn(`${STAGE.pending} could not be taken away; the next attempt tries it again`, {
      ...describeError(error),
    });
  }
};

/**
 * `createSecret`: spends the refresh token for a new pair and writes that into the pending version.
 *
 * Only a pending version that has no value, as repeated reads say, leads to a grant.
 *
 * @throws NotAuthorizedYetError where nobody has logged in yet; AWSPENDING is taken away first.
 */
export const createSecret: RotationStep = async (rotation) => {
  try {
    const pending = await readPending(rotation);
    if (pending?.text === undefined) {
      await fillPending(rotation);
      return;
    }
    await requireContinuation(rotation, parseTokenSecret(pending.text));
    rotation.log.info('the pair was already created by an earlier attempt');
  } catch (error) {
    if (error instanceof NotAuthorizedYetError) {
      await leaveNoLabel(rotation);
    }
    throw error;
  }
};
