import type { Server } from 'node:net';

/** Lets a server listen on a free port of 127.0.0.1. Returns the port. */
export const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  if (address === null || typeof address === 'string') {
    throw new Error('the server has no port');
  }
  return address.port;
};
