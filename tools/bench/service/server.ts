import { randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { audioLayout } from '../../local-cloud/genesys/recordings/audio-containers';
import { ACCESS_TOKEN, genesysAnswer } from './genesys';
import { LeanS3 } from './s3';
import { secretsManagerAnswer } from './secrets-manager';
import { findVoicemail } from './voicemail-id';

/** Requests to the service since the last look. */
export interface ServiceCounts {
  /** Requests to the Genesys Cloud platform API. */
  readonly genesys: number;
  /** Downloads that were begun. */
  readonly media: number;
  readonly s3: number;
  readonly secretsManager: number;
  /** Recordings that arrived in S3 whole. */
  readonly stored: number;
  /** The longest time, in milliseconds, for which a body that was being sent to S3 stood still. */
  readonly longestPauseMs: number;
  /** Requests that were refused: a peer does not do its job. Each in a few words. */
  readonly refused: readonly string[];
}

/** Nothing seen yet. */
const NO_COUNTS: ServiceCounts = {
  genesys: 0,
  media: 0,
  s3: 0,
  secretsManager: 0,
  stored: 0,
  longestPauseMs: 0,
  refused: [],
};

const BLOCK = randomBytes(64 * 1024);
const NOT_FOUND = { code: 'not.found', message: 'the bench has nothing there' };

const sendJson = (response: ServerResponse, status: number, body: object): void => {
  const text = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': text.length }).end(text);
};

/** A WebM whose one block is all that follows: the least that is a recording. */
const headOf = (sizeBytes: number): Buffer => {
  return Buffer.concat(
    audioLayout('WEBM', sizeBytes, Number.POSITIVE_INFINITY).map(({ structure }) => structure),
  );
};

const sendRecording = (response: ServerResponse, sizeBytes: number): void => {
  const head = headOf(sizeBytes);
  let leftBytes = sizeBytes - head.length;
  const fill = (): void => {
    while (leftBytes > 0) {
      const block = leftBytes < BLOCK.length ? BLOCK.subarray(0, leftBytes) : BLOCK;
      leftBytes -= block.length;
      if (!response.write(block)) {
        return;
      }
    }
    response.end();
  };
  response.writeHead(200, { 'content-type': 'audio/webm', 'content-length': sizeBytes });
  response.on('drain', fill);
  response.write(head);
  fill();
};

const readText = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) {
    text += chunk;
  }
  return text;
};

const urlOf = ({ url }: IncomingMessage): URL => new URL(url ?? '/', 'https://bench');

type Counter = Exclude<keyof ServiceCounts, 'refused'>;

/**
 * Where each of the hosts is reached. Four origins, as in the world: with one for all, a peer with a single agent would make one
 * connection in the place of four.
 */
export interface ServiceOrigins {
  readonly genesys: string;
  readonly media: string;
  readonly s3: string;
  readonly secretsManager: string;
}

/** Genesys Cloud, its media host, S3 and Secrets Manager as one lean server: the same answers for every peer. */
export class ServiceServer {
  readonly #s3 = new LeanS3();
  #counts: Record<Counter, number> & { refused: string[] } = { ...NO_COUNTS, refused: [] };

  /** Requests seen since the last call. */
  takeCounts(): ServiceCounts {
    const counts = this.#counts;
    this.#counts = { ...NO_COUNTS, refused: [] };
    return counts;
  }

  /** Handlers of the hosts. */
  listeners(mediaOrigin: () => string): Readonly<Record<keyof ServiceOrigins, RequestListener>> {
    return {
      genesys: (request, response) => this.#answerGenesys(request, response, mediaOrigin()),
      media: (request, response) => this.#answerMedia(request, response),
      s3: (request, response) => this.#answerS3(request, response),
      secretsManager: (request, response) => void this.#answerSecretsManager(request, response),
    };
  }

  #answerGenesys(request: IncomingMessage, response: ServerResponse, mediaOrigin: string): void {
    const url = urlOf(request);
    this.#counts.genesys += 1;
    request.resume();
    if (request.headers.authorization !== `Bearer ${ACCESS_TOKEN}`) {
      this.#refuse(request, 401);
      sendJson(response, 401, { code: 'bad.credentials' });
      return;
    }
    const answer = request.method === 'GET' ? genesysAnswer(url, mediaOrigin) : undefined;
    if (answer === undefined) {
      this.#refuse(request, 404);
    }
    response.setHeader('inin-correlation-id', '00000000-0000-4000-8000-0000000000cc');
    response.setHeader('inin-ratelimit-count', '1');
    response.setHeader('inin-ratelimit-allowed', '300');
    response.setHeader('inin-ratelimit-reset', '60');
    sendJson(response, answer === undefined ? 404 : 200, answer ?? NOT_FOUND);
  }

  #answerMedia(request: IncomingMessage, response: ServerResponse): void {
    this.#counts.media += 1;
    const voicemail = findVoicemail(urlOf(request).pathname);
    if (voicemail === undefined) {
      this.#refuse(request, 404);
      response.writeHead(404).end();
    } else {
      sendRecording(response, voicemail.sizeBytes);
    }
  }

  async #answerSecretsManager(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#counts.secretsManager += 1;
    const target = String(request.headers['x-amz-target']);
    const answer = secretsManagerAnswer(target, await readText(request));
    if (answer === undefined) {
      this.#refuse(request, 400);
    }
    response.setHeader('x-amzn-requestid', '00000000-0000-4000-8000-0000000000dd');
    sendJson(response, answer === undefined ? 400 : 200, answer ?? { __type: 'InvalidRequestException' });
  }

  #answerS3(request: IncomingMessage, response: ServerResponse): void {
    this.#counts.s3 += 1;
    let receivedBytes = 0;
    let lastMs = performance.now();
    const noteTime = (): void => {
      const nowMs = performance.now();
      this.#counts.longestPauseMs = Math.max(this.#counts.longestPauseMs, nowMs - lastMs);
      lastMs = nowMs;
    };
    request.on('data', (chunk: Buffer) => {
      receivedBytes += chunk.length;
      noteTime();
    });
    request.on('end', () => {
      noteTime();
      const { method = 'GET', headers } = request;
      const answer = this.#s3.answer({ method, url: urlOf(request), headers, receivedBytes });
      this.#counts.stored += answer.hasStored ? 1 : 0;
      // The mover looks for a tombstone, and there is none.
      const isAbsent = answer.status === 404 && method === 'HEAD';
      if (answer.status !== 200 && !isAbsent) {
        this.#refuse(request, answer.status);
      }
      const body = answer.body ?? '';
      response.writeHead(answer.status, {
        ...answer.headers,
        'content-length': Buffer.byteLength(body),
        'x-amz-request-id': 'BENCH',
      });
      response.end(body);
    });
  }

  #refuse({ method, url }: IncomingMessage, status: number): void {
    this.#counts.refused.push(`${method} ${url} answered ${status}`);
  }
}
