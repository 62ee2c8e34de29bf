import * as v from 'valibot';
import type { User } from '../organization/organization';
import type { AccessToken } from '../organization/token-store';
import type { Simulation } from '../simulation';
import type { Answer, Route, SimulatorRequest } from './answer';
import { badRequest, PlatformError } from './platform-error';

/** The caller and its parameters. */
export interface ApiCall<Query, Body> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly token: AccessToken;
}

/** Declaration of an API route; all of it is checked before the handler sees a call. */
interface ApiRouteSpec<Query extends Schema, Body extends Schema, Call> {
  readonly method: Route['method'];
  readonly path: string;
  /** The token must have one of these. */
  readonly scopes: readonly string[];
  /** The user, or the client where there is no user, must have it. @default none */
  readonly permission?: string;
  /** Every query parameter that the route takes; see {@link noQuery}. */
  readonly query: Query;
  /** The JSON body; see {@link noBody}. */
  readonly body: Body;
  handle(call: Call & ApiCall<v.InferOutput<Query>, v.InferOutput<Body>>): Answer;
}

type Schema = v.GenericSchema<unknown, unknown>;

/** For a route that takes no query parameter. */
export const noQuery = v.strictObject({});

/** For a route that takes no body. */
export const noBody = v.undefined('this call takes no body');

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const BEARER = /^Bearer ([A-Za-z0-9._~+/-]+=*)$/i;

/** The token that a request presents; `undefined` where it presents none. */
export const bearerToken = ({ headers }: SimulatorRequest): string | undefined =>
  headers.authorization === undefined ? undefined : BEARER.exec(headers.authorization)?.[1];

const authenticate = (simulation: Simulation, request: SimulatorRequest): AccessToken => {
  const value = bearerToken(request);
  if (value === undefined) {
    throw new PlatformError(401, 'authentication.required', 'the request carries no bearer token');
  }
  const token = simulation.tokens.live(value, simulation.behaviour);
  if (token === undefined) {
    throw new PlatformError(401, 'bad.credentials', 'the access token is unknown, expired or revoked');
  }
  return token;
};

const checkScope = ({ client }: AccessToken, scopes: readonly string[]): void => {
  if (!scopes.some((scope) => client.scopes.includes(scope))) {
    throw new PlatformError(
      403,
      'app.not.authorized.for.scope',
      `the OAuth client needs one of these scopes: ${scopes.join(', ')}`,
      { messageParams: { scopes: scopes.join(', ') } },
    );
  }
};

const checkPermission = ({ client, user }: AccessToken, permission: string | undefined): void => {
  const granted = user?.permissions ?? client.permissions;
  if (permission !== undefined && !granted.includes(permission)) {
    throw new PlatformError(403, 'missing.permissions', `the caller lacks the permission ${permission}`, {
      messageParams: { permissions: permission },
    });
  }
};

const checkPath = ({ params }: SimulatorRequest): void => {
  for (const [name, value] of Object.entries(params)) {
    if (!UUID.test(value)) {
      throw badRequest(`path parameter ${name} must be a UUID`);
    }
  }
};

const parse = <S extends Schema>(schema: S, value: unknown, where: string): v.InferOutput<S> => {
  const result = v.safeParse(schema, value);
  if (result.success) {
    return result.output;
  }
  const [issue] = result.issues;
  throw badRequest(`${where} ${v.getDotPath(issue) ?? ''}: ${issue.message}`);
};

const queryRecord = (query: URLSearchParams): Record<string, string> => {
  const names = [...query.keys()];
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) {
    throw badRequest(`query parameter ${repeated} is given more than once`);
  }
  return Object.fromEntries(query);
};

const bodyValue = ({ headers, body }: SimulatorRequest): unknown => {
  // The official SDK names a content type on every call, so one without a body says nothing.
  if (body.length === 0) {
    return undefined;
  }
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';');
  if (mediaType.trim().toLowerCase() !== 'application/json') {
    throw new PlatformError(415, 'unsupported.media.type', 'the body must be application/json');
  }
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw badRequest('the body is not valid JSON');
  }
};

const checkedRoute = <Query extends Schema, Body extends Schema, Call>(
  simulation: Simulation,
  spec: ApiRouteSpec<Query, Body, Call>,
  context: (token: AccessToken) => Call,
): Route => ({
  service: 'api',
  method: spec.method,
  path: spec.path,
  handle(request) {
    const token = authenticate(simulation, request);
    const caller = context(token);
    checkScope(token, spec.scopes);
    checkPermission(token, spec.permission);
    checkPath(request);
    const answer = spec.handle({
      ...caller,
      token,
      params: request.params,
      query: parse(spec.query, queryRecord(request.query), 'query parameter'),
      body: parse(spec.body, bodyValue(request), 'body field'),
    });
    const keepsIdleTime = request.query.get('preserveIdleTTL') === 'true';
    return {
      ...answer,
      commit: () => {
        if (!keepsIdleTime) {
          token.lastUsedAtMs = simulation.clock.now();
        }
        answer.commit?.();
      },
    };
  },
});

/** A route that any token may call. */
export const apiRoute = <Query extends Schema, Body extends Schema>(
  simulation: Simulation,
  spec: ApiRouteSpec<Query, Body, object>,
): Route => checkedRoute(simulation, spec, () => ({}));

/** A route that only a token with a user may call; others are refused with `not.a.user`. */
export const userRoute = <Query extends Schema, Body extends Schema>(
  simulation: Simulation,
  spec: ApiRouteSpec<Query, Body, { readonly user: User }>,
): Route =>
  checkedRoute(simulation, spec, ({ user }) => {
    if (user === undefined) {
      throw new PlatformError(400, 'not.a.user', 'this call needs a token with a user behind it');
    }
    return { user };
  });
