import { type Agent, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { retryAfterMsOf } from '../../shared/retry-after';
import type { MoveVoicemailToS3Settings } from '../contract/environment';
import type { Deadline } from '../deadline';
import { PermanentFailureError } from '../errors';
import { allowedMediaUrl, type MediaHostPolicy } from './allowed-hosts';
import { MediaBody } from './body';
import {
  MediaInterruptedError,
  MediaMissingError,
  MediaRefusedError,
  MediaUrlExpiredError,
  tooLarge,
} from './media-errors';
import { MediaWatch } from './watch';

/** A download that has begun. */
export interface Media {
  /** As the host announces it; `undefined` where it does not. */
  readonly lengthBytes: number | undefined;
  readonly body: Pick<MediaBody, 'fill' | 'close'>;
}

const MAXIMUM_REDIRECTS = 3;
/** Codings that pack a body. Hosts and S3 also send empty ones, `aws-chunked` or a charset, which change nothing. */
const PACKINGS = /^(?:x-)?(?:gzip|deflate|compress|br|zstd|dcb|dcz)$/i;
const CONTENT_LENGTH = /^\d{1,15}$/;

/** Ends a connection that is not made within `timeoutMs`. */
const limitConnecting = <Socket extends Duplex | null | undefined>(
  socket: Socket,
  connected: 'connect' | 'secureConnect',
  timeoutMs: number,
): Socket => {
  if (socket) {
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error('connecting took too long'), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    const settled = () => clearTimeout(timer);
    socket.once(connected, settled).once('close', settled);
  }
  return socket;
};

/** Has every connection that an agent makes given up where it is not made in time. */
const limited = (agent: HttpAgent, connected: 'connect' | 'secureConnect', timeoutMs: number): HttpAgent => {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) =>
    limitConnecting(connect(options, callback), connected, timeoutMs);
  return agent;
};

/**
 * The connections to media hosts: kept alive, and given up where one is not made within `connectTimeoutMs`.
 *
 * @returns the agent for a URL
 */
const mediaAgents = (connectTimeoutMs: number): ((url: URL) => HttpAgent) => {
  const agents = {
    http: limited(new HttpAgent({ keepAlive: true }), 'connect', connectTimeoutMs),
    https: limited(new HttpsAgent({ keepAlive: true }), 'secureConnect', connectTimeoutMs),
  };
  return (url) => (url.protocol === 'http:' ? agents.http : agents.https);
};

/**
 * Sends a GET and awaits the head of its answer, which no one has begun to read.
 *
 * Node's own client and not node-fetch, which hands every chunk through another stream: a sixth of the CPU of a voicemail of
 * 1 MB. What node-fetch does beside it, redirects and unpacking, is not wanted here.
 */
const get = (url: URL, agent: Agent, signal: AbortSignal): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = url.protocol === 'http:' ? httpRequest : httpsRequest;
    const headers = { accept: '*/*', 'accept-encoding': 'identity' };
    request(url, { agent, signal, headers }, resolve)
      .on('error', reject)
      // Whatever Node makes of an answer, a request ends: it closes one that switches protocols (101), and tells nobody else.
      .on('close', () => reject(new MediaInterruptedError('the media host gave no answer', true)))
      .end();
  });

const refuse = ({ statusCode = 0, headers }: IncomingMessage): Error => {
  const answered = `the media host answered ${statusCode}`;
  switch (statusCode) {
    // S3 says 400 of some expired tokens.
    case 400:
    case 401:
    case 403:
      return new MediaUrlExpiredError(`${answered} to the signed URL; a new one is asked for`);
    case 202:
    case 204:
    case 404:
    case 410:
      return new MediaMissingError(`${answered}: there is no audio yet`);
    default: {
      const { 'retry-after': retryAfter, date } = headers;
      const retryAfterMs = retryAfterMsOf({ retryAfter, date }, Date.now()) ?? 0;
      const isPassing = statusCode >= 500 || statusCode === 408 || statusCode === 429;
      return isPassing
        ? new MediaInterruptedError(
            `${answered}; the download is tried again`,
            retryAfterMs <= 1000,
            retryAfterMs,
          )
        : new MediaRefusedError(`${answered}; the download is tried again`);
    }
  }
};

