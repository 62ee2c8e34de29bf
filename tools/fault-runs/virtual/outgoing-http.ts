import http, { type ClientRequest } from 'node:http';
import https from 'node:https';
import type { Socket } from 'node:net';

/** Something that the container must not do, or that the exploration cannot follow. */
export class ContainerMisbehavedError extends Error {
  override readonly name = 'ContainerMisbehavedError';
}

/**
 * How a container may send two requests at once.
 *
 * - `refused`: not at all; it is a misbehaviour.
 * - `queued`: those of one agent go out one after the other, in the order in which they were made and over a connection of
 *   their own, so that a run is the same every time. Those of two agents are refused.
 */
export type ParallelRequests = 'refused' | 'queued';

/** An agent whose requests go out one after the other. */
class QueueingAgent extends http.Agent {
  constructor(options: http.AgentOptions = {}) {
    super({ ...options, keepAlive: false, maxSockets: 1 });
  }
}

/** Node's types leave this documented property out. */
const agentOf = (request: ClientRequest): unknown => Reflect.get(request, 'agent');

/** The HTTP of one container: it tells when the container waits for an answer, and can be cut for good. */
export class OutgoingHttp {
  readonly #misbehaved: (error: ContainerMisbehavedError) => void;
  readonly #parallel: ParallelRequests;
  /** In the order in which they were made, so that the first one is on its way and the others wait for it. */
  readonly #unanswered = new Set<ClientRequest>();
  readonly #sockets = new Set<Socket>();
  #hanging: ClientRequest | undefined;
  #isCut = false;

  /** `node:http` as the container sees it. */
  readonly http: typeof http = new Proxy(http, {
    get: (target, key) => {
      if (key === 'request') {
        return (...options: unknown[]) => this.#request(options);
      }
      return key === 'Agent' && this.#parallel === 'queued' ? QueueingAgent : Reflect.get(target, key);
    },
  });

  /** `node:https` as the container sees it: nothing here is reached by it. */
  readonly https: object = {
    Agent: https.Agent,
    request: () => this.#refuse('the function leaves the machine'),
  };

  /** @param misbehaved - hears of what must not happen, since the function may take the error for one of the network's */
  constructor(misbehaved: (error: ContainerMisbehavedError) => void, parallel: ParallelRequests) {
    this.#misbehaved = misbehaved;
    this.#parallel = parallel;
  }

  /** Whether an answer is under way that will come by itself. */
  get isBusy(): boolean {
    const first = this.#first();
    return first !== undefined && first !== this.#hanging;
  }

  /** The request that is under way will not be answered, or not before {@link answer}. */
  hang(): void {
    this.#hanging = this.#first();
  }

  /** The request that hangs is about to be answered. */
  answer(): void {
    this.#hanging = undefined;
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

  /** The request that is on its way. One that was given up is none, although its connection may take a moment to close. */
  #first(): ClientRequest | undefined {
    for (const request of this.#unanswered) {
      if (!request.destroyed) {
        return request;
      }
    }
    return undefined;
  }

  #request(options: readonly unknown[]): ClientRequest {
    if (this.#isCut) {
      throw new ContainerMisbehavedError('the process was killed, so it makes no further call');
    }
    const request: ClientRequest = Reflect.apply(http.request, http, [...options]);
    const first = this.#first();
    const isQueued =
      this.#parallel === 'queued' && first !== undefined && agentOf(first) === agentOf(request);
    if (first !== undefined && !isQueued) {
      request.on('error', () => {}).destroy();
      // The fault of one call could not be told from that of the other.
      return this.#refuse('the function makes two calls at once, which the exploration cannot follow');
    }
    const answered = () => this.#unanswered.delete(request);
    this.#unanswered.add(request);
    request.once('close', answered);
    request.once('response', (response) => response.once('end', answered));
    request.once('socket', (socket) => {
      if (this.#parallel === 'queued') {
        // Node closes the connection of an answer that nobody listens for, such as 101, and tells the request nothing.
        socket.once('close', answered);
      }
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
