import type { Simulation } from '../simulation';
import type { Arrival, Route, ServiceManners, SimulatorRequest } from './answer';
import { bearerToken } from './api-route';
import { MediaError } from './media-error';
import { OAuthError } from './oauth-error';
import {
  PlatformError,
  badRequest as platformBadRequest,
  notFound as platformNotFound,
} from './platform-error';

const retryAfter = (seconds: number | undefined): Record<string, string> =>
  seconds === undefined ? {} : { 'retry-after': String(seconds) };

const INJECTED = 'this fault was injected';

const RATE_LIMIT_KEY = 'token.rate.per.minute';

/** Source of the headers: the official SDKs, which read them from every answer. */
const arriveAtApi = (simulation: Simulation, request: SimulatorRequest): Arrival => {
  const { counters, behaviour, tokens, rateLimiter } = simulation;
  const correlation = { 'inin-correlation-id': request.correlationId };
  const allowed = behaviour.requestsPerMinute;
  const value = bearerToken(request);
  if (value !== undefined) {
    counters.requestWithToken(value);
  }
  const token = value === undefined ? undefined : tokens.live(value, behaviour);
  if (token === undefined) {
    return {
      headers: {
        ...correlation,
        'inin-ratelimit-count': '0',
        'inin-ratelimit-allowed': String(allowed),
        'inin-ratelimit-reset': '60',
      },
    };
  }
  const { count, resetSeconds, exceeded } = rateLimiter.hit(token.value, allowed);
  const headers = {
    ...correlation,
    'inin-ratelimit-count': String(count),
    'inin-ratelimit-allowed': String(allowed),
    'inin-ratelimit-reset': String(resetSeconds),
  };
  if (!exceeded) {
    return { headers };
  }
  counters.requestOverRateLimit();
  const refusal = new PlatformError(
    429,
    'too.many.requests.retry.after',
    `the token is over its ${allowed} requests a minute; try again in ${resetSeconds} seconds`,
    {
      messageParams: { rateLimit: String(allowed), retryAfter: String(resetSeconds) },
      limit: { key: RATE_LIMIT_KEY, namespace: 'platform.api', value: allowed },
      headers: retryAfter(resetSeconds),
    },
  );
  return { headers, refusal };
};

const apiManners = (simulation: Simulation): ServiceManners => ({
  service: 'api',
  notFound: () => platformNotFound('the resource'),
  methodNotAllowed: () => new PlatformError(405, undefined, 'the resource does not take this method'),
  bodyTooLarge: () => new PlatformError(413, undefined, 'the request is larger than 512000 bytes'),
  badRequest: platformBadRequest,
  failure: () => new PlatformError(500, undefined, 'the simulator failed'),
  injected: (status, code, seconds) =>
    new PlatformError(status, code, INJECTED, { headers: retryAfter(seconds) }),
  arrived: (request) => arriveAtApi(simulation, request),
});

const OAUTH_CODES: Readonly<Record<number, string>> = {
  400: 'invalid_grant',
  401: 'invalid_client',
  429: 'too_many_requests',
  503: 'temporarily_unavailable',
};

const loginManners: ServiceManners = {
  service: 'login',
  notFound: () => new OAuthError(404, 'not_found', 'there is nothing here'),
  methodNotAllowed: () => new OAuthError(405, 'invalid_request', 'the endpoint does not take this method'),
  bodyTooLarge: () => new OAuthError(413, 'invalid_request', 'the request is larger than 512000 bytes'),
  badRequest: (message) => new OAuthError(400, 'invalid_request', message),
  failure: () => new OAuthError(500, 'server_error', 'the simulator failed'),
  injected: (status, code, seconds) =>
    new OAuthError(status, code ?? OAUTH_CODES[status] ?? 'server_error', INJECTED, retryAfter(seconds)),
  arrived: ({ correlationId }) => ({ headers: { 'inin-correlation-id': correlationId } }),
};

const mediaManners = (simulation: Simulation): ServiceManners => ({
  service: 'media',
  notFound: () => new MediaError(404, undefined, 'there is no such key'),
  methodNotAllowed: () => new MediaError(405, undefined, 'this method is not allowed against this resource'),
  bodyTooLarge: () => new MediaError(413, undefined, 'the request is too large'),
  badRequest: (message) => new MediaError(400, 'InvalidRequest', message),
  failure: () => new MediaError(500, undefined, 'the simulator failed'),
  injected: (status, code, seconds) => new MediaError(status, code, INJECTED, retryAfter(seconds)),
  arrived: ({ headers, correlationId }) => {
    const answerHeaders = { 'x-amz-request-id': correlationId };
    if (headers.authorization === undefined) {
      return { headers: answerHeaders };
    }
    simulation.counters.mediaRequestWithAuthorization();
    const refusal = new MediaError(
      400,
      undefined,
      'a signed URL takes no Authorization header beside its signature',
    );
    return { headers: answerHeaders, refusal };
  },
});

/** How each service counts, refuses and fails. */
export const serviceManners = (
  simulation: Simulation,
): Readonly<Record<Route['service'], ServiceManners>> => ({
  login: loginManners,
  api: apiManners(simulation),
  media: mediaManners(simulation),
});
