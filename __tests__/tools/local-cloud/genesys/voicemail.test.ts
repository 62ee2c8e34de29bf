import { json, listedIds, refusal, type Scene, startScene, stopAll } from './helpers';

afterEach(stopAll);

const listing = ({ api, queue }: Scene, query = '') =>
  api(`/api/v2/voicemail/queues/${queue.id}/messages${query}`);

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

  test('shows a voicemail only once its upload has ended, by the clock that it was given', async () => {
    const scene = await startScene();
    const { messageId } = scene.leave({ appearsAfterMs: 300_000 });
    expect(await listedIds(await listing(scene))).toEqual([]);
    expect((await scene.api(`/api/v2/voicemail/messages/${messageId}`)).status).toBe(404);
    scene.clock.advance(300_000);
    expect(await listedIds(await listing(scene))).toEqual([messageId]);
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

  test('names no media in a format that it was left without, rather than a wrong one', async () => {
    const scene = await startScene();
    const { messageId } = scene.leave({ audio: { WAV: Buffer.from('RIFF') } });
    const path = `/api/v2/voicemail/messages/${messageId}/media`;
    expect((await scene.api(`${path}?formatId=WAV`)).status).toBe(200);
    expect(await refusal(await scene.api(path))).toEqual([400, 'bad.request']);
    expect(await refusal(await scene.api(`${path}?formatId=FLAC`))).toEqual([400, 'bad.request']);
  });
});
