import type { Agent } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * Watch of the request that is being sent. Node makes or takes over a connection within the call that sends, so that a plain
 * variable serves: for an AsyncLocalStorage Node 20 would follow every promise of the process.
 */
let sending: ConnectionWatch | undefined;

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

  /** Watches the connection that `send` makes or takes over before it returns. */
  run<Result>(send: () => Promise<Result>): Promise<Result> {
    sending = this;
    try {
      return send();
    } finally {
      sending = undefined;
    }
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
      sending?.attach(connection);
    }
    return connection;
  };
  agent.reuseSocket = (socket, request) => {
    sending?.markSecure();
    reuse(socket, request);
  };
  return agent;
};
