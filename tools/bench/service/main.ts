import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { LOOPBACK } from '../../local-cloud/listen';
import { type ServiceOrigins, ServiceServer } from './server';

// The service's own process: its parent asks for the counts by message, and ends it by going away or by a signal.

const [keyPath = '', certificatePath = ''] = process.argv.slice(2);
const service = new ServiceServer();
const tls = { key: readFileSync(keyPath), cert: readFileSync(certificatePath) };

const listen = async (listener: RequestListener): Promise<string> => {
  // Answers to small requests go out at once, and connections stay open between the samples.
  const server = createServer({ ...tls, noDelay: true, keepAliveTimeout: 60_000 }, listener);
  server.listen(0, LOOPBACK);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return `https://${LOOPBACK}:${port}`;
};

const main = async (): Promise<void> => {
  let mediaOrigin = '';
  const listeners = service.listeners(() => mediaOrigin);
  mediaOrigin = await listen(listeners.media);
  const origins: ServiceOrigins = {
    genesys: await listen(listeners.genesys),
    media: mediaOrigin,
    s3: await listen(listeners.s3),
    secretsManager: await listen(listeners.secretsManager),
  };
  process.on('message', () => process.send?.({ counts: service.takeCounts() }));
  process.send?.({ origins });
};

process.on('disconnect', () => process.exit());
void main();
