import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { pipeline } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { listen } from './listen';

/** A call on its way, before it is handed on. */
export interface RelayedCall {
  readonly path: string;
  /** AWS's operation name, for example `PutSecretValue`; empty elsewhere. */
  readonly operation: string;
  readonly body: string;
  /** What is set here is handed on. */
  readonly headers: IncomingHttpHeaders;
}

/** Stands before a server, and does something before it hands a call on. */
export class Relay {
  readonly origin: string;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.origin = `http://127.0.0.1:${port}`;
  }

  static async start(target: string, before: (call: RelayedCall) => Promise<void>): Promise<Relay> {
    const server = createServer(async (incoming, response) => {
      const body = await buffer(incoming);
      const awsTarget = String(incoming.headers['x-amz-target'] ?? '');
      await before({
        path: incoming.url ?? '',
        operation: awsTarget.slice(awsTarget.indexOf('.') + 1),
        body: body.toString('utf8'),
        headers: incoming.headers,
      });
      const { method, url: path, headers } = incoming;
      request(target, { method, path, headers, agent: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        // Ends the one as the other ends, early or not.
        pipeline(answer, response, () => undefined);
      })
        .on('error', () => response.destroy())
        .end(body);
    });
    return new Relay(server, await listen(server));
  }

  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }
}
