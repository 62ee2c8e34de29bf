import type { Agent } from 'node:http';
import fetch, { FetchError, type Response } from 'node-fetch';
import { parseRetryAfterMs } from '../shared/retry-after';
import type { Deadline } from './deadline';
import { OutOfTimeError, PermanentFailureError, TemporaryError } from './errors';
import { allowedMediaUrl, type MediaHostPolicy } from './media-host';

/** What a download needs. Times are in milliseconds. */
export interface DownloadOptions {
  readonly hosts: MediaHostPolicy;
  readonly agentOf: (url: URL) => Agent;
  /** How long a host may send nothing. */
  readonly idleTimeoutMs: number;
  /** Larger recordings are refused. */
  readonly maximumBytes: number;
  readonly deadline: Deadline;
}

/** A download that has begun. */
export interface Media {
  /** What the host says; `undefined` where it does not. */
  readonly lengthBytes: number | undefined;
  /** The bytes; throws where they are not all there. To be read once. */
  readonly chunks: AsyncIterable<Buffer>;
}

/** The download failed in a way that a fresh URL or a fresh connection may mend at once. */
export class MediaInterruptedError extends TemporaryError {
  /** Whether another try makes sense within this call; a host that says nothing has had its time already. */
  readonly isWorthRetrying: boolean;

  constructor(message: string, isWorthRetrying: boolean, atLeastMs = 0) {
    super(message, atLeastMs);
    this.isWorthRetrying = isWorthRetrying;
  }
}

/** The media host refuses the signed URL: it has expired, as far as we can know. */
export class MediaUrlExpiredError extends TemporaryError {}

/** The audio is not there, or there is nothing in it. */
export class MediaMissingError extends TemporaryError {}

const MAXIMUM_REDIRECTS = 3;
/** An error page that calls itself a success. Genesys documents no types, so the others are not judged. */
const NOT_AUDIO = /^text\/|[/+](?:json|xml|html)\b/i;
const CONTENT_LENGTH = /^\d{1,15}$/;

/** Ends a request when the host is silent for too long, or the function must stop. */
class Watch {
  readonly #abort = new AbortController();
  readonly #stop: NodeJS.Timeout;
  readonly #idle: NodeJS.Timeout;
  #isListening = true;
  #reason: 'silence' | 'deadline' | undefined;

  constructor({ idleTimeoutMs, deadline }: DownloadOptions) {
    this.#idle = setTimeout(() => {
      if (this.#isListening) {
        this.#end('silence');
      }
    }, idleTimeoutMs);
    this.#stop = setTimeout(() => this.#end('deadline'), deadline.remainingMs());
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** From now on the host must say something. One timer for all chunks: a new one for each costs 0.3 ms of CPU per MB. */
  listen(): void {
    this.#isListening = true;
    this.#idle.refresh();
  }

  /** We are busy: the host is not asked for anything. */
  pause(): void {
    this.#isListening = false;
  }

  /** Ends the watch and, where it is still open, the connection. */
  close(): void {
    clearTimeout(this.#idle);
    clearTimeout(this.#stop);
    this.#abort.abort();
  }

  /** What an error means that came while this watch was on. */
  explain(error: unknown): Error {
    if (error instanceof PermanentFailureError || error instanceof TemporaryError) {
      return error;
    }
    if (this.#reason === 'deadline') {
      return new OutOfTimeError();
    }
    if (this.#reason === 'silence') {
      return new MediaInterruptedError('the media host fell silent; the download is tried again', false);
    }
    const reason = error instanceof FetchError ? (error.code ?? error.type) : 'cut off';
    return new MediaInterruptedError(`the download broke (${reason}); it is tried again`, true);
  }

  #end(reason: 'silence' | 'deadline'): void {
    this.#reason = reason;
    this.#abort.abort();
  }
}

