import { randomUUID } from 'node:crypto';
import { type GenesysCloud, tokenHash } from '../../../../tools/local-cloud/genesys';
import { json, listedIds, mediaUrl, refresh, start, startScene, stopAll, textField } from './helpers';

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

  test('delays a voicemail and says how its upload ends', async () => {
    const scene = await startScene();
    const { messageId } = scene.leave();
    const listing = () => scene.api(`/api/v2/voicemail/queues/${scene.queue.id}/messages`);
    await control(scene.genesys, 'PATCH', `/voicemails/${messageId}`, { appearsAfterMs: 60_000 });
    expect(await listedIds(await listing())).toEqual([]);
    scene.clock.advance(60_000);
    expect(await listedIds(await listing())).toEqual([messageId]);
    await control(scene.genesys, 'PATCH', `/voicemails/${messageId}`, { uploadStatus: 'failed' });
    expect(await listedIds(await listing())).toEqual([]);
  });

  test('injects, lists and clears faults', async () => {
    const { genesys, api } = await startScene();
    const rule = { service: 'api', fault: { effect: 'none', answer: { kind: 'error', status: 503 } } };
    const id = await textField(await control(genesys, 'POST', '/faults', rule), 'id');
    expect((await api('/api/v2/tokens/me')).status).toBe(503);
    expect(await (await control(genesys, 'GET', '/faults')).json()).toEqual([{ id, rule, struck: 1 }]);
    expect((await control(genesys, 'DELETE', `/faults/${id}`)).status).toBe(204);
    expect((await api('/api/v2/tokens/me')).status).toBe(200);
    await control(genesys, 'POST', '/faults', rule);
    expect((await control(genesys, 'DELETE', '/faults')).status).toBe(204);
    expect((await api('/api/v2/tokens/me')).status).toBe(200);
  });

  test('makes clients, users and groups, ends tokens and changes behaviour', async () => {
    const { genesys } = await start();
    const clientId = await textField(await control(genesys, 'POST', '/oauth-clients', {}), 'id');
    const userId = await textField(await control(genesys, 'POST', '/users', { permissions: [] }), 'id');
    expect(await json(await control(genesys, 'POST', '/groups', { memberIds: [userId] }))).toMatchObject({
      memberIds: [userId],
    });
    const pair = await json(await control(genesys, 'POST', '/first-pairs', { clientId, userId }));
    expect(pair).toMatchObject({ clientId, userId });
    expect(await json(await control(genesys, 'DELETE', `/users/${userId}/tokens`))).toEqual({ ended: 2 });
    expect(
      (await control(genesys, 'PATCH', `/oauth-clients/${clientId}`, { state: 'inactive' })).status,
    ).toBe(204);
    const changed = await json(await control(genesys, 'PATCH', '/behaviour', { requestsPerMinute: 5 }));
    expect(changed).toEqual(genesys.behaviour);
    expect(changed['requestsPerMinute']).toBe(5);
    expect(await json(await control(genesys, 'GET', '/behaviour'))).toEqual(changed);
  });

  test('makes the event of a caller who left nothing', async () => {
    const { genesys, queue } = await startScene();
    const left = await json(await control(genesys, 'POST', '/abandoned-voicemails', { queueId: queue.id }));
    expect(left).toMatchObject({ event: { detail: { eventBody: { queueId: queue.id } } } });
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

  test('refuses an id that is taken, and a body that is no JSON', async () => {
    const { genesys, queue } = await startScene();
    expect((await control(genesys, 'POST', '/queues', { id: queue.id })).status).toBe(409);
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' };
    expect((await fetch(`${genesys.origins.control}/queues`, init)).status).toBe(400);
  });

  test('bears a hundred calls at once', async () => {
    const scene = await startScene();
    const voicemail = { queueId: scene.queue.id, durationMs: 1, audio: { WEBM: { sizeBytes: 1 } } };
    const ids = await Promise.all(
      Array.from({ length: 100 }, async () =>
        textField(await control(scene.genesys, 'POST', '/voicemails', voicemail), 'messageId'),
      ),
    );
    const listed = await listedIds(
      await scene.api(`/api/v2/voicemail/queues/${scene.queue.id}/messages?pageSize=100`),
    );
    expect([...listed].sort()).toEqual(ids.sort());
  });
});

describe('control in process', () => {
  test.each([
    ['no mailbox', {}, 'exactly one mailbox'],
    ['two mailboxes', { queueId: 'known', userId: 'known' }, 'exactly one mailbox'],
    ['an unknown queue', { queueId: randomUUID() }, 'no queue'],
    ['no audio', { queueId: 'known', audio: {} }, 'no audio'],
    ['an unknown conversation', { queueId: 'known', conversationId: randomUUID() }, 'no conversation'],
    ['an impossible size', { queueId: 'known', audio: { WAV: { sizeBytes: -1 } } }, 'whole number'],
  ])('refuses a voicemail with %s', async (_what, input, message) => {
    const { genesys, queue, pair } = await startScene();
    const ids: Readonly<Record<string, string>> = { queueId: queue.id, userId: pair.userId };
    const known = Object.fromEntries(
      Object.entries(input).map(([name, value]) => [name, value === 'known' ? ids[name] : value]),
    );
    expect(() =>
      genesys.leaveVoicemail({ audio: { WAV: { sizeBytes: 1 } }, durationMs: 1, ...known }),
    ).toThrow(message);
  });

  test('refuses a member and a client that are not there', async () => {
    const scene = await startScene();
    expect(() => scene.genesys.createGroup({ memberIds: ['nobody'] })).toThrow('no user');
    expect(() => scene.genesys.grantFirstPair({ clientId: 'nobody' })).toThrow('no OAuth client');
    expect(() => scene.genesys.createOAuthClient({ accessTokenLifetimeSeconds: 1 })).toThrow('300 to 172800');
    const machine = scene.genesys.createOAuthClient({ grantType: 'CLIENT-CREDENTIALS' });
    expect(() => scene.genesys.grantFirstPair({ clientId: machine.id })).toThrow('code grant');
  });

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

describe('the counters', () => {
  test('count requests by route, and by token and minute, without showing a token', async () => {
    const scene = await startScene();
    // Read once: the clock goes on between two readings.
    const minute = Math.ceil(scene.clock.now() / 60_000) * 60_000;
    scene.clock.advanceTo(minute);
    await scene.api('/api/v2/tokens/me');
    await scene.api('/api/v2/tokens/me');
    await mediaUrl(scene, scene.leave().messageId);
    const counters = scene.genesys.counters();
    expect(counters.requestsByRoute).toEqual({
      'api GET /api/v2/tokens/me': 2,
      'api GET /api/v2/voicemail/messages/{messageId}/media': 1,
    });
    expect(counters.requestsByTokenAndMinute).toEqual({
      [tokenHash(scene.pair.accessToken)]: { [String(minute)]: 3 },
    });
    for (const secret of scene.genesys.issuedSecrets()) {
      expect(JSON.stringify(counters)).not.toContain(secret);
    }
  });
});