const isPacked = (coding: string): boolean => coding.split(',').some((one) => PACKINGS.test(one.trim()));

const inspect = (
  response: IncomingMessage,
  { AUDIO_FORMAT, MAXIMUM_AUDIO_BYTES: maximumBytes }: MoveVoicemailToS3Settings,
): number | undefined => {
  if (response.statusCode !== 200) {
    throw refuse(response);
  }
  const { headers } = response;
  // Packed bytes are no audio of a known format, whatever the header says of them. Of an unknown one only the header tells.
  if (AUDIO_FORMAT === 'NONE' && isPacked(headers['content-encoding'] ?? '')) {
    throw new MediaRefusedError('the media host sent a packed body, which was not asked for');
  }
  const length = headers['content-length'] ?? '';
  const lengthBytes = CONTENT_LENGTH.test(length) ? Number(length) : undefined;
  if (lengthBytes === 0) {
    throw new MediaMissingError('the media host sent an empty recording');
  }
  if (lengthBytes !== undefined && lengthBytes > maximumBytes) {
    throw tooLarge(maximumBytes);
  }
  return lengthBytes;
};

/** Lives as long as the container: connections to media hosts, and the memory that recordings pass through. */
export class Downloads {
  /** One recording at a time passes through it. */
  readonly memory: Buffer;
  readonly #settings: MoveVoicemailToS3Settings;
  readonly #hosts: MediaHostPolicy;
  readonly #agentOf: (url: URL) => Agent;

  constructor(settings: MoveVoicemailToS3Settings, memoryBytes: number) {
    this.memory = Buffer.allocUnsafeSlow(memoryBytes);
    this.#settings = settings;
    this.#hosts = {
      origins: settings.GENESYS_MEDIA_ORIGINS,
      hosts: settings.MEDIA_HOSTS,
      region: settings.GENESYS_REGION,
    };
    this.#agentOf = mediaAgents(settings.MEDIA_CONNECT_TIMEOUT_MS);
  }

  /**
   * Begins the download of a voicemail's audio from a signed URL.
   *
   * No credential of ours ever goes along: the URL carries its own, and whoever serves it must not see another.
   *
   * @throws PermanentFailureError where a host is not allowed (`FORBIDDEN_HOST`) or the recording too large (`TOO_LARGE`).
   * @throws MediaUrlExpiredError, MediaMissingError, MediaRefusedError, MediaInterruptedError for what may be different the next time.
   */
  async begin(signedUrl: string, deadline: Deadline): Promise<Media> {
    const { MEDIA_IDLE_TIMEOUT_MS, MAXIMUM_AUDIO_BYTES: maximumBytes } = this.#settings;
    let url = allowedMediaUrl(signedUrl, this.#hosts);
    for (let redirects = 0; ; redirects += 1) {
      const watch = new MediaWatch(MEDIA_IDLE_TIMEOUT_MS, deadline);
      try {
        const response = await get(url, this.#agentOf(url), watch.signal);
        const { statusCode = 0, headers } = response;
        if (statusCode < 300 || statusCode >= 400 || headers.location === undefined) {
          watch.listen();
          const lengthBytes = inspect(response, this.#settings);
          return { lengthBytes, body: new MediaBody(response, watch, { lengthBytes, maximumBytes }) };
        }
        if (redirects === MAXIMUM_REDIRECTS) {
          throw new PermanentFailureError(
            'FORBIDDEN_HOST',
            `the media URL redirects more than ${MAXIMUM_REDIRECTS} times`,
          );
        }
        url = allowedMediaUrl(headers.location, this.#hosts, url);
        watch.cut();
      } catch (error) {
        watch.cut();
        throw watch.explain(error);
      }
    }
  }
}
