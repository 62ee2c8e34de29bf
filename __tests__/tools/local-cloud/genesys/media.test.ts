import { mediaUrl, startScene, stopAll } from './helpers';

afterEach(stopAll);

describe('the media host', () => {
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

  test('redirects wherever it is told', async () => {
    const scene = await startScene({
      behaviour: { mediaRedirectTo: 'http://169.254.169.254/latest/meta-data/' },
    });
    const url = await mediaUrl(scene, scene.leave().messageId);
    const response = await fetch(url, { redirect: 'manual' });
    expect(response.status).toBe(302);
    expect(response.headers.get('location')).toBe('http://169.254.169.254/latest/meta-data/');
  });
});
