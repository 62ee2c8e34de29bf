import type { AuthorizationRequest, AuthorizationSession } from '../../organization/authorization-store';
import type { Simulation } from '../../simulation';
import { type Answer, emptyAnswer, type Route, type SimulatorRequest } from '../answer';
import { parseForm } from '../form';
import { authorizationErrorPage, consentPage, loginPage } from './authorize-pages';

/** Parameters of the authorization page that the simulator knows; any other is refused. */
const PARAMETERS: ReadonlySet<string> = new Set([
  'response_type',
  'client_id',
  'redirect_uri',
  'state',
  'code_challenge',
  'code_challenge_method',
]);

/** Base64url of a SHA-256 (RFC 7636, section 4.2). */
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

/** Sends the browser back to the client (RFC 6749, sections 4.1.2 and 4.1.2.1). */
const backToClient = (
  { redirectUri, state }: Pick<AuthorizationRequest, 'redirectUri' | 'state'>,
  parameters: Readonly<Record<string, string>>,
): Answer => {
  const url = new URL(redirectUri);
  for (const [name, value] of Object.entries({ ...parameters, ...(state === undefined ? {} : { state }) })) {
    url.searchParams.set(name, value);
  }
  return emptyAnswer(303, { location: url.href, 'cache-control': 'no-store' });
};

/** Why the parameters of a request cannot be taken; the client is told by the browser. */
const refusalFor = (query: URLSearchParams): { error: string; error_description: string } | undefined => {
  const unknown = [...query.keys()].find((name) => !PARAMETERS.has(name));
  if (unknown !== undefined) {
    return { error: 'invalid_request', error_description: `parameter ${unknown} is unknown` };
  }
  if (query.get('response_type') !== 'code') {
    return { error: 'unsupported_response_type', error_description: 'response_type must be code' };
  }
  const challenge = query.get('code_challenge');
  const method = query.get('code_challenge_method');
  const isPlainOrBroken = challenge !== null && (method !== 'S256' || !CHALLENGE.test(challenge));
  return isPlainOrBroken || (challenge === null && method !== null)
    ? {
        error: 'invalid_request',
        error_description: 'code_challenge must be 43 characters of base64url, code_challenge_method S256',
      }
    : undefined;
};

const beginLogin = (simulation: Simulation, { query }: SimulatorRequest): Answer => {
  const { organization, authorizations } = simulation;
  const repeated = [...query.keys()].find((name) => query.getAll(name).length > 1);
  const client = organization.oauthClients.find(query.get('client_id') ?? '');
  const redirectUri = query.get('redirect_uri') ?? '';
  // Whoever sent the browser here cannot be trusted with it yet, so these are told to the person only.
  if (repeated !== undefined) {
    return authorizationErrorPage(`parameter ${repeated} is given more than once`);
  }
  if (client === undefined || client.state !== 'active') {
    return authorizationErrorPage('invalid_client: no active client has this client_id');
  }
  if (!client.redirectUris.includes(redirectUri)) {
    return authorizationErrorPage(
      'redirect_uri mismatch: it is not among the authorized redirect URIs of the client',
    );
  }
  const state = query.get('state') ?? undefined;
  const refusal =
    client.grantType === 'CODE'
      ? refusalFor(query)
      : { error: 'unauthorized_client', error_description: 'the client does not have the code grant' };
  if (refusal !== undefined) {
    return backToClient({ redirectUri, state }, refusal);
  }
  const session = authorizations.prepareSession({
    client,
    redirectUri,
    state,
    codeChallenge: query.get('code_challenge') ?? undefined,
  });
  return { ...loginPage(session.id), commit: () => authorizations.keep(session) };
};

const ENDED = 'this login has ended or was never begun; start again';

const logIn = ({ organization, authorizations }: Simulation, request: SimulatorRequest): Answer => {
  const form = parseForm(request);
  const session = authorizations.find(form.get('session') ?? '');
  if (session === undefined) {
    return authorizationErrorPage(ENDED);
  }
  const user = organization.users
    .all()
    .find(({ email, password }) => email === form.get('email') && password === form.get('password'));
  if (user === undefined) {
    return loginPage(session.id, 'The email address or password is wrong.');
  }
  return {
    ...consentPage(session.id, session.request.client, user),
    commit: () => {
      session.user = user;
    },
  };
};

const decide = (simulation: Simulation, request: SimulatorRequest): Answer => {
  const { authorizations, behaviour } = simulation;
  const form = parseForm(request);
  const session: AuthorizationSession | undefined = authorizations.find(form.get('session') ?? '');
  if (session?.user === undefined) {
    return authorizationErrorPage(ENDED);
  }
  if (form.get('decision') !== 'allow') {
    return {
      ...backToClient(session.request, {
        error: 'access_denied',
        error_description: 'the person did not allow the client',
      }),
      commit: () => authorizations.end(session),
    };
  }
  const { code, commit } = authorizations.prepareCode(session, session.user, behaviour);
  return {
    ...backToClient(session.request, { code }),
    commit: () => {
      authorizations.end(session);
      commit();
    },
  };
};

/** The pages of `login.<domain>` that a person sees: login, then consent, then back to the client. */
export const authorizeRoutes = (simulation: Simulation): readonly Route[] => [
  {
    service: 'login',
    method: 'GET',
    path: '/oauth/authorize',
    handle: (request) => beginLogin(simulation, request),
  },
  { service: 'login', method: 'POST', path: '/oauth/login', handle: (request) => logIn(simulation, request) },
  {
    service: 'login',
    method: 'POST',
    path: '/oauth/consent',
    handle: (request) => decide(simulation, request),
  },
];
