import { MetricUnit } from '@aws-lambda-powertools/metrics';
import * as v from 'valibot';
import { ConfigurationInvalidError } from '../../shared/errors';
import {
  type GenesysAnswer,
  GenesysUnreachableError,
  genesysOrigins,
  isAddressRefused,
  requestGenesys,
} from '../../shared/genesys-http';
import { describeError } from '../../shared/observability';
import { retryAfterMsOf } from '../../shared/retry-after';
import { METRIC } from '../contract/metrics';
import { AddressNotAllowedError, TemporarilyUnavailableError, TokenRefusedError } from '../errors';
import type { Rotation } from '../rotation';
import { missingScopes } from './scopes';

/** Part of `TokenInfo`, the answer of `GET /api/v2/tokens/me` (`purecloud-platform-client-v2` 262.0.0). */
const tokenInfo = v.object({ authorizedScope: v.nullish(v.array(v.string())) });

/** The token's scopes; `undefined` where Genesys does not tell them. */
const scopesIn = (answer: GenesysAnswer): readonly string[] | undefined => {
  const { status, errorCode } = answer;
  if (status >= 200 && status < 300) {
    const parsed = v.safeParse(tokenInfo, answer.body);
    if (!parsed.success) {
      throw new TemporarilyUnavailableError(
        `GET /api/v2/tokens/me answered HTTP ${status} with a body that cannot be read`,
      );
    }
    return parsed.output.authorizedScope ?? undefined;
  }
  if (isAddressRefused(answer)) {
    throw new AddressNotAllowedError();
  }
  if (status === 401 || status === 403) {
    throw new TokenRefusedError(status, errorCode);
  }
  if (status === 429 || status === 408 || status >= 500) {
    throw new TemporarilyUnavailableError(
      `GET /api/v2/tokens/me answered HTTP ${status}`,
      retryAfterMsOf(answer, Date.now()),
    );
  }
  throw new ConfigurationInvalidError(
    `GET /api/v2/tokens/me answered HTTP ${status}, ${errorCode ?? 'no error code'}; expected 200; check GENESYS_REGION`,
  );
};

const isRefusal = (error: unknown): boolean => error instanceof TokenRefusedError && error.status === 401;

/** Repeats after a 401: a token that was granted a moment ago may not be known everywhere at Genesys. */
const REFUSED_RETRIES = 2;

const askForScopes = async (
  { settings, time }: Rotation,
  accessToken: string,
): Promise<readonly string[] | undefined> =>
  scopesIn(
    await requestGenesys({
      method: 'GET',
      url: new URL('/api/v2/tokens/me', genesysOrigins(settings).api),
      headers: { authorization: `Bearer ${accessToken}` },
      timeoutMs: time.callTimeoutMs(settings.GENESYS_TIMEOUT_MS),
    }),
  );

/**
 * Tells of scopes that the deployment's options need and the token lacks. It is no failure: voicemail is moved without them,
 * and only a new login can bring them.
 */
const warnOfMissingScopes = (
  { settings, log, metrics }: Rotation,
  granted: readonly string[] | undefined,
): void => {
  if (granted === undefined) {
    log.warn('Genesys Cloud does not tell the scopes of the token, so they are not checked');
    return;
  }
  const missing = missingScopes(settings.REQUIRED_SCOPES, granted);
  if (missing.length > 0) {
    metrics.addMetric(METRIC.scopesMissing, MetricUnit.Count, 1);
    log.warn(
      `the access token lacks the scope ${missing.join(', ')}; add it to the OAuth client in Genesys Cloud, then run ` +
        '"npx genesys-voicemail authorize" again',
    );
  }
};

/**
 * Looks at the token in use before its successor is asked for: while it lives, it tells of scopes that an option needs since
 * the last login. Nothing that it shows keeps the rotation from going on, but for one: where Genesys refuses the address,
 * nothing is spent.
 *
 * @returns whether Genesys refused the token with 401; {@link isLive} looks again.
 * @throws AddressNotAllowedError
 */
export const lookAtTokenInUse = async (rotation: Rotation, accessToken: string): Promise<boolean> => {
  try {
    warnOfMissingScopes(rotation, await askForScopes(rotation, accessToken));
    return false;
  } catch (error) {
    if (error instanceof AddressNotAllowedError) {
      throw error;
    }
    rotation.log.info('the token in use could not be looked at', { ...describeError(error) });
    return isRefusal(error);
  }
};

/**
 * Whether an access token lives: Genesys takes it, or answers with a 403. A token is dead after three 401.
 *
 * @throws TemporarilyUnavailableError, GenesysUnreachableError, ConfigurationInvalidError where Genesys does not say.
 */
export const isLive = async (rotation: Rotation, accessToken: string): Promise<boolean> => {
  try {
    await rotation.time.repeat(() => askForScopes(rotation, accessToken), {
      retries: REFUSED_RETRIES,
      withinMs: rotation.time.leftBeforeGrantMs(),
      isWorthIt: () => true,
    });
    return true;
  } catch (error) {
    if (error instanceof TokenRefusedError) {
      return !isRefusal(error);
    }
    throw error;
  }
};

/**
 * Proves with Genesys that an access token works.
 *
 * What may pass is tried again within the time that is left; what Genesys refuses is not, but for a few 401.
 *
 * @throws TokenRefusedError on 401 and 403.
 * @throws AddressNotAllowedError where Genesys refuses the function's address.
 * @throws TemporarilyUnavailableError, GenesysUnreachableError where the time is up, or a `Retry-After` goes beyond it.
 */
export const proveToken = async (rotation: Rotation, accessToken: string): Promise<void> => {
  let refusals = 0;
  const granted = await rotation.time.repeat(() => askForScopes(rotation, accessToken), {
    onFailure: (error) => {
      refusals += isRefusal(error) ? 1 : 0;
    },
    isWorthIt: (error) =>
      error instanceof GenesysUnreachableError ||
      error instanceof TemporarilyUnavailableError ||
      (isRefusal(error) && refusals <= REFUSED_RETRIES),
    waitMs: (error) => (error instanceof TemporarilyUnavailableError ? (error.retryAfterMs ?? 0) : 0),
  });
  warnOfMissingScopes(rotation, granted);
};
