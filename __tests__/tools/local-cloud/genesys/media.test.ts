import { createHash } from 'node:crypto';
import { mediaUrl, startScene, stopAll } from './helpers';

afterEach(stopAll);

const sha256 = (bytes: ArrayBuffer) => createHash('sha256').update(Buffer.from(bytes)).digest('hex');

describe('the media host', () => {
  test.each([
    ['WEBM', 'audio/webm'],
    ['WAV', 'audio/wav'],
    ['WAV_ULAW', 'audio/wav'],
    ['OGG_VORBIS', 'audio/ogg'],
    ['OGG_OPUS', 'audio/ogg'],
    ['MP3', 'audio/mpeg'],
    ['NONE', 'application/octet-stream'],
  ] as const)('serves %s as %s with its length, byte for byte', async (formatId, contentType) => {
    const scene = await startScene();
    const left = scene.leave({ audio: { [formatId]: Buffer.from(`audio in ${formatId}`) } });
    const response = await fetch(await mediaUrl(scene, left.messageId, `?formatId=${formatId}`));
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe(contentType);
    const bytes = await response.arrayBuffer();
    expect(response.headers.get('content-length')).toBe(String(bytes.byteLength));
    expect(sha256(bytes)).toBe(left.sha256[formatId]);
  });

  test('is another origin than the API, and is WEBM unless asked otherwise', async () => {
    const scene = await startScene();
    const url = await mediaUrl(scene, scene.leave().messageId);
    expect(url.startsWith(`${scene.genesys.origins.media}/`)).toBe(true);
    expect(scene.genesys.origins.media).not.toBe(scene.genesys.origins.api);
    expect((await fetch(url)).headers.get('content-type')).toBe('audio/webm');
  });

  test('serves a large recording that nobody holds in memory', async () => {
    const scene = await startScene();
    const left = scene.leave({ audio: { WEBM: { sizeBytes: 20 * 1024 * 1024 + 1, seed: 7 } } });
    const bytes = await (await fetch(await mediaUrl(scene, left.messageId))).arrayBuffer();
    expect(bytes.byteLength).toBe(20 * 1024 * 1024 + 1);
    expect(sha256(bytes)).toBe(left.sha256.WEBM);
  });

  test('refuses a request with an Authorization header with 400, as S3 does, and counts it', async () => {
    const scene = await startScene();
    const url = await mediaUrl(scene, scene.leave().messageId);
    const response = await fetch(url, { headers: { authorization: `Bearer ${scene.pair.accessToken}` } });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toBe('application/xml');
    expect(await response.text()).toContain('<Code>InvalidArgument</Code>');
    expect(scene.genesys.counters().mediaRequestsWithAuthorization).toBe(1);
  });

  test('refuses an expired URL with 403, by the clock that it was given', async () => {
    const scene = await startScene({ behaviour: { mediaUrlLifetimeSeconds: 60 } });
    const url = await mediaUrl(scene, scene.leave().messageId);
    scene.clock.advance(50_000);
    expect((await fetch(url)).status).toBe(200);
    scene.clock.advance(11_000);
    const response = await fetch(url);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('<Code>AccessDenied</Code>');
  });

  test.each([
    ['a changed signature', (url: URL) => url.searchParams.set('Signature', 'x'), 'SignatureDoesNotMatch'],
    ['a later expiry', (url: URL) => url.searchParams.set('Expires', '9999999999'), 'SignatureDoesNotMatch'],
    [
      'another format',
      (url: URL) => {
        url.pathname = url.pathname.replace('WEBM', 'WAV');
      },
      'SignatureDoesNotMatch',
    ],
    ['no signature', (url: URL) => url.searchParams.delete('Signature'), 'AccessDenied'],
    ['a parameter more', (url: URL) => url.searchParams.set('download', '1'), 'AccessDenied'],
  ])('refuses %s with 403', async (_what, change, code) => {
    const scene = await startScene();
    const url = new URL(await mediaUrl(scene, scene.leave().messageId));
    change(url);
    const response = await fetch(url);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain(`<Code>${code}</Code>`);
  });

  test('refuses what it does not offer: other methods, ranges, deleted voicemail', async () => {
    const scene = await startScene();
    const { messageId } = scene.leave();
    const url = await mediaUrl(scene, messageId);
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(405);
    expect((await fetch(url, { headers: { range: 'bytes=0-1' } })).status).toBe(400);
    await scene.api(`/api/v2/voicemail/messages/${messageId}`, { method: 'DELETE' });
    expect((await fetch(url)).status).toBe(404);
    expect((await fetch(`${scene.genesys.origins.media}/`)).status).toBe(404);
  });

  test('redirects wherever it is told', async () => {
    const scene = await startScene({
      behaviour: { mediaRedirectTo: 'http://169.254.169.254/latest/meta-data/' },
    });
    const url = await mediaUrl(scene, scene.leave().messageId);
    const response = await fetch(url, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('http://169.254.169.254/latest/meta-data/');
  });

  test('is named by any URI that it is told to hand out', async () => {
    const scene = await startScene();
    const { messageId } = scene.leave();
    scene.genesys.changeBehaviour({ mediaFileUri: 'file:///etc/passwd' });
    expect(await mediaUrl(scene, messageId)).toBe('file:///etc/passwd');
    scene.genesys.changeBehaviour({ mediaFileUri: null });
    expect((await fetch(await mediaUrl(scene, messageId))).status).toBe(200);
  });
});
