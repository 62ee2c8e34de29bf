import type { CodeProblem } from '../../organization/authorization-store';
import type { OAuthClient } from '../../organization/organization';
import type { PreparedTokens, RefreshProblem } from '../../organization/token-store';
import type { Simulation } from '../../simulation';
import { type Answer, jsonAnswer, type Route, type SimulatorRequest } from '../answer';
import { parseForm } from '../form';
import { OAuthError } from '../oauth-error';

const GRANT_PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  refresh_token: ['refresh_token'],
  client_credentials: [],
  authorization_code: ['code', 'redirect_uri', 'code_verifier'],
};

const CLIENT_PARAMETERS = ['client_id', 'client_secret'];

interface ClientCredentials {
  readonly id: string;
  readonly secret: string;
}

const basicCredentials = (authorization: string): ClientCredentials => {
  const encoded = /^Basic ([A-Za-z0-9+/]+={0,2})$/i.exec(authorization)?.[1];
  const [, id, secret] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  if (id === undefined || secret === undefined) {
    throw new OAuthError(
      400,
      'invalid_request',
      'the Authorization header must be Basic with client id and secret',
    );
  }
  return { id, secret };
};

const clientCredentials = (
  { headers }: SimulatorRequest,
  form: ReadonlyMap<string, string>,
): ClientCredentials => {
  const id = form.get('client_id');
  const secret = form.get('client_secret');
  const isInForm = id !== undefined || secret !== undefined;
  if (headers.authorization !== undefined) {
    if (isInForm) {
      throw new OAuthError(
        400,
        'invalid_request',
        'the client authenticates in the header and in the body at once',
      );
    }
    return basicCredentials(headers.authorization);
  }
  if (id === undefined || secret === undefined) {
    throw new OAuthError(401, 'invalid_client', 'the client does not authenticate');
  }
  return { id, secret };
};

/** Statuses and texts of an unknown client and a wrong secret are those that third-party client tests saw at Genesys. */
const authenticateClient = (simulation: Simulation, { id, secret }: ClientCredentials): OAuthClient => {
  const client = simulation.organization.oauthClients.find(id);
  if (client === undefined) {
    throw new OAuthError(400, 'invalid_client', 'client not found');
  }
  if (client.secret !== secret) {
    throw new OAuthError(401, 'invalid_client', 'authentication failed');
  }
  if (client.state !== 'active') {
    throw new OAuthError(400, 'invalid_client', `the client is ${client.state}`);
  }
  return client;
};

const REFRESH_PROBLEMS: Readonly<Record<RefreshProblem, string>> = {
  unknown: 'the refresh token is unknown',
  spent: 'the refresh token was used before',
  revoked: 'the refresh token was revoked',
  'other-client': 'the refresh token belongs to another client',
};

const CODE_PROBLEMS: Readonly<Record<CodeProblem, string>> = {
  unknown: 'the authorization code is unknown',
  'other-client': 'the authorization code belongs to another client',
  spent: 'the authorization code was used before',
  expired: 'the authorization code has expired',
  'redirect-uri': 'the redirect_uri is not the one of the authorization request',
  verifier: 'the code_verifier does not fit the code_challenge',
};

const requireGrantType = (client: OAuthClient, grantType: OAuthClient['grantType']): void => {
  if (client.grantType !== grantType) {
    throw new OAuthError(400, 'unauthorized_client', `the client's grant type is ${client.grantType}`);
  }
};

const exchangeCode = (
  { tokens, authorizations, behaviour }: Simulation,
  client: OAuthClient,
  form: ReadonlyMap<string, string>,
): PreparedTokens => {
  const code = form.get('code');
  if (code === undefined || code === '') {
    throw new OAuthError(400, 'invalid_request', 'parameter code is missing');
  }
  requireGrantType(client, 'CODE');
  const presented = authorizations.present({
    client,
    code,
    redirectUri: form.get('redirect_uri'),
    codeVerifier: form.get('code_verifier'),
  });
  if (typeof presented === 'string') {
    throw new OAuthError(400, 'invalid_grant', CODE_PROBLEMS[presented]);
  }
  const prepared = tokens.prepareGrant(client, presented.user, behaviour);
  return {
    ...prepared,
    commit: () => {
      presented.spend();
      prepared.commit();
    },
  };
};

const prepareTokens = (
  simulation: Simulation,
  client: OAuthClient,
  form: ReadonlyMap<string, string>,
): PreparedTokens => {
  const { tokens, behaviour } = simulation;
  if (form.get('grant_type') === 'authorization_code') {
    return exchangeCode(simulation, client, form);
  }
  if (form.get('grant_type') === 'client_credentials') {
    requireGrantType(client, 'CLIENT-CREDENTIALS');
    return tokens.prepareGrant(client, undefined, behaviour);
  }
  const refreshToken = form.get('refresh_token');
  if (refreshToken === undefined || refreshToken === '') {
    throw new OAuthError(400, 'invalid_request', 'parameter refresh_token is missing');
  }
  requireGrantType(client, 'CODE');
  const prepared = tokens.prepareRefresh(client, refreshToken, behaviour);
  if (typeof prepared === 'string') {
    throw new OAuthError(400, 'invalid_grant', REFRESH_PROBLEMS[prepared]);
  }
  return prepared;
};

const checkParameters = (form: ReadonlyMap<string, string>): void => {
  const grantType = form.get('grant_type');
  if (grantType === undefined) {
    throw new OAuthError(400, 'invalid_request', 'parameter grant_type is missing');
  }
  const parameters = Object.hasOwn(GRANT_PARAMETERS, grantType) ? GRANT_PARAMETERS[grantType] : undefined;
  if (parameters === undefined) {
    throw new OAuthError(400, 'unsupported_grant_type', 'the grant type is not supported');
  }
  const allowed = new Set(['grant_type', ...CLIENT_PARAMETERS, ...parameters]);
  for (const name of form.keys()) {
    if (!allowed.has(name)) {
      throw new OAuthError(400, 'invalid_request', `parameter ${name} is unknown for this grant type`);
    }
  }
};

const tokenAnswer = ({ accessToken, refreshToken, expiresInSeconds, commit }: PreparedTokens): Answer => ({
  ...jsonAnswer(
    200,
    {
      access_token: accessToken,
      ...(refreshToken === undefined ? {} : { refresh_token: refreshToken }),
      token_type: 'bearer',
      expires_in: expiresInSeconds,
    },
    { 'cache-control': 'no-store' },
  ),
  commit,
});

/** The token endpoint of `login.<domain>`. */
export const loginRoutes = (simulation: Simulation): readonly Route[] => [
  {
    service: 'login',
    method: 'POST',
    path: '/oauth/token',
    handle(request) {
      const form = parseForm(request);
      checkParameters(form);
      const client = authenticateClient(simulation, clientCredentials(request, form));
      return tokenAnswer(prepareTokens(simulation, client, form));
    },
  },
];
