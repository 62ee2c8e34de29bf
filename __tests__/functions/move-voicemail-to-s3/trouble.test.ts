import { closeWorlds, type MoverWorld, refuse, startWorld } from './mover-world';

afterEach(closeWorlds);

const MESSAGE = 'GET /api/v2/voicemail/messages/{messageId}';
const MEDIA = 'GET /voicemail/{messageId}/{formatId}';

test.each([
  ['500', refuse(500)],
  ['503', refuse(503)],
  ['504', refuse(504)],
  ['408', refuse(408)],
  ['409 voicemailservice.toomanyrequests', refuse(409, 'voicemailservice.toomanyrequests')],
  ['429 that asks for a second', refuse(429, 'too.many.requests', 1)],
  ['reset', { effect: 'none', answer: { kind: 'reset' } }],
  ['hang', { effect: 'none', answer: { kind: 'hang' } }],
  ['cut body', { effect: 'none', answer: { kind: 'cut-body', fraction: 0.5 } }],
  ['body of the wrong length', { effect: 'none', answer: { kind: 'wrong-length', fraction: 0.5 } }],
] as const)('a passing %s is overcome within the call', async (_name, fault) => {
  const world = await startWorld({ variables: { GENESYS_TIMEOUT_MS: '300' } });
  world.genesys.injectFault({ operation: MESSAGE, times: 1, fault });
  world.deliver(world.leaveVoicemail().event);
  await world.poll();
  expect(world.outcomes).toEqual(['stored']);
});

test('trouble that lasts sends the message back with a visibility that doubles, and half of it is chance', async () => {
  const world = await startWorld();
  world.genesys.injectFault({ operation: MESSAGE, fault: refuse(503) });
  world.deliver(world.leaveVoicemail().event);
  for (const baseSeconds of [60, 120, 240, 480]) {
    await world.poll();
    expect(world.hiddenSeconds).toBeGreaterThan(baseSeconds / 2 - 2);
    expect(world.hiddenSeconds).toBeLessThanOrEqual(baseSeconds + 1);
    world.clock.advance(world.hiddenSeconds * 1000);
  }
  world.genesys.clearFaults();
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

test('three requests in a row without an answer hold the token for a minute', async () => {
  const world = await startWorld();
  world.genesys.injectFault({ operation: MESSAGE, fault: { effect: 'none', answer: { kind: 'reset' } } });
  world.deliver(world.leaveVoicemail().event);
  await world.poll();
  world.genesys.clearFaults();
  world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 100 } } }).event);
  const asked = world.requests(`api ${MESSAGE}`);
  await world.poll();
  expect(world.requests(`api ${MESSAGE}`)).toBe(asked);
  expect(world.outcomes).toEqual([]);
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'stored']);
});

const ageTold = (world: MoverWorld): readonly unknown[] =>
  world.logLines.flatMap((line) => line['OldestGivenBackAgeSeconds'] ?? []);

test('the age of a message that is given back is told, and grows; one that only waits for its voicemail does not count', async () => {
  const world = await startWorld();
  world.deliver(world.leaveVoicemail({ appearsAfterMs: 30 * 60_000 }).event);
  await world.poll();
  expect(ageTold(world)).toEqual([]);
  world.genesys.injectFault({ operation: MESSAGE, fault: refuse(503) });
  world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 100 } } }).event);
  await world.poll();
  world.clock.advance(3600_000);
  await world.poll();
  const ages = ageTold(world).flat().map(Number);
  expect(ages[0]).toBeLessThan(60);
  expect(ages.at(-1)).toBeGreaterThanOrEqual(3600);
});

test('AWS that refuses everything is told by the same metric', async () => {
  const world = await startWorld();
  world.injectAwsFault({ operation: 'PutObject', times: 1000, fault: refuse(403, 'AccessDenied') });
  world.deliver(world.leaveVoicemail().event);
  for (let hour = 0; hour < 3; hour += 1) {
    await world.poll();
    world.clock.advance(3600_000);
  }
  expect(ageTold(world).flat().map(Number).at(-1)).toBeGreaterThanOrEqual(7200);
  expect(world.failures).toEqual([]);
});

