import http, { type ClientRequest } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

/** Something that the container must not do, or that the exploration cannot follow. */
export class ContainerMisbehavedError extends Error {
  override readonly name = 'ContainerMisbehavedError';
}

/** The HTTP of one container: it tells when the container waits for an answer, and can be cut for good. */
export class OutgoingHttp {
  readonly #misbehaved: (error: ContainerMisbehavedError) => void;
  readonly #unanswered = new Set<ClientRequest>();
  readonly #sockets = new Set<Socket>();
  #hangs = false;
  #isCut = false;

  /** What `require('node:http')` gives inside the container. */
  readonly http: typeof http = new Proxy(http, {
    get: (target, key) =>
      key === 'request' ? (...options: unknown[]) => this.#request(options) : Reflect.get(target, key),
  });

  /** What `require('node:https')` gives: nothing here is reached by it. */
  readonly https: object = {
    Agent: https.Agent,
    request: () => this.#refuse('the function leaves the machine'),
  };

  /** @param misbehaved - hears of what must not happen, since the function may take the error for one of the network's */
  constructor(misbehaved: (error: ContainerMisbehavedError) => void) {
    this.#misbehaved = misbehaved;
  }

  /** Whether an answer is under way that will come by itself. */
  get isBusy(): boolean {
    return this.#unanswered.size > 0 && !this.#hangs;
  }

  /** The request that is under way will never be answered. */
  hang(): void {
    this.#hangs = true;
  }

  /** From now on nothing gets out. */
  cut(): void {
    this.#isCut = true;
  }

  /** Ends every connection. */
  destroy(): void {
    this.cut();
    for (const socket of this.#sockets) {
      socket.destroy();
    }
  }

  #request(options: readonly unknown[]): ClientRequest {
    if (this.#isCut) {
      throw new ContainerMisbehavedError('the process was killed, so it makes no further call');
    }
    if (this.#unanswered.size > 0) {
      // The fault of one call could not be told from that of the other.
      return this.#refuse('the function makes two calls at once, which the exploration cannot follow');
    }
    const request: ClientRequest = Reflect.apply(http.request, http, [...options]);
    const answered = () => this.#unanswered.delete(request);
    this.#hangs = false;
    this.#unanswered.add(request);
    request.once('close', answered);
    request.once('response', (response) => response.once('end', answered));
    request.once('socket', (socket) => {
      if (!this.#sockets.has(socket)) {
        this.#sockets.add(socket);
        socket.once('close', () => this.#sockets.delete(socket));
      }
    });
    return request;
  }

  #refuse(what: string): never {
    const error = new ContainerMisbehavedError(what);
    this.#misbehaved(error);
    throw error;
  }
}
