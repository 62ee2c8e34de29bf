import * as v from 'valibot';
import { missingScopes } from '../../../functions/refresh-auth-token/contract/operator';
import {
  type GenesysAnswer,
  type GenesysOrigins,
  type GenesysRequest,
  GenesysUnreachableError,
  requestGenesys,
} from '../../../functions/shared/genesys-http';
import { OperatorError } from '../../errors';
import { genesysRefusal } from '../../genesys';
import type { ClientCredentials, TokenPair } from './client-credentials';
import type { LoginRequest } from './login-request';

const NOTHING_WRITTEN = 'nothing was written';
const TIMEOUT_MS = 15_000;

const send = async (request: Omit<GenesysRequest, 'timeoutMs'>): Promise<GenesysAnswer> => {
  try {
    return await requestGenesys({ ...request, timeoutMs: TIMEOUT_MS, keepAlive: false });
  } catch (error) {
    if (error instanceof GenesysUnreachableError) {
      throw new OperatorError(
        'GenesysUnreachable',
        `no answer from ${error.host} (${error.reason}); ${NOTHING_WRITTEN}; check the network and the Genesys region, then run authorize again`,
      );
    }
    throw error;
  }
};

const tokenAnswer = v.object({
  access_token: v.pipe(v.string(), v.nonEmpty()),
  refresh_token: v.nullish(v.string(), ''),
});

const exchangeProblem = ({ status, errorCode, correlationId }: GenesysAnswer): OperatorError => {
  const support = correlationId === undefined ? '' : ` (Genesys correlation id ${correlationId})`;
  switch (errorCode) {
    case 'invalid_grant':
      return new OperatorError(
        'CodeRefused',
        `Genesys Cloud refused the authorization code, which has expired or was used before${support}; ${NOTHING_WRITTEN}; run authorize again`,
      );
    case 'invalid_client':
      return new OperatorError(
        'ClientRefused',
        `Genesys Cloud refused the client secret, or the client is not active${support}; ${NOTHING_WRITTEN}; copy id and secret from the OAuth client's page and run authorize again`,
      );
    default:
      return new OperatorError(
        'LoginRefused',
        `the token endpoint answered HTTP ${status}, ${errorCode ?? 'no error code'}${support}; ${NOTHING_WRITTEN}; run authorize again`,
      );
  }
};

/** Exchanges the code that the browser brought for a pair of tokens. @throws OperatorError */
export const exchangeCode = async (
  { login }: GenesysOrigins,
  { clientId, clientSecret }: ClientCredentials,
  { redirectUri, codeVerifier }: LoginRequest,
  code: string,
): Promise<TokenPair> => {
  const answer = await send({
    method: 'POST',
    url: new URL('/oauth/token', login),
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      redirect_uri: redirectUri,
      code_verifier: codeVerifier,
    }).toString(),
  });
  const parsed = answer.status === 200 ? v.safeParse(tokenAnswer, answer.body) : undefined;
  if (parsed?.success !== true) {
    throw exchangeProblem(answer);
  }
  const { access_token: accessToken, refresh_token: refreshToken } = parsed.output;
  if (refreshToken === null || refreshToken === '') {
    throw new OperatorError(
      'NoRefreshToken',
      `Genesys Cloud gave no refresh token; ${NOTHING_WRITTEN}; turn off the organization's inactivity timeout for this user, and check that the OAuth client has the grant type Code Authorization`,
    );
  }
  return { accessToken, refreshToken };
};

/** Part of `TokenInfo`, the answer of `GET /api/v2/tokens/me` (`purecloud-platform-client-v2` 262.0.0). */
const tokenInfo = v.object({ authorizedScope: v.optional(v.array(v.string())) });

/**
 * Proves that an access token lives and carries the scopes that the deployment demands.
 *
 * @throws OperatorError `TokenRefused`, `ScopeMissing`
 */
export const proveAccessToken = async (
  { api }: GenesysOrigins,
  accessToken: string,
  requiredScopes: readonly string[],
): Promise<void> => {
  const answer = await send({
    method: 'GET',
    url: new URL('/api/v2/tokens/me', api),
    headers: { authorization: `Bearer ${accessToken}` },
  });
  if (answer.status !== 200) {
    throw genesysRefusal(`${NOTHING_WRITTEN}: the access token cannot be proved`, answer, {
      unauthorized: "log in as a user of the organization in the deployment's region",
      forbidden: 'give the OAuth client the scope user-basic-info, then log in again',
    });
  }
  const parsed = v.safeParse(tokenInfo, answer.body);
  const granted = parsed.success ? parsed.output.authorizedScope : undefined;
  const missing = granted === undefined ? [] : missingScopes(requiredScopes, granted);
  if (missing.length > 0) {
    throw new OperatorError(
      'ScopeMissing',
      `the OAuth client lacks the scope ${missing.join(', ')}, which the deployment's options need; ${NOTHING_WRITTEN}; add it to the client in Genesys Cloud and run authorize again`,
    );
  }
};
