import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as v from 'valibot';
import type { RuntimeError } from './invocation';

/** An invocation as the Runtime API hands it over. */
export interface RuntimeInvocation {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The Runtime API as one container sees it. */
export interface RuntimeApiClient {
  /** Waits until there is work; for ever where none comes. */
  next(): Promise<RuntimeInvocation>;
  /** Takes a handler's answer. False where no such invocation runs. */
  succeed(requestId: string, body: string): boolean;
  /** Takes an error; `exits` where the process ends itself now. False where no such invocation runs. */
  fail(requestId: string, error: RuntimeError, exits: boolean): boolean;
  failInit(error: RuntimeError): void;
}

const BASE = '/2018-06-01/runtime';
const INVOCATION_PATH = new RegExp(`^${BASE}/invocation/([^/]+)/(response|error)$`);

const PostedError = v.object({
  errorType: v.fallback(v.string(), 'Unknown'),
  errorMessage: v.fallback(v.string(), ''),
  trace: v.fallback(v.array(v.string()), []),
});

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
};

const parseError = (body: string): RuntimeError => {
  try {
    return v.parse(PostedError, JSON.parse(body));
  } catch {
    return {
      errorType: 'Unknown',
      errorMessage: 'the runtime posted an error that is no JSON object',
      trace: [],
    };
  }
};

const answer = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
};

const refuse = (response: ServerResponse, status: number, errorType: string, errorMessage: string): void =>
  answer(response, status, { errorType, errorMessage });

/**
 * The Lambda Runtime API for every container of a host, on 127.0.0.1.
 *
 * On Lambda each container has one of its own; here a header says which container asks.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
 */
export class RuntimeApi {
  readonly #server: Server;
  readonly #clients = new Map<string, RuntimeApiClient>();
  /** `host:port`. */
  readonly address: string;

  private constructor(server: Server) {
    this.#server = server;
    const address = server.address();
    if (address === null || typeof address === 'string') {
      throw new Error('the Runtime API listens on no port');
    }
    this.address = `127.0.0.1:${address.port}`;
    server.on('request', (request, response) => {
      this.#route(request, response).catch(() => response.destroy());
    });
  }

  static async start(): Promise<RuntimeApi> {
    // A handler may run for minutes between two requests on one connection: no time limit fits.
    const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return new RuntimeApi(server);
  }

  register(containerId: string, client: RuntimeApiClient): void {
    this.#clients.set(containerId, client);
  }

  unregister(containerId: string): void {
    this.#clients.delete(containerId);
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const client = this.#clients.get(String(request.headers['local-container-id']));
    if (client === undefined) {
      refuse(
        response,
        403,
        'UnknownContainer',
        'the header Local-Container-Id names no container of this host',
      );
      return;
    }
    const route = `${request.method} ${request.url}`;
    if (route === `GET ${BASE}/invocation/next`) {
      const { headers, body } = await client.next();
      response.writeHead(200, { 'Content-Type': 'application/json', ...headers }).end(body);
      return;
    }
    if (route === `POST ${BASE}/init/error`) {
      client.failInit(parseError(await readBody(request)));
      answer(response, 202, { status: 'OK' });
      return;
    }
    const [, requestId, kind] = (request.method === 'POST' && INVOCATION_PATH.exec(request.url ?? '')) || [];
    if (requestId === undefined) {
      refuse(response, 404, 'UnknownOperation', `the Runtime API has no ${route}`);
      return;
    }
    const body = await readBody(request);
    const accepted =
      kind === 'response'
        ? client.succeed(requestId, body)
        : client.fail(requestId, parseError(body), request.headers['local-runtime-exits'] === 'true');
    if (accepted) {
      answer(response, 202, { status: 'OK' });
    } else {
      refuse(response, 400, 'InvalidRequestID', `no invocation ${requestId} runs in this container`);
    }
  }
}
