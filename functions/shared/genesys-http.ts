import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { constants, gunzipSync } from 'node:zlib';
import fetch, { FetchError } from 'node-fetch';
import { ConnectionWatch, watchConnections } from './connection-watch';
import { ClassifiedError } from './errors';
import { errorCodeIn } from './genesys-error-code';
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
  /** Milliseconds within which a new connection must be secure. @default `timeoutMs` */
  readonly connectTimeoutMs?: number;
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
  /** The error code, wherever in the body it stands; `undefined` where there is none, or it is none that may be told. */
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

const keptAlive = {
  'http:': watchConnections(new HttpAgent({ keepAlive: true })),
  'https:': watchConnections(new HttpsAgent({ keepAlive: true })),
};
const fresh = { 'http:': watchConnections(new HttpAgent()), 'https:': watchConnections(new HttpsAgent()) };

const agentOf = (url: URL, keepAlive: boolean): HttpAgent | HttpsAgent =>
  (keepAlive ? keptAlive : fresh)[url.protocol === 'http:' ? 'http:' : 'https:'];

/** Begins what gzip packs (RFC 1952, section 2.3.1), and no JSON. Proxies pack without saying so, and say so of what is plain. */
const GZIP = Buffer.from([0x1f, 0x8b]);

const unpacked = (body: Buffer): Buffer =>
  body.subarray(0, GZIP.length).equals(GZIP)
    ? gunzipSync(body, { maxOutputLength: MAXIMUM_BODY_BYTES, finishFlush: constants.Z_SYNC_FLUSH })
    : body;

const parseJson = (body: Buffer): unknown => {
  try {
    // The decoder drops a byte order mark.
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
};

/** A UUID. Anything else may be an echo of a token or a number, and goes to logs. */
const CORRELATION_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

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
  if (error instanceof FetchError) {
    return error.code ?? error.type;
  }
  return error instanceof Error ? error.name : 'UNKNOWN';
};

/** What came of a body, and what broke it off. */
const readBody = async (
  body: NodeJS.ReadableStream | null,
): Promise<{ readonly bytes: Buffer; readonly trouble?: unknown }> => {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of body ?? []) {
      chunks.push(Buffer.from(chunk));
      sizeBytes += chunk.length;
      if (sizeBytes > MAXIMUM_BODY_BYTES) {
        throw new RangeError('the answer is too long');
      }
    }
    return { bytes: Buffer.concat(chunks) };
  } catch (trouble) {
    return { bytes: Buffer.concat(chunks), trouble };
  }
};

const exchange = async (request: GenesysRequest, signal: AbortSignal): Promise<GenesysAnswer> => {
  const { url, keepAlive = true } = request;
  const response = await fetch(url, {
    method: request.method,
    headers: { accept: 'application/json', 'accept-encoding': 'gzip', ...request.headers },
    ...(request.body === undefined ? {} : { body: request.body }),
    redirect: 'manual',
    // What is packed is told by its bytes.
    compress: false,
    signal,
    agent: agentOf(url, keepAlive),
    // A lenient parser is safe on a connection that serves one request: no odd header or chunk costs a pair there.
    insecureHTTPParser: !keepAlive,
  });
  const { bytes, trouble } = await readBody(response.body);
  const body = parseJson(unpacked(bytes));
  // Where only the end is missing, all that is wanted has come.
  if (trouble !== undefined && body === undefined) {
    throw trouble;
  }
  const header = (name: string) => response.headers.get(name);
  const correlationId = header('genesys-correlation-id') ?? header('inin-correlation-id') ?? '';
  return {
    status: response.status,
    body,
    errorCode: errorCodeIn(body, request),
    correlationId: CORRELATION_ID.test(correlationId) ? correlationId : undefined,
    rateLimit: rateLimitOf(header),
    retryAfter: header('retry-after') ?? undefined,
    date: header('date') ?? undefined,
  };
};

/**
 * Sends one request to Genesys Cloud and reads the whole JSON answer. Any status is an answer; nothing is retried here.
 *
 * Redirects are not followed: a token must not travel to where an answer points.
 *
 * @throws GenesysUnreachableError when no whole answer came.
 */
export const requestGenesys = async (request: GenesysRequest): Promise<GenesysAnswer> => {
  const { url, timeoutMs, connectTimeoutMs = timeoutMs } = request;
  const watch = new ConnectionWatch();
  const abort = new AbortController();
  // Timers and not `AbortSignal.any`: Node 20 collects a time limit in it as garbage, which then never ends the request.
  const timers = [
    setTimeout(() => abort.abort(), timeoutMs),
    setTimeout(() => watch.isSecure || abort.abort(), connectTimeoutMs),
  ];
  try {
    return await watch.run(() => exchange(request, abort.signal));
  } catch (error) {
    const reason = abort.signal.aborted ? 'TIMEOUT' : reasonOf(error);
    throw new GenesysUnreachableError(url.host, reason, watch.isSecure);
  } finally {
    timers.forEach(clearTimeout);
  }
};

/** Whether Genesys refused an address that is not on the organization's list "Allowed IP addresses". */
export const isAddressRefused = ({ status, errorCode }: GenesysAnswer): boolean =>
  status === 401 && errorCode === 'ip.not.authorized';

/** Says what to do about {@link isAddressRefused}; every caller's error ends with it. */
export const ADDRESS_REMEDY =
  'the organization\'s "Allowed IP addresses" in Genesys Cloud lack the address that was used, which no login mends: give ' +
  'the functions a fixed address (a VPC with a NAT gateway) and add it to that list';
