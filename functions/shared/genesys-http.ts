import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import fetch, { FetchError } from 'node-fetch';
import * as v from 'valibot';
import { ClassifiedError } from './errors';
import type { GenesysRegion } from './genesys-region';

/** Where Genesys Cloud answers. Bearer tokens and client credentials go to these two origins and nowhere else. */
export interface GenesysOrigins {
  readonly api: string;
  readonly login: string;
}

/** The origins of a region, or those that stand for them in local runs. */
export const genesysOrigins = (settings: {
  readonly GENESYS_REGION: GenesysRegion;
  readonly GENESYS_API_ORIGIN?: string | undefined;
  readonly GENESYS_LOGIN_ORIGIN?: string | undefined;
}): GenesysOrigins => ({
  api: settings.GENESYS_API_ORIGIN ?? `https://api.${settings.GENESYS_REGION.domain}`,
  login: settings.GENESYS_LOGIN_ORIGIN ?? `https://login.${settings.GENESYS_REGION.domain}`,
});

/** A request to Genesys Cloud. */
export interface GenesysRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds for the whole exchange, body included. */
  readonly timeoutMs: number;
  /**
   * Reuse a connection. A reused one can die as the request goes out, which leaves open whether Genesys got it, so a
   * request that must not be sent twice takes a fresh one.
   *
   * @default true
   */
  readonly keepAlive?: boolean;
}

/** The state of the rate limit that an answer counts against, from Genesys' `inin-ratelimit-*` headers. */
export interface RateLimit {
  readonly count: number;
  readonly allowed: number;
  readonly resetSeconds: number;
}

/** An answer of Genesys Cloud, whatever its status. */
export interface GenesysAnswer {
  readonly status: number;
  /** The parsed JSON body; `undefined` where there was none or it was not JSON. */
  readonly body: unknown;
  /** The error code: `code` of a platform error, `error` of the token endpoint; `undefined` where the body names none. */
  readonly errorCode: string | undefined;
  /** Genesys' own id of the exchange, for its support. */
  readonly correlationId: string | undefined;
  readonly rateLimit: RateLimit | undefined;
  /** The raw `Retry-After` header. */
  readonly retryAfter: string | undefined;
  /** When Genesys says that it answered; guards against a wrong local clock. */
  readonly date: string | undefined;
}

/** No answer came: the connection failed, broke, or took too long. */
export class GenesysUnreachableError extends ClassifiedError {
  readonly kind = 'TemporarilyUnavailable';
  /** The host that was asked. */
  readonly host: string;
  /** The system's word for what happened, for example `ECONNREFUSED` or `TIMEOUT`. */
  readonly reason: string;
  /** Whether Genesys may have received the request, and so may have acted on it. */
  readonly mayHaveArrived: boolean;

  constructor(host: string, reason: string, mayHaveArrived: boolean) {
    super(
      `no answer from ${host} (${reason}; the request ${mayHaveArrived ? 'may have arrived' : 'was not sent'}); ` +
        'it is tried again',
    );
    this.host = host;
    this.reason = reason;
    this.mayHaveArrived = mayHaveArrived;
  }
}

/** JSON answers are small; a listing page of 100 voicemails stays well under this. */
const MAXIMUM_BODY_BYTES = 16 * 1024 * 1024;

const CONNECTION_NEVER_MADE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
]);

const keptAlive = {
  'http:': new HttpAgent({ keepAlive: true }),
  'https:': new HttpsAgent({ keepAlive: true }),
};
const fresh = { 'http:': new HttpAgent(), 'https:': new HttpsAgent() };

const agentOf = (url: URL, keepAlive: boolean): HttpAgent | HttpsAgent =>
  (keepAlive ? keptAlive : fresh)[url.protocol === 'http:' ? 'http:' : 'https:'];

const word = v.fallback(v.nullish(v.string()), null);
const errorBody = v.object({ code: word, error: word });

/** Error codes are dotted lower-case words; anything else may echo what was sent, and must not reach a log. */
const ERROR_CODE = /^[a-z][a-z0-9._-]{0,99}$/i;

const errorCodeOf = (body: unknown): string | undefined => {
  const parsed = v.safeParse(errorBody, body);
  const code = parsed.success ? (parsed.output.code ?? parsed.output.error) : undefined;
  return typeof code === 'string' && ERROR_CODE.test(code) ? code : undefined;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const CORRELATION_ID = /^[\w-]{1,100}$/;

const rateLimitOf = (header: (name: string) => string | null): RateLimit | undefined => {
  const [count, allowed, resetSeconds] = ['count', 'allowed', 'reset'].map((part) => {
    const text = header(`inin-ratelimit-${part}`);
    return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
  });
  return count === undefined || allowed === undefined || resetSeconds === undefined
    ? undefined
    : { count, allowed, resetSeconds };
};

const reasonOf = (error: unknown): string => {
  if (error instanceof Error && error.name === 'AbortError') {
    return 'TIMEOUT';
  }
  if (error instanceof FetchError) {
    return error.code ?? error.type;
  }
  return error instanceof Error ? error.name : 'UNKNOWN';
};

/**
 * Sends one request to Genesys Cloud and reads the whole JSON answer. Any status is an answer; nothing is retried here.
 *
 * Redirects are not followed: a token must not travel to where an answer points.
 *
 * @throws GenesysUnreachableError when no whole answer came.
 */
export const requestGenesys = async (request: GenesysRequest): Promise<GenesysAnswer> => {
  const { url, timeoutMs, keepAlive = true } = request;
  try {
    const response = await fetch(url, {
      method: request.method,
      headers: { accept: 'application/json', ...request.headers },
      ...(request.body === undefined ? {} : { body: request.body }),
      redirect: 'manual',
      size: MAXIMUM_BODY_BYTES,
      signal: AbortSignal.timeout(timeoutMs),
      agent: agentOf(url, keepAlive),
    });
    const body = parseJson(await response.text());
    const header = (name: string) => response.headers.get(name);
    const correlationId = header('genesys-correlation-id') ?? header('inin-correlation-id');
    return {
      status: response.status,
      body,
      errorCode: errorCodeOf(body),
      correlationId: correlationId !== null && CORRELATION_ID.test(correlationId) ? correlationId : undefined,
      rateLimit: rateLimitOf(header),
      retryAfter: header('retry-after') ?? undefined,
      date: header('date') ?? undefined,
    };
  } catch (error) {
    const reason = reasonOf(error);
    throw new GenesysUnreachableError(url.host, reason, !CONNECTION_NEVER_MADE.has(reason));
  }
};