test('Retry-After becomes the least visibility, and nothing more is asked until then', async () => {
  const world = await startWorld();
  world.genesys.injectFault({ operation: MESSAGE, times: 1, fault: refuse(429, 'too.many.requests', 500) });
  world.deliver(world.leaveVoicemail().event);
  world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 100 } } }).event);
  await world.poll();
  expect(world.requests(`api ${MESSAGE}`)).toBe(1);
  expect(world.hiddenSeconds).toBeGreaterThan(498);
  expect(world.hiddenSeconds).toBeLessThanOrEqual(531);
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'stored']);
  expect(world.genesys.counters().tooManyRequestsAnswers).toBe(1);
});

test('a token that a rotation replaced is read again once, and the call repeated once', async () => {
  const world = await startWorld();
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  await world.replaceToken({ revokes: true });
  world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 100 } } }).event);
  await world.poll();
  expect(world.outcomes).toEqual(['stored', 'stored']);
  expect(world.awsCalls('GetSecretValue')).toBe(2);
  expect(world.requests('api GET /api/v2/conversations/callbacks/{conversationId}')).toBe(3);
});

test.each([503, 500])('S3 that answers %d for a while loses nothing', async (status) => {
  const world = await startWorld();
  world.injectAwsFault({ operation: 'PutObject', times: 4, fault: refuse(status) });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

test('a secret that is throttled sends the message back', async () => {
  const world = await startWorld();
  world.injectAwsFault({ operation: 'GetSecretValue', times: 3, fault: refuse(400, 'ThrottlingException') });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

test('a media URL that has expired is replaced once', async () => {
  const world = await startWorld();
  world.genesys.injectFault({ operation: MEDIA, times: 1, fault: refuse(403) });
  world.deliver(world.leaveVoicemail().event);
  await world.poll();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.requests(`api ${MESSAGE}/media`)).toBe(2);
});

test('a second refusal of the media URL is left to the queue', async () => {
  const world = await startWorld();
  world.genesys.injectFault({ operation: MEDIA, fault: refuse(403) });
  world.deliver(world.leaveVoicemail().event);
  await world.poll();
  expect(world.requests(`media ${MEDIA}`)).toBe(2);
  expect(world.outcomes).toEqual([]);
  expect(world.metric('VoicemailGivenBack')).toBe(1);
});

test.each([0.01, 0.5, 0.99])('a body that is cut at %d never becomes an object', async (fraction) => {
  const world = await startWorld();
  world.genesys.injectFault({
    service: 'media',
    fault: { effect: 'none', answer: { kind: 'cut-body', fraction } },
  });
  world.deliver(world.leaveVoicemail().event);
  await world.poll();
  expect(world.keys).toEqual([]);
  world.genesys.clearFaults();
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

test('a body that is shorter than the recording, though whole by its own length, never becomes an object', async () => {
  const world = await startWorld();
  const left = world.leaveVoicemail();
  world.genesys.injectFault({
    service: 'media',
    times: 2,
    fault: { effect: 'none', answer: { kind: 'wrong-length', fraction: 0.4 } },
  });
  world.deliver(left.event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.objectEndingIn('.webm').body).toHaveLength(20_000);
});

test('a size that Genesys means otherwise stops no voicemail: the bytes say what they are', async () => {
  const world = await startWorld();
  world.deliver(world.leaveVoicemail({ recordingSizeBytes: 99_999 }).event);
  world.deliver(world.leaveVoicemail({ recordingSizeBytes: 88_888 }).event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'stored']);
  expect(world.requests(`media ${MEDIA}`)).toBe(2);
});

test('a media host that falls silent costs one idle timeout, and the message goes back', async () => {
  const world = await startWorld({ variables: { MEDIA_IDLE_TIMEOUT_MS: '200' } });
  world.genesys.injectFault({
    service: 'media',
    times: 1,
    fault: { effect: 'none', answer: { kind: 'stall-body', fraction: 0.5 } },
  });
  world.deliver(world.leaveVoicemail().event);
  await world.poll();
  expect(world.requests(`media ${MEDIA}`)).toBe(1);
  expect(world.keys).toEqual([]);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

test('of ten messages one is bad: nine are stored, and only it comes back', async () => {
  const world = await startWorld();
  const lefts = Array.from({ length: 10 }, (_, index) =>
    world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 1000 + index } } }),
  );
  const bad = lefts[4];
  world.genesys.injectFault({
    resource: `/api/v2/voicemail/messages/${bad?.messageId}`,
    fault: refuse(500),
  });
  for (const { event } of lefts) {
    world.deliver(event);
  }
  const [report] = await world.poll();
  expect(world.outcomes).toEqual(Array(9).fill('stored'));
  expect(report?.failedMessageIds).toHaveLength(1);
});

test('close to the deadline no message is begun', async () => {
  const world = await startWorld({
    timeoutSeconds: 3,
    variables: { DEADLINE_MARGIN_MS: '1500', MEDIA_IDLE_TIMEOUT_MS: '1700' },
  });
  world.genesys.injectFault({
    service: 'media',
    times: 1,
    fault: { effect: 'none', answer: { kind: 'hang' } },
  });
  world.deliver(world.leaveVoicemail().event);
  world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 100 } } }).event);
  await world.poll();
  expect(world.requests('api GET /api/v2/conversations/callbacks/{conversationId}')).toBe(1);
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'stored']);
});