const refuse = (response: Response): Error => {
  const { status } = response;
  if (status === 401 || status === 403) {
    return new MediaUrlExpiredError(
      `the media host refused the signed URL (${status}); a new one is asked for`,
    );
  }
  if (status === 404 || status === 410) {
    return new MediaMissingError(`the media host has no audio yet (${status})`);
  }
  const retryAfterMs = parseRetryAfterMs(response.headers.get('retry-after') ?? undefined, Date.now()) ?? 0;
  return new MediaInterruptedError(
    `the media host answered ${status}; the download is tried again`,
    retryAfterMs <= 1000,
    retryAfterMs,
  );
};

const tooLarge = (maximumBytes: number): PermanentFailureError =>
  new PermanentFailureError(
    'TOO_LARGE',
    `the recording is larger than ${maximumBytes} bytes; raise the limit, then redrive`,
  );

const inspect = (response: Response, maximumBytes: number): number | undefined => {
  if (response.status !== 200) {
    throw refuse(response);
  }
  // Bytes that were packed on the way are not the recording's, and unpacking them is how a small body becomes a bomb.
  const coding = response.headers.get('content-encoding') ?? 'identity';
  if (coding.toLowerCase() !== 'identity') {
    throw new MediaInterruptedError('the media host sent a packed body, which was not asked for', false);
  }
  if (NOT_AUDIO.test(response.headers.get('content-type') ?? '')) {
    throw new MediaInterruptedError('the media host sent a page instead of audio', true);
  }
  const length = response.headers.get('content-length') ?? '';
  const lengthBytes = CONTENT_LENGTH.test(length) ? Number(length) : undefined;
  if (lengthBytes === 0) {
    throw new MediaMissingError('the media host sent an empty recording');
  }
  if (lengthBytes !== undefined && lengthBytes > maximumBytes) {
    throw tooLarge(maximumBytes);
  }
  return lengthBytes;
};

async function* read(
  response: Response,
  watch: Watch,
  lengthBytes: number | undefined,
  maximumBytes: number,
): AsyncGenerator<Buffer, void, undefined> {
  let receivedBytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
      watch.pause();
      receivedBytes += bytes.length;
      if (receivedBytes > maximumBytes) {
        throw tooLarge(maximumBytes);
      }
      yield bytes;
      watch.listen();
    }
    // Node ends a cut body with an error by itself; node-fetch does not promise that it arrives here.
    if (lengthBytes !== undefined && receivedBytes !== lengthBytes) {
      throw new MediaInterruptedError('the download ended before its announced length', true);
    }
    if (receivedBytes === 0) {
      throw new MediaMissingError('the media host sent an empty recording');
    }
  } catch (error) {
    throw watch.explain(error);
  } finally {
    watch.close();
  }
}

/**
 * Begins the download of a voicemail's audio from a signed URL.
 *
 * No credential of ours ever goes along: the URL carries its own, and whoever serves it must not see another.
 *
 * @throws PermanentFailureError where a host is not allowed (`FORBIDDEN_HOST`) or the recording too large (`TOO_LARGE`).
 * @throws MediaUrlExpiredError, MediaMissingError, MediaInterruptedError for what may be different the next time.
 */
export const downloadMedia = async (signedUrl: string, options: DownloadOptions): Promise<Media> => {
  let url = allowedMediaUrl(signedUrl, options.hosts);
  for (let redirects = 0; ; redirects += 1) {
    const watch = new Watch(options);
    try {
      const response = await fetch(url, {
        headers: { accept: '*/*', 'accept-encoding': 'identity' },
        redirect: 'manual',
        compress: false,
        agent: options.agentOf,
        signal: watch.signal,
      });
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null) {
        watch.listen();
        const lengthBytes = inspect(response, options.maximumBytes);
        return { lengthBytes, chunks: read(response, watch, lengthBytes, options.maximumBytes) };
      }
      if (redirects === MAXIMUM_REDIRECTS) {
        throw new PermanentFailureError(
          'FORBIDDEN_HOST',
          `the media URL redirects more than ${MAXIMUM_REDIRECTS} times`,
        );
      }
      url = allowedMediaUrl(location, options.hosts, url);
      watch.close();
    } catch (error) {
      watch.close();
      throw watch.explain(error);
    }
  }
};
