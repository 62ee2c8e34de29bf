import { type ClientRequestArgs, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Duplex } from 'node:stream';

/** Ends a connection that is not made within `timeoutMs`. */
const limitConnecting = <Socket extends Duplex | null | undefined>(
  socket: Socket,
  connected: 'connect' | 'secureConnect',
  timeoutMs: number,
): Socket => {
  if (socket) {
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error('connecting took too long'), { code: 'ETIMEDOUT' }));
    }, timeoutMs);
    const settled = () => clearTimeout(timer);
    socket.once(connected, settled).once('close', settled);
  }
  return socket;
};

class HttpMediaAgent extends HttpAgent {
  readonly #timeoutMs: number;

  constructor(timeoutMs: number) {
    super({ keepAlive: true });
    this.#timeoutMs = timeoutMs;
  }

  override createConnection(
    options: ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ) {
    return limitConnecting(super.createConnection(options, callback), 'connect', this.#timeoutMs);
  }
}

class HttpsMediaAgent extends HttpsAgent {
  readonly #timeoutMs: number;

  constructor(timeoutMs: number) {
    super({ keepAlive: true });
    this.#timeoutMs = timeoutMs;
  }

  override createConnection(
    options: ClientRequestArgs,
    callback?: (error: Error | null, stream: Duplex) => void,
  ) {
    return limitConnecting(super.createConnection(options, callback), 'secureConnect', this.#timeoutMs);
  }
}

/**
 * The connections to media hosts: kept alive, and given up where one is not made within `connectTimeoutMs`.
 *
 * @returns the agent for a URL, as node-fetch asks for it
 */
export const mediaAgents = (connectTimeoutMs: number): ((url: URL) => HttpAgent) => {
  const agents = {
    http: new HttpMediaAgent(connectTimeoutMs),
    https: new HttpsMediaAgent(connectTimeoutMs),
  };
  return (url) => (url.protocol === 'http:' ? agents.http : agents.https);
};
