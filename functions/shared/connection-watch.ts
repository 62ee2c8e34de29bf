import { AsyncLocalStorage } from 'node:async_hooks';
import type { Agent } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

const watches = new AsyncLocalStorage<ConnectionWatch>();

/**
 * Sees whether the connection of a request became secure. Before that nothing of the request is sent, so a failure leaves
 * no doubt that the other side has not got it, whatever the code of the failure is.
 */
export class ConnectionWatch {
  #isSecure = false;

  /** Whether the request may have been sent: TLS is up or, without TLS, the connection is. */
  get isSecure(): boolean {
    return this.#isSecure;
  }

  /** Watches the connection that `send` makes or takes over. */
  run<Result>(send: () => Promise<Result>): Promise<Result> {
    return watches.run(this, send);
  }

  /** Watches a connection that is being made. */
  attach(socket: Socket): void {
    socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => this.markSecure());
  }

  /** Notes that the request may be sent from now on. */
  markSecure(): void {
    this.#isSecure = true;
  }
}

/** Lets an agent tell each request's {@link ConnectionWatch} of the connection that it makes, or uses again. */
export const watchConnections = <Watched extends Agent>(agent: Watched): Watched => {
  const connect = agent.createConnection.bind(agent);
  const reuse = agent.reuseSocket.bind(agent);
  agent.createConnection = (options, callback) => {
    const connection = connect(options, callback);
    if (connection instanceof Socket) {
      watches.getStore()?.attach(connection);
    }
    return connection;
  };
  agent.reuseSocket = (socket, request) => {
    watches.getStore()?.markSecure();
    reuse(socket, request);
  };
  return agent;
};
