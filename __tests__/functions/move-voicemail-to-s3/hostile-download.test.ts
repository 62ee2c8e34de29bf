import { once } from 'node:events';
import { createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { closeWorlds, type MoverWorld, startWorld } from './mover-world';
import { recording, streamedRecording } from './recordings';
import { closeStubServers, type StubServer, startStubServer } from './stub-server';

afterEach(async () => {
  await closeWorlds();
  await closeStubServers();
});

/** Moves one voicemail whose media URL is what the test says. */
const move = async (world: MoverWorld, mediaFileUri: string) => {
  world.genesys.changeBehaviour({ mediaFileUri });
  world.deliver(world.leaveVoicemail({ recordingSizeBytes: 1 }).event);
  await world.poll();
};

/** A world that takes media from a server of the test's own. */
const worldWithMedia = async (media: StubServer, variables = {}) =>
  startWorld({ variables: { GENESYS_MEDIA_ORIGINS: media.origin, ...variables } });

test('media URLs that point elsewhere are refused without a single connection', async () => {
  const trap = await startStubServer((_request, response) => response.end('secret'));
  const { port } = new URL(trap.origin);
  const world = await startWorld({ behaviour: { requestsPerMinute: 3000 } });
  const urls = [
    `http://127.0.0.1:${port}/a`,
    `https://127.0.0.1:${port}/a`,
    `http://localhost:${port}/a`,
    `http://[::1]:${port}/a`,
    `http://[::ffff:127.0.0.1]:${port}/a`,
    `http://2130706433:${port}/a`,
    `http://0x7f000001:${port}/a`,
    `http://0177.0.0.1:${port}/a`,
    `http://127.1:${port}/a`,
    `http://0:${port}/a`,
    'https://169.254.169.254/latest/meta-data/',
    'http://169.254.100.1/2018-06-01/runtime/invocation/next',
    'https://[fd00:ec2::254]/latest/meta-data/',
    'https://api.mypurecloud.de@127.0.0.1/a',
    'https://user:password@api-downloads.mypurecloud.de/a',
    'https://user@api-downloads.mypurecloud.de/a',
    'http://api-downloads.mypurecloud.de/a',
    'https://api-downloads.mypurecloud.de:8443/a',
    'https://api-downloads.mypurecloud.de./a',
    'https://api-downloads.mypurecloud.de.evil.example/a',
    'https://evilmypurecloud.de/a',
    'https://mypurecloud.com/a',
    'https://api-downloads.mypurecloud.com/a',
    'https://xn--mypurecloud-abc.de/a',
    'https://mypurecloud.de%2eevil.example/a',
    'https://evil.example/#.mypurecloud.de',
    'https://evil.example/?.mypurecloud.de',
    'https://evil.example\\.mypurecloud.de/a',
    'https://evil.example/api-downloads.mypurecloud.de',
    'https://amazonaws.com/a',
    'https://evil.amazonaws.com/a',
    'https://id.execute-api.eu-central-1.amazonaws.com/a',
    'https://bucket.s3-website-eu-central-1.amazonaws.com/a',
    'https://bucket.s3.eu-central-1.amazonaws.com.evil.example/a',
    'https://s3.evil.eu-central-1.amazonaws.com/a',
    'https://d111111abcdef8.cloudfront.net/a',
    'ftp://api-downloads.mypurecloud.de/a',
    'file:///etc/passwd',
    'data:audio/webm;base64,AAAA',
    'javascript:alert(1)',
    '//api-downloads.mypurecloud.de/a',
    'not a url',
  ];
  for (const url of urls) {
    await move(world, url);
  }
  expect(world.failures.map(({ failureClass }) => failureClass)).toEqual(urls.map(() => 'FORBIDDEN_HOST'));
  expect(trap.requests).toHaveLength(0);
  expect(world.keysEndingIn('.webm')).toEqual([]);
  expect(world.output.join('\n')).not.toContain('password');
});

test('no request to a media host carries a credential of ours, across redirects too', async () => {
  const audio = await startStubServer((_request, response) => response.end(recording(900)));
  const media = await startStubServer((_request, response) => {
    response.writeHead(302, { location: `${audio.origin}/moved` }).end();
  });
  const world = await startWorld({
    variables: { GENESYS_MEDIA_ORIGINS: `${media.origin},${audio.origin}` },
  });
  await move(world, `${media.origin}/a?signature=abc`);
  expect(world.outcomes).toEqual(['stored']);
  expect(world.objectEndingIn('.webm').body).toHaveLength(900);
  const requests = [...media.requests, ...audio.requests];
  expect(requests).toHaveLength(2);
  for (const { headers } of requests) {
    expect(headers.authorization).toBeUndefined();
    expect(headers.cookie).toBeUndefined();
  }
});

test('an API that redirects takes no token along', async () => {
  const trap = await startStubServer((_request, response) => response.end('{}'));
  const api = await startStubServer((_request, response) => {
    response.writeHead(307, { location: `${trap.origin}/api` }).end();
  });
  const world = await startWorld({ variables: { GENESYS_API_ORIGIN: api.origin } });
  world.deliver(world.leaveVoicemail().event);
  await world.poll();
  expect(api.requests.length).toBeGreaterThan(0);
  expect(trap.requests).toHaveLength(0);
  expect(world.outcomes).toEqual([]);
});

test('a redirect to a host that is not allowed is not followed', async () => {
  const trap = await startStubServer((_request, response) => response.end('secret'));
  const media = await startStubServer((_request, response) => {
    response.writeHead(302, { location: `${trap.origin}/inside` }).end();
  });
  const world = await worldWithMedia(media);
  await move(world, `${media.origin}/a`);
  expect(world.failures).toMatchObject([{ failureClass: 'FORBIDDEN_HOST' }]);
  expect(trap.requests).toHaveLength(0);
});

test('three redirects are followed, a fourth is not', async () => {
  const media = await startStubServer((request, response) => {
    const left = Number(new URL(request.url ?? '', 'http://media').searchParams.get('left'));
    if (left === 0) {
      response.end(recording(900));
    } else {
      response.writeHead(302, { location: `/a?left=${left - 1}` }).end();
    }
  });
  const world = await worldWithMedia(media);
  await move(world, `${media.origin}/a?left=3`);
  await move(world, `${media.origin}/a?left=4`);
  expect(world.outcomes).toEqual(['stored', 'failed']);
  expect(world.failures).toMatchObject([{ failureClass: 'FORBIDDEN_HOST' }]);
});

test('a recording that announces more than the limit is refused before its body is read', async () => {
  const world = await startWorld({ variables: { MAXIMUM_AUDIO_BYTES: '10000' } });
  const body = world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 10_001 } } }).event);
  await world.poll();
  expect(world.failures).toMatchObject([{ body, failureClass: 'TOO_LARGE' }]);
  expect(world.awsCalls('PutObject')).toBe(1);
  expect(world.keysEndingIn('.webm')).toEqual([]);
});

