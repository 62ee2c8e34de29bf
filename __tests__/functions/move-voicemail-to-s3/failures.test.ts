import { CALLER, CALLER_NAME, closeWorlds, refuse, startWorld } from './mover-world';

afterEach(closeWorlds);

const DAY_MS = 24 * 60 * 60 * 1000;
const HOSTILE_IDS = [
  '../../other',
  '%2e%2e%2f',
  '\u0000',
  '\u202e',
  'a'.repeat(100_000),
  '\u001b[31mred\nsecond line',
  '0000-not-a-uuid',
  '00000000-0000-0000-0000-000000000000/../x',
];

test.each([
  ['not JSON', '{"schemaVersion":1,'],
  ['an empty text', ' '],
  ['null', 'null'],
  ['another kind', '{"schemaVersion":1,"kind":"party"}'],
  ['another version', '{"schemaVersion":2,"kind":"voicemail-end"}'],
  ['no conversation', '{"schemaVersion":1,"kind":"voicemail-end","conversationId":""}'],
  ['another event', '{"detail-type":"v2.users.{id}.presence","detail":{"eventBody":{}}}'],
  [
    'a number that is none',
    `{"schemaVersion":1,"kind":"voicemail-end","conversationId":"${'1'.repeat(36)}"}`,
  ],
])('a message that is %s goes to the failures queue as BAD_EVENT, byte for byte', async (_name, body) => {
  const world = await startWorld();
  world.send(body);
  await world.poll();
  expect(world.failures).toEqual([{ body, failureClass: 'BAD_EVENT', failureReason: expect.any(String) }]);
  expect(world.outcomes).toEqual(['failed']);
  expect(world.metric('VoicemailFailed')).toBe(1);
  expect(world.events).toEqual([]);
  expect(world.genesys.counters().requestsByRoute).toEqual({});
});

test('hostile ids reach no URL, no key and no log line (T1, T3)', async () => {
  const world = await startWorld();
  for (const id of HOSTILE_IDS) {
    world.send({ schemaVersion: 1, kind: 'voicemail', voicemailId: id });
    world.send({ schemaVersion: 1, kind: 'voicemail-end', conversationId: id, queueId: world.queueId });
    await world.poll();
  }
  expect(world.failures.map(({ failureClass }) => failureClass)).toEqual(
    HOSTILE_IDS.flatMap(() => ['BAD_EVENT', 'BAD_EVENT']),
  );
  expect(world.genesys.counters().requestsByRoute).toEqual({});
  expect(world.keys).toEqual([]);
  const output = world.output.join('\n');
  for (const id of HOSTILE_IDS.filter((hostile) => hostile.length > 1)) {
    expect(output).not.toContain(id);
  }
  expect(output).not.toContain('\u001b');
});

test.each([
  ['missing.permissions', 403, 'FORBIDDEN'],
  ['app.not.authorized.for.scope', 403, 'FORBIDDEN'],
  ['not.a.user', 400, 'FORBIDDEN'],
  ['bad.request', 400, 'REFUSED'],
])('a refusal for %s ends as a failure that can be redriven', async (code, status, failureClass) => {
  const world = await startWorld();
  world.genesys.injectFault({
    operation: 'GET /api/v2/voicemail/messages/{messageId}',
    times: 1,
    fault: refuse(status, code),
  });
  const body = world.deliver(world.leaveVoicemail().event);
  await world.poll();
  expect(world.failures).toEqual([{ body, failureClass, failureReason: expect.stringContaining(code) }]);
  world.send(world.failures[0]?.body);
  await world.drain();
  expect(world.outcomes).toEqual(['failed', 'stored']);
});

test('a message that SQS would soon drop is sent to the failures queue', async () => {
  const world = await startWorld();
  world.genesys.injectFault({ operation: 'GET /api/v2/voicemail/messages/{messageId}', fault: refuse(503) });
  const body = world.deliver(world.leaveVoicemail().event);
  await world.poll();
  world.clock.advance(13 * DAY_MS);
  await world.poll();
  expect(world.failures).toMatchObject([{ body, failureClass: 'EXPIRING' }]);
  expect(world.events).toEqual([]);
});

test('a message stays in the events queue until the failures queue has it', async () => {
  const world = await startWorld();
  world.injectAwsFault({ operation: 'SendMessage', times: 3, fault: refuse(503) });
  const body = world.send('nonsense');
  await world.poll();
  expect(world.failures).toEqual([]);
  expect(world.events).toEqual([body]);
  expect(world.outcomes).toEqual([]);
  await world.drain();
  expect(world.failures).toMatchObject([{ body, failureClass: 'BAD_EVENT' }]);
});

test('a direct invocation that fails for good reaches the failures queue as well', async () => {
  const world = await startWorld();
  const event = { hello: 'there' };
  expect(await world.invoke(event)).toMatchObject({ payload: { outcomes: ['failed'] } });
  expect(world.failures).toMatchObject([{ body: JSON.stringify(event), failureClass: 'BAD_EVENT' }]);
});

test('no number, no name, no token and no signature shows up in any output, key, tag or metadata (I3)', async () => {
  const world = await startWorld({
    variables: {
      DELETE_AFTER_STORE: 'true',
      MARK_READ_AFTER_STORE: 'true',
      POWERTOOLS_LOG_LEVEL: 'DEBUG',
    },
  });
  const media = 'GET /voicemail/{messageId}/{formatId}';
  world.genesys.injectFault({ operation: media, times: 2, fault: refuse(403) });
  world.genesys.injectFault({ operation: media, times: 1, fault: refuse(500) });
  world.genesys.injectFault({
    operation: 'GET /api/v2/voicemail/messages/{messageId}',
    times: 4,
    fault: refuse(500),
  });
  world.send(world.leaveVoicemail().event);
  world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 100 } }, uploadStatus: 'failed' }).event);
  world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 200 } } }).event, { schemaVersion: 7 });
  await world.drain();
  await world.replaceToken({ revokes: true });
  world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 300 } } }).event);
  await world.drain();
  expect(world.outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(2);

  const traces = [
    ...world.output,
    ...world.failures.map(({ failureReason }) => failureReason),
    ...world.objects.map(({ key, metadata, tags }) => JSON.stringify({ key, metadata, tags })),
    ...world.objectsEndingIn('.json').map(({ body }) => body.toString()),
  ].join('\n');
  const canaries = [
    ...world.genesys.issuedSecrets(),
    CALLER,
    CALLER.slice(4),
    CALLER_NAME,
    '5550101',
    'signature',
  ];
  for (const canary of canaries) {
    expect(traces).not.toContain(canary);
  }
});
