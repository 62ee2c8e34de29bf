import { createServer, type IncomingMessage, type RequestListener } from 'node:http';

/** A server of a test's own, on 127.0.0.1. */
export interface StubServer {
  readonly origin: string;
  /** Every request so far. */
  readonly requests: readonly IncomingMessage[];
}

const closers: (() => Promise<void>)[] = [];

/** Starts a server; {@link closeStubServers} belongs into `afterEach`. */
export const startStubServer = async (listener: RequestListener): Promise<StubServer> => {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the server has no port');
  }
  return { origin: `http://127.0.0.1:${address.port}`, requests };
};

export const closeStubServers = async (): Promise<void> => {
  await Promise.all(closers.splice(0).map((close) => close()));
};
