import type { Agent } from 'node:http';
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/**
 * Watch of the request that is being sent. Node makes a connection within the call that sends, so that a plain variable
 * serves: for an AsyncLocalStorage Node 20 would follow every promise of the process.
 */
let sending: ConnectionWatch | undefined;

/**
 * Sees whether the connection of a request became secure. Before that nothing of the request is sent, so a failure leaves
 * no doubt that the other side has not got it, whatever the code of the failure is. Where no connection was seen in the
 * making, the request counts as sent: a refresh token that may be spent is never taken for a fresh one.
 */
export class ConnectionWatch {
  #isConnecting = false;

  /** Whether the request may have been sent: TLS is up or, without TLS, the connection is. */
  get isSecure(): boolean {
    return !this.#isConnecting;
  }

  /** Watches the connection that `send` makes before it returns. */
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
    this.#isConnecting = true;
    socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => {
      this.#isConnecting = false;
    });
  }
}

/** Lets an agent tell each request's {@link ConnectionWatch} of the connection that it makes. */
export const watchConnections = <Watched extends Agent>(agent: Watched): Watched => {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) => {
    const connection = connect(options, callback);
    if (connection instanceof Socket) {
      sending?.attach(connection);
    }
    return connection;
  };
  return agent;
};