test('an endless body stops at the limit, in bounded memory, and leaves no upload behind', async () => {
  const media = await startStubServer((_request, response) => {
    const chunk = Buffer.alloc(256 * 1024);
    for (let at = 0; at < chunk.length; at += 64) {
      chunk.set([0xa3, 0xbe], at);
    }
    const write = () => {
      while (!response.destroyed && response.write(chunk)) {}
    };
    response.on('drain', write);
    // Blocks of nothing but sevens: a cluster that has no end.
    response.write(streamedRecording(200));
    write();
  });
  const world = await worldWithMedia(media, { MAXIMUM_AUDIO_BYTES: String(40 * 1024 * 1024) });
  world.genesys.changeBehaviour({ mediaFileUri: `${media.origin}/endless` });
  world.deliver(world.leaveVoicemail().event);
  const [report] = await world.poll();
  expect(world.failures).toMatchObject([{ failureClass: 'TOO_LARGE' }]);
  expect(world.keysEndingIn('.webm')).toEqual([]);
  expect(world.unfinishedUploads).toBe(0);
  expect(report?.invocation?.maxMemoryUsedMb).toBeLessThan(150);
});

test.each([
  ['a packed body', { 'content-encoding': 'gzip' }, gzipSync(Buffer.alloc(1000))],
  ['an error page', { 'content-type': 'text/html; charset=utf-8' }, '<html>sorry</html>'],
  ['an error document', { 'content-type': 'application/xml' }, '<Error/>'],
  ['an empty body', { 'content-type': 'audio/webm' }, ''],
  ['a page that says nothing of itself', {}, '<html>sorry</html>'],
  ['a page that says it is audio', { 'content-type': 'audio/webm' }, '{"message":"too many requests"}'],
] as const)('%s is never stored as audio', async (_name, headers, body) => {
  const media = await startStubServer((_request, response) => {
    response.writeHead(200, headers).end(body);
  });
  const world = await worldWithMedia(media);
  await move(world, `${media.origin}/a`);
  expect(world.keys).toEqual([]);
  expect(world.outcomes).toEqual([]);
  expect(world.metric('VoicemailGivenBack')).toBe(1);
});

test('of an unknown format a header alone tells that the body is packed', async () => {
  const media = await startStubServer((_request, response) => {
    response.writeHead(200, { 'content-encoding': 'br' }).end(Buffer.alloc(1000, 0x8b));
  });
  const world = await worldWithMedia(media, { AUDIO_FORMAT: 'NONE' });
  world.genesys.changeBehaviour({ mediaFileUri: `${media.origin}/a` });
  world.deliver(world.leaveVoicemail({ audio: { NONE: { sizeBytes: 900 } } }).event);
  await world.poll();
  expect(world.failures).toEqual([]);
  expect(world.keys).toEqual([]);
});

test('a host that sends a byte now and then holds a run up no longer than it lasts, as trouble of this voicemail', async () => {
  const bytes = recording(20_000);
  const media = await startStubServer((_request, response) => {
    let sent = 0;
    response.writeHead(200, { 'content-length': bytes.length });
    const timer = setInterval(() => {
      response.write(bytes.subarray(sent, sent + 1));
      sent += 1;
    }, 50);
    response.on('close', () => clearInterval(timer));
  });
  const world = await startWorld({
    variables: { GENESYS_MEDIA_ORIGINS: media.origin, DEADLINE_MARGIN_MS: '1000' },
    behaviour: { mediaFileUri: `${media.origin}/a` },
    timeoutSeconds: 4,
  });
  world.deliver(world.leaveVoicemail().event);
  const [report] = await world.poll();
  expect(report?.invocation?.outcome).toBe('success');
  expect(world.logLines.find(({ message }) => message === 'given back')).toMatchObject({
    errorKind: 'TemporarilyUnavailable',
    errorMessage: expect.stringContaining('outlasts the run'),
  });
});

test('a connection that is not made in time is given up', async () => {
  // It accepts TCP and never answers the TLS handshake.
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  const origin = `https://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const world = await startWorld({
    variables: {
      GENESYS_MEDIA_ORIGINS: origin,
      MEDIA_CONNECT_TIMEOUT_MS: '100',
      MEDIA_IDLE_TIMEOUT_MS: '60000',
    },
    timeoutSeconds: 20,
  });
  await move(world, `${origin}/a`);
  silent.close();
  expect(world.outcomes).toEqual([]);
  expect(world.logLines.find(({ message }) => message === 'given back')).toMatchObject({
    errorMessage: expect.stringContaining('ETIMEDOUT'),
  });
});
