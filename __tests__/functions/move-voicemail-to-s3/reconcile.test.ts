import { closeWorlds, refuse, startWorld } from './mover-world';

afterEach(closeWorlds);

const HOUR_MS = 60 * 60 * 1000;
const DAY_MS = 24 * HOUR_MS;
const RECONCILE = { schemaVersion: 1, kind: 'reconcile' };
const LISTING = 'api GET /api/v2/voicemail/queues/{queueId}/messages';

test('voicemails whose events were lost are stored after one reconcile', async () => {
  const world = await startWorld();
  const seen = world.leaveVoicemail();
  world.deliver(seen.event);
  await world.drain();
  const lost = [1, 2, 3].map((seed) => world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 4000, seed } } }));
  world.clock.advance(2 * HOUR_MS);
  world.send(RECONCILE);
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'stored', 'stored', 'stored']);
  expect(world.metric('ReconcileSent')).toBe(3);
  for (const { messageId } of lost) {
    expect(world.objectEndingIn(`${messageId}.webm`).key).toContain(`queue_id=${world.queueId}/`);
  }
});

test('a reconcile with nothing to do sends nothing, and asks S3 by day, not by object', async () => {
  const world = await startWorld();
  for (let seed = 0; seed < 12; seed += 1) {
    world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 500, seed } } }).event);
  }
  await world.drain();
  world.clock.advance(2 * HOUR_MS);
  const listings = world.awsCalls('ListObjectsV2');
  world.send(RECONCILE);
  await world.drain();
  expect(world.metric('ReconcileSent')).toBe(0);
  expect(world.awsCalls('ListObjectsV2') - listings).toBe(1);
});

test('two reconciles at once store each voicemail once', async () => {
  const world = await startWorld({ batchSize: 1 });
  for (let seed = 0; seed < 4; seed += 1) {
    world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 500, seed } } });
  }
  world.clock.advance(2 * HOUR_MS);
  world.send(RECONCILE);
  world.send(RECONCILE);
  await world.drain(100);
  expect(world.keys).toHaveLength(8);
  expect(world.outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(4);
});

test('a mailbox that another run has is left to it, until its lease ends', async () => {
  const world = await startWorld();
  const { messageId } = world.leaveVoicemail();
  world.clock.advance(2 * HOUR_MS);
  const leaseEndsMs = world.clock.now() + 5 * 60_000;
  await world.putObject(
    `queue_id=${world.queueId}/_reconcile.json`,
    JSON.stringify({ schemaVersion: 1, leaseEndsMs }),
  );
  await world.invoke(RECONCILE);
  expect(world.requests(LISTING)).toBe(0);
  world.clock.advanceTo(leaseEndsMs + 1);
  await world.invoke(RECONCILE);
  await world.drain();
  expect(world.keysEndingIn(`${messageId}.webm`)).toHaveLength(1);
});

test('group voicemail, for which there is no event, is stored under its group', async () => {
  const world = await startWorld();
  const { messageId } = world.leaveVoicemail({ groupId: world.groupId });
  world.clock.advance(2 * HOUR_MS);
  await world.invoke(RECONCILE);
  await world.drain();
  const stored = world.objectEndingIn(`${messageId}.webm`);
  expect(stored.key).toContain(`group_id=${world.groupId}/year=`);
  expect(stored.metadata['group-id']).toBe(world.groupId);
});

test('what is too young, too old or too short is left alone', async () => {
  const world = await startWorld({ variables: { MINIMUM_DURATION_MS: '2000' } });
  world.leaveVoicemail({ createdAtMs: world.clock.now() - 8 * DAY_MS });
  world.leaveVoicemail({ createdAtMs: world.clock.now() - 5 * HOUR_MS, durationMs: 1000 });
  world.leaveVoicemail({ createdAtMs: world.clock.now() - HOUR_MS / 2 });
  world.send(RECONCILE);
  await world.drain();
  expect(world.metric('ReconcileSent')).toBe(0);
  expect(world.keys).toEqual([]);
});

test('a voicemail that was erased stays away', async () => {
  const world = await startWorld();
  const createdAtMs = world.clock.now() - 5 * HOUR_MS;
  const { messageId } = world.leaveVoicemail({ createdAtMs });
  const [year, month, day] = new Date(createdAtMs).toISOString().slice(0, 10).split('-');
  const folder = `queue_id=${world.queueId}/year=${year}/month=${month}/day=${day}`;
  await world.putObject(`${folder}/${messageId}.tombstone`, '{}');
  world.send(RECONCILE);
  await world.drain();
  expect(world.metric('ReconcileSent')).toBe(0);
});

test('a voicemail that fails for good reaches the failures queue once, however often reconcile runs', async () => {
  const world = await startWorld({ variables: { MAXIMUM_AUDIO_BYTES: '100' } });
  world.leaveVoicemail();
  world.clock.advance(2 * HOUR_MS);
  for (let run = 0; run < 5; run += 1) {
    world.send(RECONCILE);
    await world.drain();
    world.clock.advance(HOUR_MS);
  }
  expect(world.failures).toHaveLength(1);
  expect(world.failures).toMatchObject([{ failureClass: 'TOO_LARGE' }]);
});

