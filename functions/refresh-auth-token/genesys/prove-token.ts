import { setTimeout as sleep } from 'node:timers/promises';
import pRetry from 'p-retry';
import * as v from 'valibot';
import { ConfigurationInvalidError } from '../../shared/errors';
import {
  type GenesysAnswer,
  GenesysUnreachableError,
  genesysOrigins,
  requestGenesys,
} from '../../shared/genesys-http';
import { parseRetryAfterMs } from '../../shared/retry-after';
import { TemporarilyUnavailableError, TokenRefusedError } from '../errors';
import type { Rotation } from '../rotation';
import { missingScopes } from './scopes';

/** Part of `TokenInfo`, the answer of `GET /api/v2/tokens/me` (`purecloud-platform-client-v2` 262.0.0). */
const tokenInfo = v.object({ authorizedScope: v.nullish(v.array(v.string())) });

/** The token's scopes; `undefined` where Genesys does not tell them. */
const scopesIn = (answer: GenesysAnswer): readonly string[] | undefined => {
  const { status, errorCode } = answer;
  if (status === 200) {
    const parsed = v.safeParse(tokenInfo, answer.body);
    if (!parsed.success) {
      throw new TemporarilyUnavailableError(
        'GET /api/v2/tokens/me answered HTTP 200 with a body that cannot be read',
      );
    }
    return parsed.output.authorizedScope ?? undefined;
  }
  if (status === 401 || status === 403) {
    throw new TokenRefusedError(status, errorCode);
  }
  if (status === 429 || status === 408 || status >= 500) {
    throw new TemporarilyUnavailableError(
      `GET /api/v2/tokens/me answered HTTP ${status}`,
      parseRetryAfterMs(answer.retryAfter, Date.now()),
    );
  }
  throw new ConfigurationInvalidError(
    `GET /api/v2/tokens/me answered HTTP ${status}, ${errorCode ?? 'no error code'}; expected 200; check GENESYS_REGION`,
  );
};

/** The longest pause between two requests, in milliseconds, unless Genesys asks for a longer one. */
const LONGEST_PAUSE_MS = 5_000;

/**
 * Proves with Genesys that an access token works and carries the scopes that the deployment demands.
 *
 * What may pass is tried again within the time that is left; what Genesys refuses is not.
 *
 * @throws TokenRefusedError on 401 and 403.
 * @throws ConfigurationInvalidError that names the missing scopes.
 * @throws TemporarilyUnavailableError, GenesysUnreachableError where the time is up, or a `Retry-After` goes beyond it.
 */
export const proveToken = async (rotation: Rotation, accessToken: string): Promise<void> => {
  const { settings, time, log } = rotation;
  const ask = async (): Promise<readonly string[] | undefined> =>
    scopesIn(
      await requestGenesys({
        method: 'GET',
        url: new URL('/api/v2/tokens/me', genesysOrigins(settings).api),
        headers: { authorization: `Bearer ${accessToken}` },
        timeoutMs: time.callTimeoutMs(settings.GENESYS_TIMEOUT_MS),
      }),
    );
  const mayPass = async (error: Error): Promise<boolean> => {
    if (error instanceof GenesysUnreachableError) {
      return true;
    }
    const waitMs =
      error instanceof TemporarilyUnavailableError ? (error.retryAfterMs ?? 0) : Number.POSITIVE_INFINITY;
    if (waitMs >= time.leftMs()) {
      return false;
    }
    await sleep(waitMs);
    return true;
  };
  const granted = await pRetry(ask, {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: settings.RETRY_BASE_MS,
    maxTimeout: LONGEST_PAUSE_MS,
    maxRetryTime: time.leftMs(),
    randomize: true,
    shouldRetry: ({ error }) => mayPass(error),
  });
  if (granted === undefined) {
    log.warn('Genesys Cloud does not tell the scopes of the token, so they are not checked');
    return;
  }
  const missing = missingScopes(settings.REQUIRED_SCOPES, granted);
  if (missing.length > 0) {
    throw new ConfigurationInvalidError(
      `the access token lacks the scope ${missing.join(', ')}; add it to the OAuth client in Genesys Cloud, then run ` +
        '"npx genesys-voicemail authorize" again',
    );
  }
};
