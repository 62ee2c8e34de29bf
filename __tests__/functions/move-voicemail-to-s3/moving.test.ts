import { createHash, randomBytes } from 'node:crypto';
import { ARCHIVE, closeWorlds, refuse, startWorld } from './mover-world';

afterEach(closeWorlds);

const MEDIA_INFO = 'GET /api/v2/voicemail/messages/{messageId}/media';
const MESSAGE = 'GET /api/v2/voicemail/messages/{messageId}';
const LOOKUP = 'GET /api/v2/conversations/callbacks/{conversationId}';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

test('an event becomes the audio and its sidecar, both encrypted with the customer key, and one outcome', async () => {
  const world = await startWorld();
  const audio = randomBytes(30_000);
  const left = world.leaveVoicemail({
    audio: { WEBM: audio },
    transcription: 'please call back',
    createdAtMs: Date.UTC(2026, 1, 3, 23, 59, 59),
  });
  world.deliver(left.event);
  await world.drain();

  const folder = `queue_id=${world.queueId}/year=2026/month=02/day=03`;
  expect(world.objects.map(({ key }) => key)).toEqual([
    `${folder}/${left.messageId}.json`,
    `${folder}/${left.messageId}.webm`,
  ]);
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
    expect(encryption).toMatchObject({ algorithm: 'aws:kms', keyArn: ARCHIVE.keyArn });
  }
  expect(world.outcomes).toEqual(['stored']);
  expect(world.metric('VoicemailStored')).toBe(1);
});

test('the first delivery of a voicemail takes 3 calls to Genesys, 1 download, 2 writes, 1 read of the secret, and no more', async () => {
  const world = await startWorld();
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.genesys.counters().requestsByRoute).toEqual({
    [`api ${LOOKUP}`]: 1,
    [`api ${MESSAGE}`]: 1,
    [`api ${MEDIA_INFO}`]: 1,
    'media GET /voicemail/{messageId}': 1,
  });
  expect(world.aws.journal.entries.map(({ operation }) => operation)).toEqual([
    'GetSecretValue',
    'PutObject',
    'PutObject',
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
  expect(world.objects).toHaveLength(2);
  expect(world.genesys.counters().deletes).toEqual({ [messageId]: 1 });
});

test('a delivery that ended between audio and sidecar is completed by the next', async () => {
  const world = await startWorld();
  const { event } = world.leaveVoicemail();
  world.injectAwsFault({ operation: 'PutObject', resourceEnd: '.json', times: 9, fault: refuse(503) });
  world.deliver(event);
  await world.poll();
  expect(world.objectsEndingIn('.webm')).toHaveLength(1);
  expect(world.objectsEndingIn('.json')).toHaveLength(0);
  expect(world.outcomes).toEqual([]);

  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.objects).toHaveLength(2);
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
  expect(world.objects).toHaveLength(2);
});

test('other content under the same key is a failure of its own class, and deletes nothing', async () => {
  const world = await startWorld({ variables: { DELETE_AFTER_STORE: 'true' } });
  const { event, messageId } = world.leaveVoicemail({ audio: { WEBM: randomBytes(5000) } });
  world.deliver(event);
  // The voicemail of the same id at Genesys gets other bytes than those that are stored under its key.
  const other = await startWorld();
  await world.drain();
  await other.close();
  const stored = world.objectEndingIn('.webm');
  expect(stored.key).toContain(messageId);
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
