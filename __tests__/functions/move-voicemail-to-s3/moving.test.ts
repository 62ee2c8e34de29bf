import { createHash } from 'node:crypto';
import { ARCHIVE, closeWorlds, refuse, startWorld } from './mover-world';
import { recording } from './recordings';

afterEach(closeWorlds);

const MEDIA_INFO = 'GET /api/v2/voicemail/messages/{messageId}/media';
const MESSAGE = 'GET /api/v2/voicemail/messages/{messageId}';
const LOOKUP = 'GET /api/v2/conversations/callbacks/{conversationId}';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test('an event becomes the audio and its sidecar, both encrypted with the customer key, and one outcome', async () => {
  const world = await startWorld();
  const audio = recording(30_000);
  const left = world.leaveVoicemail({
    audio: { WEBM: audio },
    transcription: 'please call back',
    createdAtMs: Date.UTC(2026, 1, 3, 23, 59, 59),
  });
  world.deliver(left.event);
  await world.drain();

  const folder = `queue_id=${world.queueId}/year=2026/month=02/day=03`;
  expect(world.keys).toEqual([`${folder}/${left.messageId}.json`, `${folder}/${left.messageId}.webm`]);
  const stored = world.objectEndingIn('.webm');
  expect(stored.body.equals(audio)).toBe(true);
  expect(stored.contentType).toBe('audio/webm');
  expect(stored.metadata).toEqual({
    'voicemail-id': left.messageId,
    'conversation-id': left.conversationId,
    'queue-id': world.queueId,
    'created-date': left.createdDate,
    'duration-ms': '4200',
    format: 'WEBM',
  });
  expect(JSON.parse(world.objectEndingIn('.json').body.toString())).toEqual({
    schemaVersion: 1,
    voicemailId: left.messageId,
    conversationId: left.conversationId,
    queueId: world.queueId,
    createdDate: left.createdDate,
    storedDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    durationMs: 4200,
    audioFile: `${left.messageId}.webm`,
    format: 'WEBM',
    contentType: 'audio/webm',
    sizeBytes: audio.length,
    sha256: sha256(audio),
    transcript: 'please call back',
  });
  for (const { encryption } of world.objects) {
    expect(encryption).toMatchObject({
      sseAlgorithm: 'aws:kms',
      kmsKeyArn: ARCHIVE.keyArn,
      bucketKeyEnabled: true,
    });
  }
  expect(world.outcomes).toEqual(['stored']);
  expect(world.metric('VoicemailStored')).toBe(1);
});

test('a transcript that is not wanted is not asked for, and so is nowhere', async () => {
  const world = await startWorld({ variables: { STORE_TRANSCRIPT: 'false' } });
  world.deliver(world.leaveVoicemail({ transcription: 'my card number is' }).event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(JSON.parse(world.objectEndingIn('.json').body.toString())).not.toHaveProperty('transcript');
});

test('the first delivery of a voicemail takes 3 calls to Genesys, 1 download, 2 writes between 2 looks, 1 read of the secret, and no more', async () => {
  const world = await startWorld();
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.genesys.counters().requestsByRoute).toEqual({
    [`api ${LOOKUP}`]: 1,
    [`api ${MESSAGE}`]: 1,
    [`api ${MEDIA_INFO}`]: 1,
    'media GET /voicemail/{messageId}/{formatId}': 1,
  });
  expect(world.aws.journal.entries.map(({ operation }) => operation)).toEqual([
    'GetSecretValue',
    // A tombstone is looked for before the store and after it.
    'HeadObject',
    'PutObject',
    'PutObject',
    'HeadObject',
  ]);

  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.awsCalls('GetSecretValue')).toBe(1);
});

test('the same event twice stores one object and deletes once', async () => {
  const world = await startWorld({ variables: { DELETE_AFTER_STORE: 'true' } });
  const { event, messageId } = world.leaveVoicemail();
  world.deliver(event);
  await world.drain();
  world.deliver(event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'already-stored']);
  expect(world.keys).toHaveLength(2);
  expect(world.genesys.counters().deletes).toEqual({ [messageId]: 1 });
});

test('a delivery that ended between audio and sidecar is completed by the next', async () => {
  const world = await startWorld();
  const { event } = world.leaveVoicemail();
  world.injectAwsFault({ operation: 'PutObject', resourceEnd: '.json', times: 3, fault: refuse(503) });
  world.deliver(event);
  await world.poll();
  expect(world.keysEndingIn('.webm')).toHaveLength(1);
  expect(world.keysEndingIn('.json')).toHaveLength(0);
  expect(world.outcomes).toEqual([]);

  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.keys).toHaveLength(2);
});

