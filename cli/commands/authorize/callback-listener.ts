import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { errorCodeOf, OperatorError } from '../../errors';
import { type EndPage, PAGE_HEADERS, renderEndPage } from './end-page';

/** Where the browser comes back to. Part of the OAuth client's registration at Genesys, so it does not change. */
export const REDIRECT = { host: '127.0.0.1', defaultPort: 8765, path: '/callback' } as const;

/** The redirect URI that the OAuth client has to know, to the letter. */
export const redirectUriOf = (port: number): string => `http://${REDIRECT.host}:${port}${REDIRECT.path}`;

/** Query of the callback, as the browser sent it. */
export interface BrowserAnswer {
  readonly code: string;
  /** Shows the person how it ended, and waits until the browser has it. */
  show(page: EndPage): Promise<void>;
}

const LOCAL = 'http://localhost';

const isSame = (one: string, other: string): boolean => {
  const [first, second] = [Buffer.from(one), Buffer.from(other)];
  return first.length === second.length && timingSafeEqual(first, second);
};

/** Error codes are words of RFC 6749; anything else in a URL may have been put there by anybody. */
const ERROR_WORD = /^[a-z_]{1,60}$/;

/** Finds the problem of a callback; `undefined` where it brought a code. */
const problemOf = (query: URLSearchParams, state: string): OperatorError | undefined => {
  if (!isSame(query.get('state') ?? '', state)) {
    return new OperatorError(
      'StateMismatch',
      'the answer in the browser does not belong to this login (wrong state); nothing was written; close the other tabs and run authorize again',
    );
  }
  const error = query.get('error');
  if (error === 'access_denied') {
    return new OperatorError(
      'ConsentDenied',
      'Genesys Cloud says that access was denied; nothing was written; run authorize again and choose Allow. Where Genesys asks for an administrator, one with the permission OAuth > Client > Authorize has to approve the client once',
    );
  }
  if (error !== null || !query.has('code')) {
    const word = error !== null && ERROR_WORD.test(error) ? error : 'no code';
    return new OperatorError(
      'LoginRefused',
      `Genesys Cloud refused the login (${word}); nothing was written; check that the OAuth client has the grant type Code Authorization`,
    );
  }
  return undefined;
};

/** Waits on 127.0.0.1 for the one request with which the person's browser comes back from the login. */
export class CallbackListener {
  readonly #server: Server;
  readonly #state: string;
  readonly #answer: Promise<BrowserAnswer>;

  private constructor(server: Server, state: string) {
    this.#server = server;
    this.#state = state;
    this.#answer = new Promise((resolve, reject) => {
      server.on('request', (request: IncomingMessage, response: ServerResponse) => {
        this.#take(request, response, resolve, reject);
      });
    });
    // It is waited for later; until then a refusal must not count as unhandled.
    this.#answer.catch(() => undefined);
  }

  /** @throws OperatorError `PortInUse` where another program has the port. */
  static async start(port: number, state: string): Promise<CallbackListener> {
    const server = createServer();
    server.listen({ host: REDIRECT.host, port, exclusive: true });
    try {
      await once(server, 'listening');
    } catch (error) {
      const isTaken = errorCodeOf(error) === 'EADDRINUSE';
      throw new OperatorError(
        isTaken ? 'PortInUse' : 'PortUnusable',
        `port ${port} of ${REDIRECT.host} ${isTaken ? 'belongs to another program' : 'cannot be used'}; nothing was written; ` +
          `end that program, or choose another with --port and add its redirect URI to the OAuth client`,
      );
    }
    return new CallbackListener(server, state);
  }

  /** @throws OperatorError for an answer that is none of this login's, or a refusal; and after `timeoutMs` without one. */
  async answer(timeoutMs: number): Promise<BrowserAnswer> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(
          new OperatorError(
            'NoAnswer',
            `no answer came from the browser within ${Math.round(timeoutMs / 1000)} seconds; nothing was written; ` +
              "where Genesys showed an error page, check the client id and the client's authorized redirect URIs",
          ),
        );
      }, timeoutMs);
    });
    try {
      return await Promise.race([this.#answer, tooLate]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Stops listening. A page that is on its way still arrives. */
  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeIdleConnections();
  }

  #take(
    request: IncomingMessage,
    response: ServerResponse,
    resolve: (answer: BrowserAnswer) => void,
    reject: (problem: OperatorError) => void,
  ): void {
    // A target may be anything, `//` too, and what throws here would end the command.
    const target = request.url ?? '/';
    const url = URL.canParse(target, LOCAL) ? new URL(target, LOCAL) : undefined;
    // A page of another origin may send requests here, but not with this host's name and path by accident.
    const isOurs = request.headers.host?.startsWith(`${REDIRECT.host}:`) === true;
    if (request.method !== 'GET' || url?.pathname !== REDIRECT.path || !isOurs) {
      response.writeHead(404, { connection: 'close' }).end();
      return;
    }
    const problem = problemOf(url.searchParams, this.#state);
    if (problem !== undefined) {
      const page = { isGood: false, title: 'Not authorized', text: problem.message };
      response.writeHead(400, PAGE_HEADERS).end(renderEndPage(page), () => reject(problem));
      return;
    }
    resolve({
      code: url.searchParams.get('code') ?? '',
      show: (page) =>
        new Promise((shown) => {
          response.once('close', shown);
          response.writeHead(page.isGood ? 200 : 400, PAGE_HEADERS).end(renderEndPage(page));
        }),
    });
  }
}