test('a mailbox that may not be listed does not keep the others from being reconciled', async () => {
  const world = await startWorld();
  world.genesys.injectFault({
    operation: 'GET /api/v2/voicemail/queues/{queueId}/messages',
    times: 1,
    fault: refuse(403, 'missing.permissions'),
  });
  const { messageId } = world.leaveVoicemail({ groupId: world.groupId });
  world.clock.advance(2 * HOUR_MS);
  world.send(RECONCILE);
  await world.drain();
  expect(world.metric('ReconcileRefused')).toBe(1);
  expect(world.keysEndingIn(`${messageId}.webm`)).toHaveLength(1);
});

test('a backlog larger than the minute allows is worked off page by page, and nothing is listed twice', async () => {
  const world = await startWorld({
    behaviour: { requestsPerMinute: 20 },
    variables: { MAXIMUM_CONCURRENCY: '2' },
  });
  const createdAtMs = world.clock.now() - 2 * HOUR_MS;
  for (let seed = 0; seed < 1450; seed += 1) {
    world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 100, seed } }, createdAtMs, durationMs: 3000 });
  }
  await world.invoke(RECONCILE);
  const continuation = world.events
    .map((body) => JSON.parse(body))
    .filter(({ kind }) => kind === 'reconcile');
  expect(continuation).toEqual([
    { schemaVersion: 1, kind: 'reconcile', queueId: world.queueId, pageNumber: expect.any(Number) },
  ]);
  const pagesDone = continuation[0].pageNumber - 1;
  expect(world.events).toHaveLength(pagesDone * 100 + 1);
  expect(world.genesys.counters().tooManyRequestsAnswers).toBe(0);
  world.clock.advance(62_000);
  // The next hourly run leaves the mailbox to the message of the interrupted one.
  await world.invoke(RECONCILE);
  await world.invoke(continuation[0]);
  expect(world.requests(LISTING)).toBe(15);
});

test('a reconcile leaves a deep queue to the next run, so that an outage does not multiply what waits', async () => {
  const world = await startWorld();
  const lost = world.leaveVoicemail();
  for (let waiting = 0; waiting < 101; waiting += 1) {
    world.send('{}');
  }
  world.clock.advance(2 * HOUR_MS);
  await world.invoke(RECONCILE);
  expect(world.requests(LISTING)).toBe(0);
  expect(world.metric('ReconcilePostponed')).toBe(1);
  await world.drain(200);
  expect(world.events).toEqual([]);
  world.send(RECONCILE);
  await world.drain();
  expect(world.metric('ReconcilePostponed')).toBe(1);
  expect(world.metric('ReconcileSent')).toBe(1);
  expect(world.keysEndingIn(`${lost.messageId}.webm`)).toHaveLength(1);
});

test('what waits is sent once, however often the reconcile runs, and its copies do not count as a deep queue', async () => {
  const world = await startWorld();
  const stuck = Array.from({ length: 110 }, (_, seed) =>
    world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 200, seed } } }),
  );
  world.clock.advance(2 * HOUR_MS);
  for (let run = 0; run < 5; run += 1) {
    await world.invoke(RECONCILE);
    world.clock.advance(HOUR_MS);
  }
  // Once a day a run looks through everything.
  world.clock.advance(DAY_MS);
  await world.invoke(RECONCILE);
  expect(world.events).toHaveLength(stuck.length);
  expect(world.metric('ReconcileSent')).toBe(stuck.length);
  expect(world.metric('ReconcilePostponed')).toBe(0);
});

test('a queue that cannot be listed for a while does not block the mailboxes behind it', async () => {
  const world = await startWorld();
  world.genesys.injectFault({
    operation: 'GET /api/v2/voicemail/queues/{queueId}/messages',
    fault: refuse(503),
  });
  const { messageId } = world.leaveVoicemail({ groupId: world.groupId });
  const inQueue = world.leaveVoicemail();
  world.clock.advance(2 * HOUR_MS);
  world.send(RECONCILE);
  await world.drain();
  expect(world.keysEndingIn(`${messageId}.webm`)).toHaveLength(1);
  expect(world.metric('ReconcileRefused')).toBe(1);
  world.genesys.clearFaults();
  world.send(RECONCILE);
  await world.drain();
  expect(world.keysEndingIn(`${inQueue.messageId}.webm`)).toHaveLength(1);
});

test('a page that cannot be read does not hide the others, and is read by the next run', async () => {
  const world = await startWorld();
  for (let seed = 0; seed < 130; seed += 1) {
    world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 100, seed } } });
  }
  world.clock.advance(2 * HOUR_MS);
  const operation = 'GET /api/v2/voicemail/queues/{queueId}/messages';
  world.genesys.injectFault({ operation, times: 3, fault: refuse(503) });
  await world.invoke(RECONCILE);
  expect(world.events).toHaveLength(30);
  expect(world.metric('ReconcileRefused')).toBe(0);
  await world.invoke(RECONCILE);
  expect(world.events).toHaveLength(130);
});