test('a delivery that was killed while the audio was being stored is completed by the next', async () => {
  const world = await startWorld({ variables: { AWS_TIMEOUT_MS: '60000' }, timeoutSeconds: 2 });
  const { event } = world.leaveVoicemail();
  world.injectAwsFault({
    operation: 'PutObject',
    resourceEnd: '.webm',
    fault: { effect: 'applied', answer: { kind: 'hang' } },
  });
  world.deliver(event);
  const polled = world.poll();
  while (world.awsCalls('PutObject') === 0 && world.objects.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await world.restart();
  await polled;
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.keys).toHaveLength(2);
});

test('other content under the same key is a failure of its own class, and nothing is deleted', async () => {
  const world = await startWorld({ variables: { DELETE_AFTER_STORE: 'true' } });
  const { event, messageId } = world.leaveVoicemail({ createdAtMs: Date.UTC(2026, 0, 9, 12) });
  const key = `queue_id=${world.queueId}/year=2026/month=01/day=09/${messageId}.webm`;
  await world.putObject(key, 'something else');
  const body = world.deliver(event);
  await world.drain();
  expect(world.outcomes).toEqual(['failed']);
  expect(world.failures).toEqual([
    { body, failureClass: 'CONTENT_DIFFERS', failureReason: expect.stringContaining(key) },
  ]);
  expect(world.objectEndingIn('.webm').body.toString()).toBe('something else');
  expect(world.genesys.counters().deletes).toEqual({});
});

test('a conflict of conditional writes goes back to the queue and is stored the next time', async () => {
  const world = await startWorld();
  world.deliver(world.leaveVoicemail().event);
  world.s3.conflictNextConditionalWrites(ARCHIVE.bucketName, 3);
  await world.poll();
  expect(world.outcomes).toEqual([]);
  expect(world.metric('VoicemailGivenBack')).toBe(1);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

test('two voicemails of one conversation are both stored', async () => {
  const world = await startWorld();
  const first = world.leaveVoicemail();
  const second = world.leaveVoicemail({
    conversationId: first.conversationId,
    audio: { WEBM: { sizeBytes: 9000, seed: 2 } },
  });
  world.deliver(first.event);
  await world.drain();
  expect(world.objectsEndingIn('.webm').map(({ metadata }) => metadata['voicemail-id'])).toEqual(
    [first.messageId, second.messageId].sort(),
  );
  expect(world.outcomes).toEqual(['stored', 'stored']);
});

test('50 parallel deliveries of one event make one object, one version and one delete', async () => {
  const world = await startWorld({
    variables: { DELETE_AFTER_STORE: 'true', MAXIMUM_CONCURRENCY: '8' },
    behaviour: { requestsPerMinute: 3000 },
    batchSize: 7,
    maximumConcurrency: 8,
  });
  const { event, messageId } = world.leaveVoicemail();
  for (let delivery = 0; delivery < 50; delivery += 1) {
    world.deliver(event);
  }
  await world.drain();
  expect(world.keys).toHaveLength(2);
  expect(world.outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
  expect(world.outcomes).toHaveLength(50);
  expect(world.outcomes.every((outcome) => outcome === 'stored' || outcome === 'already-stored')).toBe(true);
  expect(world.genesys.counters().deletes).toEqual({ [messageId]: 1 });
  expect(world.requests('api DELETE /api/v2/voicemail/messages/{messageId}')).toBe(1);
});

test.each(['queueId', 'durationMs', 'eventTimeMs'])('a message without %s is handled', async (field) => {
  const world = await startWorld({ variables: { MINIMUM_DURATION_MS: '1000' } });
  world.deliver(world.leaveVoicemail().event, { [field]: '' });
  await world.drain();
  expect(world.outcomes).toEqual([field === 'queueId' ? 'skipped' : 'stored']);
  expect(world.failures).toEqual([]);
});

test('a voicemail that is shorter than the minimum is skipped without a call to Genesys', async () => {
  const world = await startWorld({ variables: { MINIMUM_DURATION_MS: '2000' } });
  world.deliver(world.leaveVoicemail({ durationMs: 1999 }).event);
  await world.drain();
  expect(world.outcomes).toEqual(['skipped']);
  expect(world.metric('VoicemailSkipped')).toBe(1);
  expect(world.genesys.counters().requestsByRoute).toEqual({});
});

test('an event of a queue that is not moved is skipped; without a list of queues every queue is moved', async () => {
  const [picky, open] = await Promise.all([startWorld(), startWorld({ namesMailboxes: false })]);
  for (const world of [picky, open]) {
    const { id: queueId } = world.genesys.createQueue();
    world.deliver(world.leaveVoicemail({ queueId }).event);
    await world.drain();
  }
  expect(picky.outcomes).toEqual(['skipped']);
  expect(open.outcomes).toEqual(['stored']);
});

test('an EventBridge envelope is understood as the body of a message and as a direct invocation', async () => {
  const world = await startWorld();
  world.send(world.leaveVoicemail().event);
  await world.drain();
  const result = await world.invoke(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 7000 } } }).event);
  expect(result).toMatchObject({ outcome: 'success', payload: { outcomes: ['stored'] } });
  expect(world.outcomes).toEqual(['stored', 'stored']);
});

