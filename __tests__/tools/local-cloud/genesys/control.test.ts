import type { GenesysCloud } from '../../../../tools/local-cloud/genesys';
import { json, refresh, start, startScene, stopAll, textField } from './helpers';

afterEach(stopAll);

const control = ({ origins }: GenesysCloud, method: string, path: string, body?: unknown) =>
  fetch(`${origins.control}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });

describe('the control interface', () => {
  test('lists its operations', async () => {
    const { genesys } = await start();
    const operations: unknown = await (await control(genesys, 'GET', '/')).json();
    expect(operations).toContainEqual({ method: 'POST', path: '/first-pairs', summary: expect.any(String) });
  });

  test('grants a first pair, leaves a voicemail and shows what became of it', async () => {
    const { genesys } = await start();
    const pair = await json(await control(genesys, 'POST', '/first-pairs', {}));
    const queueId = await textField(await control(genesys, 'POST', '/queues', { name: 'Sales' }), 'id');
    const left = await control(genesys, 'POST', '/voicemails', {
      queueId,
      durationMs: 1000,
      audio: { WEBM: { base64: Buffer.from('audio').toString('base64') }, WAV: { sizeBytes: 10 } },
    });
    const messageId = await textField(left, 'messageId');
    const headers = { authorization: `Bearer ${pair['accessToken']}` };
    const message = `${genesys.origins.api}/api/v2/voicemail/messages/${messageId}`;
    const url = await textField(await fetch(`${message}/media`, { headers }), 'mediaFileUri');
    expect(await (await fetch(url)).text()).toBe('audio');
    await fetch(message, { method: 'DELETE', headers });
    const counters = await json(await control(genesys, 'GET', '/counters'));
    expect(counters).toEqual(genesys.counters());
    expect(counters).toMatchObject({ deletes: { [messageId]: 1 } });
  });

  test.each([
    ['an unknown field', 'POST', '/queues', { colour: 'red' }, 400],
    ['an id that is no UUID', 'POST', '/queues', { id: '1' }, 400],
    [
      'a voicemail without a mailbox',
      'POST',
      '/voicemails',
      { durationMs: 1, audio: { WAV: { sizeBytes: 1 } } },
      400,
    ],
    [
      'a fault of an unknown kind',
      'POST',
      '/faults',
      { fault: { effect: 'none', answer: { kind: 'melt' } } },
      400,
    ],
    ['an unknown user', 'DELETE', '/users/nobody/tokens', undefined, 404],
    ['an unknown voicemail', 'PATCH', '/voicemails/none', {}, 404],
    ['an unknown fault rule', 'DELETE', '/faults/none', undefined, 404],
    ['an unknown operation', 'POST', '/everything', {}, 404],
    ['a query parameter', 'GET', '/counters?reset=true', undefined, 400],
  ])('refuses %s', async (_what, method, path, body, status) => {
    const { genesys } = await start();
    const response = await control(genesys, method, path, body);
    expect(response.status).toBe(status);
    expect(await json(response)).toEqual({ error: expect.any(String) });
  });
});

describe('control in process', () => {
  test('knows every secret that it gave out', async () => {
    const scene = await startScene();
    const renewed = await json(await refresh(scene));
    expect(scene.genesys.issuedSecrets()).toEqual(
      expect.arrayContaining([
        scene.pair.accessToken,
        scene.pair.refreshToken,
        scene.pair.clientSecret,
        renewed['access_token'],
        renewed['refresh_token'],
      ]),
    );
  });
});
