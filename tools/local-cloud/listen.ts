import type { FastifyInstance } from 'fastify';

/** Everything in the local run listens here and nowhere else. */
export const LOOPBACK = '127.0.0.1';

/** A port that the local run was told to use belongs to another program. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError';
  /** Name of the server, for example `the local AWS`. */
  readonly listener: string;
  readonly host: string;
  readonly port: number;

  constructor(listener: string, host: string, port: number, options?: ErrorOptions) {
    super(
      `${listener} cannot listen on ${host}:${port}: the port is taken; stop what listens there, or choose another port ` +
        '(0 takes a free one)',
      options,
    );
    this.listener = listener;
    this.host = host;
    this.port = port;
  }
}

const isTaken = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && Reflect.get(error, 'code') === 'EADDRINUSE';

/**
 * Lets a server listen on 127.0.0.1.
 *
 * @param port - 0 takes a free one
 * @returns the origin, for example `http://127.0.0.1:4566`
 * @throws PortTakenError where another process listens on the port.
 */
export const listen = async (server: FastifyInstance, listener: string, port: number): Promise<string> => {
  try {
    return await server.listen({ host: LOOPBACK, port });
  } catch (error) {
    throw isTaken(error) ? new PortTakenError(listener, LOOPBACK, port, { cause: error }) : error;
  }
};
