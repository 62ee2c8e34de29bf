import { randomUUID } from 'node:crypto';
import { json, listedIds, refusal, type Scene, startScene, stopAll } from './helpers';

afterEach(stopAll);

const listing = ({ api, queue }: Scene, query = '') =>
  api(`/api/v2/voicemail/queues/${queue.id}/messages${query}`);

describe('users/me and tokens/me', () => {
  test('tell who the token stands for and what it may do', async () => {
    const scene = await startScene({ client: { scopes: ['user-basic-info', 'voicemail'] } });
    const me = await json(await scene.api('/api/v2/users/me?expand=organization,token'));
    expect(me).toMatchObject({
      id: scene.pair.userId,
      state: 'active',
      organization: { id: scene.genesys.eventSourceName.split('/')[3] },
      token: { authorizedScope: ['user-basic-info', 'voicemail'] },
    });
    const token = await json(await scene.api('/api/v2/tokens/me'));
    expect(token).toMatchObject({
      authorizedScope: ['user-basic-info', 'voicemail'],
      OAuthClient: { id: scene.pair.clientId },
    });
    expect(token).not.toHaveProperty('dateTokenIdles');
  });

  test('answer a HEAD on tokens/me without a body', async () => {
    const { api } = await startScene();
    const response = await api('/api/v2/tokens/me', { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  test('show the inactivity timeout in tokens/timeout, and when the token will rest too long', async () => {
    const { api, genesys } = await startScene();
    expect(await json(await api('/api/v2/tokens/timeout'))).toMatchObject({ enableIdleTokenTimeout: false });
    genesys.changeBehaviour({ idleTokenTimeoutSeconds: 900 });
    expect(await json(await api('/api/v2/tokens/timeout'))).toMatchObject({
      enableIdleTokenTimeout: true,
      idleTokenTimeoutSeconds: 900,
    });
    expect(await json(await api('/api/v2/tokens/me'))).toHaveProperty('dateTokenIdles');
  });
});

describe('the queue listing', () => {
  test('pages through a mailbox, 25 at a time, oldest first', async () => {
    const scene = await startScene();
    const now = scene.clock.now();
    const ids = Array.from({ length: 30 }, (_, age) => scene.leave({ createdAtMs: now + age }).messageId);
    const first = await json(await listing(scene));
    const path = `/api/v2/voicemail/queues/${scene.queue.id}/messages`;
    expect(first).toMatchObject({
      pageSize: 25,
      pageNumber: 1,
      total: 30,
      pageCount: 2,
      firstUri: `${path}?pageSize=25&pageNumber=1`,
      nextUri: `${path}?pageSize=25&pageNumber=2`,
      lastUri: `${path}?pageSize=25&pageNumber=2`,
    });
    expect(first).not.toHaveProperty('previousUri');
    const pages = [
      await listedIds(await listing(scene)),
      await listedIds(await listing(scene, '?pageNumber=2')),
    ];
    expect(pages.flat()).toEqual(ids);
    const last = await json(await listing(scene, '?pageNumber=2'));
    expect(last).toHaveProperty('previousUri');
    expect(last).not.toHaveProperty('nextUri');
    expect(await listedIds(await listing(scene, '?pageNumber=3'))).toEqual([]);
  });

  test('lists newest first when told so', async () => {
    const scene = await startScene({ behaviour: { listingOrder: 'newest-first' } });
    const older = scene.leave({ createdAtMs: 1_000 }).messageId;
    const newer = scene.leave({ createdAtMs: 2_000 }).messageId;
    expect(await listedIds(await listing(scene))).toEqual([newer, older]);
  });

  test.each([
    ['?pageSize=101', 'response.entity.too.large'],
    ['?pageSize=0', 'bad.request'],
    ['?pageNumber=-1', 'bad.request'],
    ['?pageSize=ten', 'bad.request'],
    ['?sortOrder=ASC', 'bad.request'],
  ])('refuses %s', async (query, code) => {
    const scene = await startScene();
    expect(await refusal(await listing(scene, query))).toEqual([400, code]);
  });

  test('does not know a queue of another organization', async () => {
    const { api } = await startScene();
    expect(await refusal(await api(`/api/v2/voicemail/queues/${randomUUID()}/messages`))).toEqual([
      404,
      'not.found',
    ]);
  });

  test('shows a voicemail only once its upload has ended, by the clock that it was given', async () => {
    const scene = await startScene();
    const { messageId } = scene.leave({ appearsAfterMs: 300_000 });
    expect(await listedIds(await listing(scene))).toEqual([]);
    expect((await scene.api(`/api/v2/voicemail/messages/${messageId}`)).status).toBe(404);
    scene.clock.advance(300_000);
    expect(await listedIds(await listing(scene))).toEqual([messageId]);
  });

  test('never shows a voicemail whose upload failed', async () => {
    const scene = await startScene();
    scene.leave({ uploadStatus: 'failed' });
    scene.clock.advance(3_600_000);
    expect(await listedIds(await listing(scene))).toEqual([]);
  });
});

describe('a voicemail message', () => {
  test('tells all that Genesys tells of it, the transcription only on demand', async () => {
    const scene = await startScene();
    const left = scene.leave({ callerName: 'Caller', transcription: 'please call back' });
    const path = `/api/v2/voicemail/messages/${left.messageId}`;
    const message = await json(await scene.api(path));
    expect(message).toEqual({
      id: left.messageId,
      conversation: { id: left.conversationId, selfUri: `/api/v2/conversations/${left.conversationId}` },
      read: false,
      audioRecordingDurationSeconds: 12,
      audioRecordingSizeBytes: 38,
      createdDate: left.createdDate,
      modifiedDate: left.createdDate,
      callerAddress: 'tel:+15550100',
      callerName: 'Caller',
      deleted: false,
      queue: { id: scene.queue.id, selfUri: `/api/v2/routing/queues/${scene.queue.id}` },
      copiedTo: [],
      deleteRetentionPolicy: { voicemailRetentionPolicyType: 'RETAIN_INDEFINITELY' },
      selfUri: path,
    });
    const expanded = await json(await scene.api(`${path}?expand=transcription`));
    expect(expanded).toEqual({ ...message, transcription: 'please call back' });
  });

  test('is gone after a DELETE, which is counted once', async () => {
    const scene = await startScene();
    const { messageId } = scene.leave();
    const path = `/api/v2/voicemail/messages/${messageId}`;
    expect((await scene.api(path, { method: 'DELETE' })).status).toBe(204);
    expect(await refusal(await scene.api(path, { method: 'DELETE' }))).toEqual([404, 'not.found']);
    expect(await refusal(await scene.api(path))).toEqual([404, 'not.found']);
    expect(await listedIds(await listing(scene))).toEqual([]);
    expect(scene.genesys.counters().deletes).toEqual({ [messageId]: 1 });
  });

  test('of a queue cannot be changed by a service user, who is no participant of it', async () => {
    const scene = await startScene();
    const { messageId } = scene.leave();
    const init = { method: 'PATCH', headers: { 'content-type': 'application/json' }, body: '{"read":true}' };
    const response = await scene.api(`/api/v2/voicemail/messages/${messageId}`, init);
    expect(await refusal(response)).toEqual([403, 'voicemail.not.authorized.voicemail.message']);
    expect(scene.genesys.counters().reads).toEqual({});
  });

  test('names no media in a format that it was left without, rather than a wrong one', async () => {
    const scene = await startScene();
    const { messageId } = scene.leave({ audio: { WAV: Buffer.from('RIFF') } });
    const path = `/api/v2/voicemail/messages/${messageId}/media`;
    expect((await scene.api(`${path}?formatId=WAV`)).status).toBe(200);
    expect(await refusal(await scene.api(path))).toEqual([400, 'bad.request']);
    expect(await refusal(await scene.api(`${path}?formatId=FLAC`))).toEqual([400, 'bad.request']);
  });
});

describe('group voicemail', () => {
  test('is listed, read, marked and deleted by a member', async () => {
    const scene = await startScene();
    const { id: groupId } = scene.genesys.createGroup({ memberIds: [scene.pair.userId] });
    const { messageId } = scene.leave({ groupId });
    expect(await listedIds(await scene.api(`/api/v2/voicemail/groups/${groupId}/messages`))).toEqual([
      messageId,
    ]);
    const path = `/api/v2/voicemail/messages/${messageId}`;
    const init = {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: '{"read":true,"note":"done"}',
    };
    expect(await json(await scene.api(path, init))).toMatchObject({
      read: true,
      note: 'done',
      group: { id: groupId },
    });
    expect(await json(await scene.api(path))).toMatchObject({ read: true, note: 'done' });
    expect(scene.genesys.counters().reads).toEqual({ [messageId]: 1 });
    expect((await scene.api(path, { method: 'DELETE' })).status).toBe(204);
  });

  test('is refused to a user who is no member', async () => {
    const scene = await startScene();
    const { id: groupId } = scene.genesys.createGroup();
    const { messageId } = scene.leave({ groupId });
    const notAuthorized = [403, 'voicemail.not.authorized.voicemail.message'];
    expect(await refusal(await scene.api(`/api/v2/voicemail/groups/${groupId}/messages`))).toEqual(
      notAuthorized,
    );
    expect(await refusal(await scene.api(`/api/v2/voicemail/messages/${messageId}`))).toEqual(notAuthorized);
    const unknown = await scene.api(`/api/v2/voicemail/groups/${randomUUID()}/messages`);
    expect(await refusal(unknown)).toEqual([404, 'not.found']);
  });

  test('of a user is read by that user only', async () => {
    const scene = await startScene();
    const own = scene.leave({ userId: scene.pair.userId });
    const foreign = scene.leave({ userId: scene.genesys.createUser().id });
    expect((await scene.api(`/api/v2/voicemail/messages/${own.messageId}`)).status).toBe(200);
    expect((await scene.api(`/api/v2/voicemail/messages/${foreign.messageId}`)).status).toBe(403);
  });
});
