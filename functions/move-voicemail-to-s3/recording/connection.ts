import { Agent as HttpAgent } from 'node:http';
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

/** Has every connection that an agent makes given up where it is not made in time. */
const limited = (agent: HttpAgent, connected: 'connect' | 'secureConnect', timeoutMs: number): HttpAgent => {
  const connect = agent.createConnection.bind(agent);
  agent.createConnection = (options, callback) =>
    limitConnecting(connect(options, callback), connected, timeoutMs);
  return agent;
};

/**
 * The connections to media hosts: kept alive, and given up where one is not made within `connectTimeoutMs`.
 *
 * @returns the agent for a URL
 */
export const mediaAgents = (connectTimeoutMs: number): ((url: URL) => HttpAgent) => {
  const agents = {
    http: limited(new HttpAgent({ keepAlive: true }), 'connect', connectTimeoutMs),
    https: limited(new HttpsAgent({ keepAlive: true }), 'secureConnect', connectTimeoutMs),
  };
  return (url) => (url.protocol === 'http:' ? agents.http : agents.https);
};