test('a direct invocation whose voicemail is not there yet throws, so that its caller tries again', async () => {
  const world = await startWorld();
  const result = await world.invoke(world.leaveVoicemail({ appearsAfterMs: 60_000 }).event);
  expect(result).toMatchObject({ outcome: 'error', errorType: 'NotYetError' });
});

test('a message that names the voicemail needs no lookup', async () => {
  const world = await startWorld();
  const { messageId } = world.leaveVoicemail();
  world.send({ schemaVersion: 1, kind: 'voicemail', voicemailId: messageId });
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.requests(`api ${LOOKUP}`)).toBe(0);
});

test.each(['WAV', 'MP3', 'OGG_OPUS', 'NONE'] as const)('%s is stored as such', async (format) => {
  const world = await startWorld({ variables: { AUDIO_FORMAT: format } });
  const { messageId, event } = world.leaveVoicemail({ audio: { [format]: { sizeBytes: 5000 } } });
  world.deliver(event);
  await world.drain();
  const extension = { WAV: 'wav', MP3: 'mp3', OGG_OPUS: 'opus', NONE: 'bin' }[format];
  expect(world.objectEndingIn(`${messageId}.${extension}`).body).toHaveLength(5000);
});

test('the key prefix and the tags of the deployment are used', async () => {
  const world = await startWorld({
    variables: { ARCHIVE_KEY_PREFIX: 'tenant-a/voicemail/', OBJECT_TAGS: 'team=care&class=voice' },
  });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  const stored = world.objectEndingIn('.webm');
  expect(stored.key.startsWith(`tenant-a/voicemail/queue_id=${world.queueId}/year=`)).toBe(true);
  expect(stored.tags).toEqual({ team: 'care', class: 'voice' });
});

test('a redelivery of a finished voicemail neither downloads nor writes', async () => {
  const world = await startWorld({
    variables: { DISCONNECT_AFTER_STORE: 'true' },
  });
  world.genesys.injectFault({
    operation: 'PATCH /api/v2/conversations/callbacks/{conversationId}',
    times: 3,
    fault: refuse(503),
  });
  const { event, conversationId } = world.leaveVoicemail();
  world.deliver(event);
  await world.poll();
  expect(world.outcomes).toEqual(['stored']);
  const writes = world.awsCalls('PutObject');
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'already-stored']);
  expect(world.awsCalls('PutObject')).toBe(writes);
  expect(world.requests(`api ${MEDIA_INFO}`)).toBe(1);
  expect(world.genesys.counters().disconnects).toEqual({ [conversationId]: 1 });
});

test.each([-1, 0, 1])(
  'a voicemail that is gone at Genesys is found in the archive %i days from its event',
  async (days) => {
    const world = await startWorld({ variables: { DELETE_AFTER_STORE: 'true' } });
    const { event, messageId } = world.leaveVoicemail();
    world.deliver(event);
    await world.drain();
    world.send({
      schemaVersion: 1,
      kind: 'voicemail',
      voicemailId: messageId,
      queueId: world.queueId,
      eventTimeMs: world.clock.now() + days * 24 * 60 * 60_000,
    });
    await world.poll();
    expect(world.outcomes).toEqual(['stored', 'already-stored']);
  },
);

test('a voicemail that was erased does not come back when its event does', async () => {
  const world = await startWorld();
  const { event, messageId } = world.leaveVoicemail({ createdAtMs: Date.now() - 2 * 60 * 60 * 1000 });
  const day = new Date(event.detail.eventBody.eventTime).toISOString().slice(0, 10).split('-');
  const folder = `queue_id=${world.queueId}/year=${day[0]}/month=${day[1]}/day=${day[2]}`;
  await world.putObject(`${folder}/${messageId}.tombstone`, '{}');
  world.deliver(event);
  await world.drain();
  expect(world.outcomes).toEqual(['skipped']);
  expect(world.keysEndingIn('.webm')).toEqual([]);
});