test('a voicemail that is listed late, by up to an hour, is found by the next run', async () => {
  const world = await startWorld();
  await world.invoke(RECONCILE);
  const createdAtMs = world.clock.now() - 110 * 60_000;
  const { messageId } = world.leaveVoicemail({ createdAtMs });
  world.clock.advance(HOUR_MS);
  await world.invoke(RECONCILE);
  expect(world.events.map((body) => JSON.parse(body).voicemailId)).toEqual([messageId]);
});

test('audio that was deleted by hand is stored again', async () => {
  const world = await startWorld();
  const { event, messageId } = world.leaveVoicemail();
  world.deliver(event);
  await world.drain();
  await world.deleteObject(world.objectEndingIn('.webm').key);
  world.clock.advance(2 * HOUR_MS);
  world.send(RECONCILE);
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'already-stored']);
  expect(await world.currentKeys()).toContainEqual(expect.stringContaining(`${messageId}.webm`));
});

test.each(['newest-first', 'oldest-first'] as const)(
  "an hour's reconcile of a mailbox that is listed %s costs an hour's mail, whatever it holds",
  async (listingOrder) => {
    const world = await startWorld({ behaviour: { listingOrder, requestsPerMinute: 3000 } });
    const nowMs = world.clock.now();
    for (let left = 0; left < 1200; left += 1) {
      world.leaveVoicemail({
        audio: { WEBM: { sizeBytes: 80 } },
        createdAtMs: nowMs - 8 * DAY_MS - left * 60_000,
      });
    }
    await world.invoke(RECONCILE);
    const listed = world.requests(LISTING);
    expect(listed).toBeLessThanOrEqual(2);
    const fresh = world.leaveVoicemail();
    world.clock.advance(2 * HOUR_MS);
    await world.invoke(RECONCILE);
    expect(world.requests(LISTING) - listed).toBeLessThanOrEqual(3);
    expect(world.events.map((body) => JSON.parse(body).voicemailId)).toEqual([fresh.messageId]);
  },
);

test('a voicemail that was deleted at Genesys is not sent', async () => {
  const world = await startWorld();
  world.leaveVoicemail();
  world.genesys.injectFault({
    operation: 'GET /api/v2/voicemail/queues/{queueId}/messages',
    times: 10,
    fault: {
      effect: 'applied',
      answer: {
        kind: 'altered',
        alter: (answer) => ({
          ...answer,
          body: Buffer.from(answer.body.toString().replaceAll('"deleted":false', '"deleted":true')),
        }),
      },
    },
  });
  world.clock.advance(2 * HOUR_MS);
  await world.invoke(RECONCILE);
  expect(world.requests(LISTING)).toBe(1);
  expect(world.events).toEqual([]);
});

test('a reconcile message whose work fails for a day is given up, and what it left is found by the next', async () => {
  const world = await startWorld();
  const { messageId } = world.leaveVoicemail();
  await world.putSecret(1, '{}');
  world.clock.advance(2 * HOUR_MS);
  world.send(RECONCILE);
  for (let hour = 0; hour < 26; hour += 1) {
    await world.poll();
    world.clock.advance(HOUR_MS);
  }
  expect(world.events).toEqual([]);
  expect(world.failures).toEqual([]);
  await world.replaceToken();
  world.clock.advance(60_000);
  world.send(RECONCILE);
  await world.drain();
  expect(world.keysEndingIn(`${messageId}.webm`)).toHaveLength(1);
});

test('without queues and groups reconcile does nothing', async () => {
  const world = await startWorld({ namesMailboxes: false });
  world.leaveVoicemail();
  world.clock.advance(2 * HOUR_MS);
  expect(await world.invoke(RECONCILE)).toMatchObject({ payload: { outcomes: [] } });
  expect(world.genesys.counters().requestsByRoute).toEqual({});
});

test('whole seconds of a listing do not make a voicemail too short whose milliseconds are not', async () => {
  const world = await startWorld({ variables: { MINIMUM_DURATION_MS: '2300' } });
  world.leaveVoicemail({ durationMs: 2400 });
  world.clock.advance(2 * 60 * 60 * 1000);
  world.send({ schemaVersion: 1, kind: 'reconcile' });
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

test('a voicemail that was erased does not come back by a message that was sent before', async () => {
  const world = await startWorld();
  const createdAtMs = Date.UTC(2026, 0, 2, 3);
  const { messageId, conversationId } = world.leaveVoicemail({ createdAtMs });
  world.send({
    schemaVersion: 1,
    kind: 'voicemail',
    voicemailId: messageId,
    conversationId,
    queueId: world.queueId,
    eventTimeMs: createdAtMs,
  });
  await world.putObject(`queue_id=${world.queueId}/year=2026/month=01/day=02/${messageId}.tombstone`, '{}');
  await world.drain();
  expect(world.keysEndingIn('.webm')).toEqual([]);
  expect(world.outcomes).toEqual(['skipped']);
});
