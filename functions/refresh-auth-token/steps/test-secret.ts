import { ConfigurationInvalidError } from '../../shared/errors';
import { NotAuthorizedYetError, type TokenSecret } from '../../shared/token-secret';
import { proveToken } from '../genesys/prove-token';
import type { Rotation, RotationStep } from '../rotation';
import { readCurrent, readPending, refuseEmptyPending, requirePair } from '../secret/read-versions';
import type { StoredVersion } from '../secret/secret-store';
import { requireContinuation } from './continuation';

/**
 * The pair to test; `undefined` where nobody has logged in yet.
 *
 * @throws ConfigurationInvalidError where AWSCURRENT holds no pair either: a person has to write one.
 */
const pairToTest = async (
  rotation: Rotation,
  pending: StoredVersion | undefined,
): Promise<TokenSecret | undefined> => {
  try {
    return pending?.pair() ?? refuseEmptyPending(rotation.versionId);
  } catch (trouble) {
    try {
      const { content } = await readCurrent(rotation);
      if (content instanceof ConfigurationInvalidError) {
        throw content;
      }
    } catch (error) {
      if (!(error instanceof NotAuthorizedYetError)) {
        throw error;
      }
      return undefined;
    }
    if (pending === undefined) {
      throw trouble;
    }
    return requirePair(rotation, pending);
  }
};

/**
 * `testSecret`: proves the new access token with Genesys.
 *
 * Secrets Manager also runs this step alone, when rotation is configured with `RotateImmediately: false`, on a temporary
 * AWSPENDING version that carries the current value. The event does not tell such a test-only run; the values do:
 * - The pending pair is AWSCURRENT's own: its token is proved like any other, and nothing is spent.
 * - Nobody has logged in yet, so neither version holds a pair: only a test-only run comes here, since createSecret fails
 *   on such a secret. It passes with a warning, or every first deployment would raise an alarm.
 * - AWSCURRENT holds a pair and the pending version holds none: a rotation whose value is missing. It fails.
 */
export const testSecret: RotationStep = async (rotation) => {
  const { log } = rotation;
  const pair = await pairToTest(rotation, await readPending(rotation));
  if (pair === undefined) {
    log.warn('not authorized yet, so there is nothing to test; run "npx genesys-voicemail authorize" once');
    return;
  }
  await requireContinuation(rotation, pair);
  await proveToken(rotation, pair.accessToken);
  log.info('the access token works');
};