test('work in hand ends before the deadline; it and what is left over are visible again at once', async () => {
  const world = await startWorld({
    timeoutSeconds: 3,
    variables: { DEADLINE_MARGIN_MS: '2000', MEDIA_IDLE_TIMEOUT_MS: '60000' },
    maximumConcurrency: 2,
  });
  world.genesys.injectFault({
    service: 'media',
    times: 1,
    fault: { effect: 'none', answer: { kind: 'hang' } },
  });
  for (let left = 0; left < 3; left += 1) {
    world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 100 + left } } }).event);
  }
  const [report] = await world.poll();
  expect(report?.invocation?.outcome).toBe('success');
  expect(report?.failedMessageIds).toHaveLength(3);
  expect(world.hiddenSeconds).toBeLessThanOrEqual(0);
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'stored', 'stored']);
});

test('the function keeps the whole token within its requests per minute, and never meets a 429', async () => {
  const world = await startWorld({
    behaviour: { requestsPerMinute: 40 },
    variables: { MAXIMUM_CONCURRENCY: '3', BACKOFF_BASE_MS: '2000' },
    maximumConcurrency: 3,
    batchSize: 5,
  });
  for (let left = 0; left < 40; left += 1) {
    world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 100 + left } } }).event);
  }
  await world.drain(400);
  expect(world.outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(40);
  expect(world.genesys.counters().tooManyRequestsAnswers).toBe(0);
  expect(world.genesys.counters().requestsOverRateLimit).toBe(0);
});

test.each(['GetSecretValue', 'ChangeMessageVisibility'])(
  'an answer of AWS to %s that stops half way does not hold the function until its deadline',
  async (operation) => {
    const world = await startWorld({ variables: { AWS_TIMEOUT_MS: '300' } });
    world.injectAwsFault({
      operation,
      fault: { effect: 'applied', answer: { kind: 'stall-body', fraction: 0.5 } },
    });
    world.genesys.injectFault({ operation: MESSAGE, times: 1, fault: refuse(429, 'too.many.requests', 60) });
    world.deliver(world.leaveVoicemail().event);
    await world.drain();
    expect(world.outcomes).toEqual(['stored']);
  },
);

test('a voicemail moves however many containers may run: half of the limit is used at least', async () => {
  const world = await startWorld({ variables: { MAXIMUM_CONCURRENCY: '1000' } });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});
