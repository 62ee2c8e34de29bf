import type { Simulation } from '../simulation';
import type { Arrival, Route, ServiceManners, SimulatorRequest } from './answer';
import { bearerToken } from './api-route';
import { MediaError } from './media-error';
import { OAuthError } from './oauth-error';
import { PlatformError } from './platform-error';

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
      headers: { 'retry-after': String(resetSeconds) },
    },
  );
  return { headers, refusal };
};

const apiManners = (simulation: Simulation): ServiceManners => ({
  service: 'api',
  refusal: (status, message, code, headers = {}) => new PlatformError(status, code, message, { headers }),
  arrived: (request) => arriveAtApi(simulation, request),
});

const OAUTH_CODES: Readonly<Record<number, string>> = {
  400: 'invalid_grant',
  401: 'invalid_client',
  404: 'not_found',
  405: 'invalid_request',
  413: 'invalid_request',
  429: 'too_many_requests',
  503: 'temporarily_unavailable',
};

const loginManners: ServiceManners = {
  service: 'login',
  refusal: (status, message, code = OAUTH_CODES[status] ?? 'server_error', headers = {}) =>
    new OAuthError(status, code, message, headers),
  arrived: ({ correlationId }) => ({ headers: { 'inin-correlation-id': correlationId } }),
};

const mediaManners = (simulation: Simulation): ServiceManners => ({
  service: 'media',
  refusal: (status, message, code, headers = {}) => new MediaError(status, code, message, headers),
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
