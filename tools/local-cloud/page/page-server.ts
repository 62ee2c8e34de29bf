import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import fastify, { type FastifyInstance } from 'fastify';
import { listen } from '../listen';
import type { PageActions } from './page-actions';
import { type PageSubject, readArchive, readState } from './page-state';

/** Nothing from elsewhere, and nobody else's page around it. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; media-src 'self'; img-src data:; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

const FILES: Readonly<Record<string, { readonly file: string; readonly type: string }>> = {
  '/': { file: 'page.html', type: 'text/html; charset=utf-8' },
  '/page.js': { file: 'page.js', type: 'text/javascript; charset=utf-8' },
  '/page.css': { file: 'page.css', type: 'text/css; charset=utf-8' },
};

/** Actions of the buttons, by name. */
const actionsOf = (actions: PageActions): Readonly<Record<string, () => Promise<string>>> => ({
  leave: () => actions.leaveVoicemail(),
  slow: () => actions.leaveSlowVoicemail(),
  'hang-up': () => actions.hangUp(),
  rotate: () => actions.rotate(),
  revoke: () => actions.revokeTokens(),
  later: () => actions.advance(6),
  outage: () => actions.toggleOutage(),
});

/** The page of a local run. */
export interface Page {
  readonly origin: string;
  close(): Promise<void>;
}

const createServer = (subject: PageSubject, actions: PageActions): FastifyInstance => {
  const server = fastify();
  const byName = actionsOf(actions);
  server.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    const { host, origin } = request.headers;
    // A page of another origin can reach this port by a name of its own, or send a form to it.
    const isForeign =
      !/^127\.0\.0\.1:\d+$/.test(host ?? '') || (origin !== undefined && origin !== `http://${host}`);
    if (isForeign) {
      await reply.code(403).send({ error: 'this page answers to its own origin alone' });
    }
  });
  for (const [path, { file, type }] of Object.entries(FILES)) {
    const text = readFileSync(join(__dirname, file), 'utf8');
    server.get(path, async (_request, reply) => reply.type(type).send(text));
  }
  server.get('/state', () => readState(subject));
  server.get<{ Querystring: { key?: string } }>('/recording', async ({ query: { key } }, reply) => {
    const voicemail = (await readArchive(subject)).find((candidate) => candidate.key === key);
    if (voicemail === undefined) {
      return reply.code(404).send({ error: 'there is no such recording' });
    }
    const { Body, ContentType = 'application/octet-stream' } = await subject.s3.send(
      new GetObjectCommand({ Bucket: subject.stack.bucketName, Key: voicemail.key }),
    );
    return reply.type(ContentType).send(Buffer.from((await Body?.transformToByteArray()) ?? []));
  });
  server.post<{ Params: { name: string } }>('/actions/:name', async ({ params: { name } }, reply) => {
    const act = Object.hasOwn(byName, name) ? byName[name] : undefined;
    return act === undefined
      ? reply.code(404).send({ error: `there is no action ${JSON.stringify(name)}` })
      : { said: await act() };
  });
  return server;
};

/** Serves the page on 127.0.0.1. @param port - 0 takes a free one @throws PortTakenError */
export const servePage = async (subject: PageSubject, actions: PageActions, port: number): Promise<Page> => {
  const server = createServer(subject, actions);
  const origin = await listen(server, 'the page', port);
  return {
    origin,
    close: async () => {
      server.server.closeAllConnections();
      await server.close();
    },
  };
};
