import { type RequestListener, STATUS_CODES } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { GenesysUnreachableError, requestGenesys } from '../../../functions/shared/genesys-http';
import { closeStubServers, startStubServer } from '../move-voicemail-to-s3/stub-server';

afterEach(closeStubServers);

const ask = async (listener: RequestListener, timeoutMs = 20_000) => {
  const { origin } = await startStubServer(listener);
  return requestGenesys({ method: 'GET', url: new URL(origin), headers: {}, timeoutMs, keepAlive: false });
};

const BODY = Buffer.from(JSON.stringify({ entities: [{ id: 'ä' }] }));

test.each([
  ['says so', { 'content-encoding': 'gzip' }, gzipSync(BODY)],
  ['does not say so', {}, gzipSync(BODY)],
  ['lacks its end', {}, gzipSync(BODY).subarray(0, -8)],
  ['says so of what is plain', { 'content-encoding': 'gzip' }, BODY],
  ['begins with a byte order mark', {}, gzipSync(`\uFEFF${BODY}`)],
])('an answer that is packed and %s is read', async (_name, headers, body) => {
  const answer = await ask((_request, response) => response.writeHead(200, headers).end(body));
  expect(answer).toMatchObject({ status: 200, body: JSON.parse(BODY.toString()) });
});

const LENGTH = `content-length: ${BODY.length}`;
const CHUNK = `${BODY.length.toString(16)}\r\n${BODY}\r\n`;

test.each([
  ['an odd character in a header', `${LENGTH}\r\nx-id: a\x01b\r\n\r\n${BODY}`],
  ['a folded header', `${LENGTH}\r\nx-id: a\r\n b\r\n\r\n${BODY}`],
  ['lines without carriage returns', `${LENGTH}\n\n${BODY}`],
  ['two lengths', `${LENGTH}\r\ntransfer-encoding: chunked\r\n\r\n${CHUNK}0\r\n\r\n`],
  ['too long a length', `content-length: ${BODY.length + 5}\r\n\r\n${BODY}`],
  ['no last chunk', `transfer-encoding: chunked\r\n\r\n${CHUNK}`],
])('the JSON of an answer with %s is read, since a grant is given once', async (_name, answered) => {
  const answer = await ask((_request, response) => response.socket?.end(`HTTP/1.1 200 OK\r\n${answered}`));
  expect(answer).toMatchObject({ status: 200, body: JSON.parse(BODY.toString()) });
});

test('the JSON of an answer that never ends is read when the time is up', async () => {
  const answer = await ask((_request, response) => response.write(BODY), 300);
  expect(answer).toMatchObject({ status: 200, body: JSON.parse(BODY.toString()) });
});

test('an answer that unpacks to more than memory holds is none', async () => {
  const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
  await expect(ask((_request, response) => response.end(bomb))).rejects.toThrow(GenesysUnreachableError);
});

test.each([100, 101, 102, 103])('an answer %d, and nothing behind it, ends the request', async (status) => {
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n`;
  await expect(ask((_request, response) => response.socket?.end(head), 300)).rejects.toMatchObject({
    kind: 'TemporarilyUnavailable',
    mayHaveArrived: true,
  });
});

test('a time limit holds while garbage is collected', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const timer = setInterval(collect, 20);
  const silence = ask(() => undefined, 300);
  await expect(silence.finally(() => clearInterval(timer))).rejects.toMatchObject({ reason: 'TIMEOUT' });
});
