import http, { type ClientRequest } from 'node:http';
import type { Socket } from 'node:net';

/** Something that the container must not do, or that the exploration cannot follow. */
export class ContainerMisbehavedError extends Error {
  override readonly name = 'ContainerMisbehavedError';
}

/** The HTTP of one container: it tells when the container waits for an answer, and can be cut for good. */
export class OutgoingHttp {
  readonly #open = new Set<ClientRequest>();
  readonly #sockets = new Set<Socket>();
  #hangs = false;
  #isCut = false;

  /** What `require('node:http')` gives inside the container. */
  readonly module: typeof http = new Proxy(http, {
    get: (target, key) =>
      key === 'request' ? (...options: unknown[]) => this.#request(options) : Reflect.get(target, key),
  });

  /** Whether an answer is under way that will come by itself. */
  get isBusy(): boolean {
    return this.#open.size > 0 && !this.#hangs;
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
    if (this.#open.size > 0) {
      // The fault of a call could not be told from that of the other.
      throw new ContainerMisbehavedError(
        'the function makes two calls at once, which the exploration cannot follow',
      );
    }
    const request: ClientRequest = Reflect.apply(http.request, http, [...options]);
    this.#hangs = false;
    this.#open.add(request);
    request.once('close', () => this.#open.delete(request));
    request.once('socket', (socket) => {
      if (!this.#sockets.has(socket)) {
        this.#sockets.add(socket);
        socket.once('close', () => this.#sockets.delete(socket));
      }
    });
    return request;
  }
}
