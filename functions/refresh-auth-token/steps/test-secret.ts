import { NotAuthorizedYetError, parseTokenSecret, type TokenSecret } from '../../shared/token-secret';
import { proveToken } from '../genesys/prove-token';
import type { Rotation, RotationStep } from '../rotation';
import { readCurrentPair, readPending, refuseEmptyPending } from '../secret/read-versions';
import { requireContinuation } from './continuation';

/** Parses a version's text; `undefined` where it holds no pair yet. */
const pairIn = (text: string | undefined): TokenSecret | undefined => {
  try {
    return parseTokenSecret(text);
  } catch (error) {
    if (!(error instanceof NotAuthorizedYetError)) {
      throw error;
    }
    return undefined;
  }
};

const isAuthorized = async (rotation: Rotation): Promise<boolean> => {
  try {
    await readCurrentPair(rotation);
    return true;
  } catch (error) {
    if (!(error instanceof NotAuthorizedYetError)) {
      throw error;
    }
    return false;
  }
};

/**
 * `testSecret`: proves the pending access token with Genesys.
 *
 * Secrets Manager also runs this step alone, when rotation is configured with `RotateImmediately: false`, on a temporary
 * AWSPENDING version that carries the current value. The event does not tell such a test-only run; the values do:
 * - The pending pair is AWSCURRENT's own: its token is proved like any other, and nothing is spent.
 * - Nobody has logged in yet, so neither version holds a pair: only a test-only run comes here, since createSecret fails
 *   on such a secret. It passes with a warning, or every first deployment would raise an alarm.
 * - AWSCURRENT holds a pair and the pending version holds none: a rotation whose value is missing. It fails.
 */
export const testSecret: RotationStep = async (rotation) => {
  const { log, versionId } = rotation;
  const pending = pairIn((await readPending(rotation))?.text);
  if (pending === undefined) {
    if (await isAuthorized(rotation)) {
      refuseEmptyPending(versionId);
    }
    log.warn('not authorised yet, so there is nothing to test; run "npx genesys-voicemail authorize" once');
    return;
  }
  await requireContinuation(rotation, pending);
  await proveToken(rotation, pending.accessToken);
  log.info('the pending access token works');
};
