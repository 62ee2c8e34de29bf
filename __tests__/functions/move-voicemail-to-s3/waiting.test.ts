import { closeWorlds, refuse, startWorld } from './mover-world';

afterEach(closeWorlds);

const MINUTE_MS = 60_000;
const LOOKUP = 'api GET /api/v2/conversations/callbacks/{conversationId}';
const LISTING = 'api GET /api/v2/voicemail/queues/{queueId}/messages';

test('a voicemail that appears later is stored then, without a failure, an alarm or a walk through the backlog', async () => {
  const world = await startWorld();
  world.deliver(world.leaveVoicemail({ appearsAfterMs: 9 * MINUTE_MS }).event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.metric('VoicemailGivenBack')).toBeGreaterThanOrEqual(2);
  expect(world.failures).toEqual([]);
  expect(world.logLines.filter(({ level }) => level === 'ERROR' || level === 'WARN')).toEqual([]);
  expect(world.requests(LISTING)).toBe(0);
});

test('a conversation that cannot be looked up yet means not yet', async () => {
  const world = await startWorld();
  world.deliver(world.leaveVoicemail({ conversationAppearsAfterMs: 3 * MINUTE_MS }).event);
  await world.poll();
  expect(world.outcomes).toEqual([]);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

test('a voicemail that never appears ends as absent when the wait is over, after two looks', async () => {
  const world = await startWorld();
  const { event } = world.genesys.abandonVoicemail({ queueId: world.queueId, durationMs: 5000 });
  world.deliver(event);
  const startMs = world.clock.now();
  await world.drain();
  const waitedMs = world.clock.now() - startMs;
  expect(world.outcomes).toEqual(['absent']);
  expect(world.metric('VoicemailAbsent')).toBe(1);
  expect(world.requests(LISTING)).toBe(1);
  expect(waitedMs).toBeGreaterThanOrEqual(60 * MINUTE_MS - 5000);
  expect(waitedMs).toBeLessThan(62 * MINUTE_MS);
  expect(world.failures).toEqual([]);
  expect(world.events).toEqual([]);
});

test('absent needs both looks: while one of them fails the message waits', async () => {
  const world = await startWorld({ variables: { VOICEMAIL_WAIT_MS: '0' } });
  const { event } = world.genesys.abandonVoicemail({ queueId: world.queueId });
  world.genesys.injectFault({
    operation: 'GET /api/v2/voicemail/queues/{queueId}/messages',
    times: 3,
    fault: refuse(500),
  });
  world.deliver(event);
  await world.poll();
  expect(world.outcomes).toEqual([]);
  await world.drain();
  expect(world.outcomes).toEqual(['absent']);
});

test('the last look finds a voicemail that only the listing knows', async () => {
  const world = await startWorld({ variables: { VOICEMAIL_WAIT_MS: '0' } });
  world.deliver(world.leaveVoicemail({ conversationAppearsAfterMs: 600 * MINUTE_MS }).event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

test.each(['failed', 'timeout'] as const)(
  'an upload that ended as %s is a failure at the source, at once',
  async (uploadStatus) => {
    const world = await startWorld();
    const body = world.deliver(world.leaveVoicemail({ uploadStatus }).event);
    await world.poll();
    expect(world.outcomes).toEqual(['failed']);
    expect(world.failures).toMatchObject([{ body, failureClass: 'UPLOAD_FAILED_AT_SOURCE' }]);
  },
);

test('an upload that has not begun is not there yet, until the wait is over', async () => {
  const world = await startWorld();
  const early = world.leaveVoicemail({ uploadStatus: 'none' });
  world.deliver(early.event);
  const never = world.leaveVoicemail({ uploadStatus: 'none' });
  const body = world.deliver(never.event);
  await world.poll();
  expect(world.outcomes).toEqual([]);
  world.genesys.changeUpload(early.messageId, { uploadStatus: 'complete' });
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'failed']);
  expect(world.failures).toMatchObject([{ body, failureClass: 'UPLOAD_FAILED_AT_SOURCE' }]);
});

const DAY_MS = 24 * 60 * MINUTE_MS;

test.each([
  ['in seconds', (nowMs: number) => Math.floor(nowMs / 1000)],
  ['zero', () => 0],
  ['a day slow', (nowMs: number) => nowMs - DAY_MS],
  ['a day fast', (nowMs: number) => nowMs + DAY_MS],
])('an event whose time is %s waits for its voicemail as long as any other', async (_name, timeOf) => {
  const world = await startWorld();
  const { event } = world.leaveVoicemail({ appearsAfterMs: 50 * MINUTE_MS });
  world.deliver(event, { eventTimeMs: String(timeOf(world.clock.now())) });
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

test.each([
  ['in seconds', (nowMs: number) => Math.floor(nowMs / 1000)],
  ['in microseconds', (nowMs: number) => nowMs * 1000],
  ['a day slow', (nowMs: number) => nowMs - DAY_MS],
  ['an hour slow, as text', (nowMs: number) => new Date(nowMs - 60 * MINUTE_MS).toISOString()],
  ['of 1970', () => 1],
  ['of 2099', () => Date.UTC(2099, 0)],
  ['negative', () => -1],
  ['missing', () => ''],
])('an event whose time is %s finds the voicemail that only a long listing knows', async (_name, timeOf) => {
  const world = await startWorld({
    behaviour: { conversationLookup: 'forbidden', listingOrder: 'newest-first', requestsPerMinute: 3000 },
  });
  const nowMs = world.clock.now();
  for (let left = 0; left < 350; left += 1) {
    world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 80 } }, createdAtMs: nowMs - left * 11 * MINUTE_MS });
  }
  const { event } = world.leaveVoicemail({ appearsAfterMs: 5 * MINUTE_MS });
  world.deliver(event, { eventTimeMs: timeOf(nowMs) });
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
});

test.each([
  ['the same day, by a clock that is wrong', 0, -9],
  ['days later, with a time of the day after', 5, 1],
  ['days later, with a time of the day before', 5, -1],
])('a voicemail that is stored and gone is known to an event of %s', async (_name, sentDays, eventDays) => {
  const world = await startWorld({ variables: { DELETE_AFTER_STORE: 'true' } });
  const leftMs = world.clock.now();
  const { event } = world.leaveVoicemail();
  world.deliver(event);
  await world.drain();
  world.clock.advance(sentDays * DAY_MS);
  await world.replaceToken();
  world.deliver(event, { eventTimeMs: String(leftMs + eventDays * DAY_MS) });
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'already-stored']);
});

test('an event from a clock that is a day fast finds the voicemail that only the listing knows', async () => {
  const world = await startWorld({
    behaviour: { conversationLookup: 'forbidden', listingOrder: 'newest-first', requestsPerMinute: 3000 },
  });
  const nowMs = world.clock.now();
  const { event } = world.leaveVoicemail();
  for (let left = 0; left < 3_000; left += 1) {
    const createdAtMs = nowMs + (left + 10) * MINUTE_MS;
    world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 80 } }, createdAtMs });
  }
  world.deliver(event, { eventTimeMs: String(nowMs + DAY_MS) });
  await world.poll();
  expect(world.outcomes).toEqual(['stored']);
});

test('a message that waited for hours before anybody received it is looked for as long as any other', async () => {
  const world = await startWorld();
  world.deliver(world.genesys.abandonVoicemail({ queueId: world.queueId }).event);
  world.clock.advance(120 * MINUTE_MS);
  const receivedMs = world.clock.now();
  await world.drain();
  expect(world.outcomes).toEqual(['absent']);
  expect(world.clock.now() - receivedMs).toBeGreaterThanOrEqual(59 * MINUTE_MS);
});

test('after hours of errors the first look that works does not say absent, and what it says is pending may still come', async () => {
  const world = await startWorld();
  world.genesys.injectFault({ operation: LOOKUP.slice(4), fault: refuse(503) });
  const pending = world.leaveVoicemail({ appearsAfterMs: 130 * MINUTE_MS });
  const { event } = world.genesys.abandonVoicemail({ queueId: world.queueId });
  world.deliver(pending.event);
  world.deliver(event);
  const startMs = world.clock.now();
  while (world.clock.now() - startMs < 120 * MINUTE_MS) {
    world.clock.advance(5 * MINUTE_MS);
    await world.poll();
  }
  expect(world.outcomes).toEqual([]);
  world.genesys.clearFaults();
  world.clock.advance(60 * MINUTE_MS);
  world.genesys.changeUpload(pending.messageId, { appearsAfterMs: 40 * MINUTE_MS });
  await world.poll();
  expect(world.outcomes).toEqual([]);
  await world.drain();
  expect([...world.outcomes].sort()).toEqual(['absent', 'stored']);
});

test('the refusal of one conversation does not turn the others to the listing', async () => {
  const world = await startWorld();
  const refused = world.leaveVoicemail();
  world.genesys.injectFault({
    resource: `/api/v2/conversations/callbacks/${refused.conversationId}`,
    fault: refuse(403, 'missing.division.permission'),
  });
  for (let repeat = 0; repeat < 4; repeat += 1) {
    world.deliver(refused.event);
    await world.drain();
  }
  const listings = world.requests(LISTING);
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.requests(LISTING)).toBe(listings);
  expect(world.outcomes).toEqual(['stored', 'already-stored', 'already-stored', 'already-stored', 'stored']);
});

test('one answer that there is no such mailbox fails no voicemail; where it comes back the message fails', async () => {
  const world = await startWorld({ behaviour: { conversationLookup: 'forbidden' } });
  const operation = 'GET /api/v2/voicemail/queues/{queueId}/messages';
  world.genesys.injectFault({ operation, times: 1, fault: refuse(404) });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  world.genesys.injectFault({ operation, fault: refuse(404) });
  world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 100 } } }).event);
  await world.drain();
  expect(world.failures).toMatchObject([{ failureClass: 'REFUSED' }]);
});

test('that a token may not look conversations up is forgotten after a while', async () => {
  const world = await startWorld({ behaviour: { conversationLookup: 'forbidden' } });
  for (let left = 0; left < 4; left += 1) {
    world.deliver(world.leaveVoicemail().event);
  }
  await world.drain();
  world.genesys.changeBehaviour({ conversationLookup: 'allowed' });
  const lookups = world.requests(LOOKUP);
  world.clock.advance(31 * MINUTE_MS);
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.requests(LOOKUP)).toBe(lookups + 1);
});

test('a token that may not look conversations up costs three refusals per container; the listing finds the voicemail', async () => {
  const world = await startWorld({ behaviour: { conversationLookup: 'forbidden' } });
  for (let left = 0; left < 5; left += 1) {
    world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 3000 + left } } }).event);
  }
  await world.drain();
  expect(world.outcomes).toEqual(Array(5).fill('stored'));
  expect(world.requests(LOOKUP)).toBe(3);
});

test('the listing stops one page after the match, whatever comes behind', async () => {
  const world = await startWorld({
    behaviour: { conversationLookup: 'forbidden', listingOrder: 'newest-first' },
  });
  for (let left = 0; left < 450; left += 1) {
    world.leaveVoicemail({ createdAtMs: world.clock.now() - MINUTE_MS });
  }
  world.deliver(world.leaveVoicemail().event);
  await world.poll();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.requests(LISTING)).toBe(2);
});

test('audio that Genesys never hands out is a failure when the wait is over', async () => {
  const world = await startWorld();
  world.genesys.injectFault({
    operation: 'GET /api/v2/voicemail/messages/{messageId}/media',
    fault: refuse(404),
  });
  const body = world.deliver(world.leaveVoicemail().event);
  await world.poll();
  expect(world.outcomes).toEqual([]);
  await world.drain();
  expect(world.outcomes).toEqual(['failed']);
  expect(world.failures).toMatchObject([{ body, failureClass: 'MEDIA_UNAVAILABLE' }]);
});

test.each(['2026-01-01 00:00:00Z', '2026-01-01T00:00:00+01', '9999999999999999'])(
  'a message without a voicemail whose time is %s, which nobody can use, ends as absent like any other',
  async (eventTimeMs) => {
    const world = await startWorld();
    world.send({
      schemaVersion: 1,
      kind: 'voicemail',
      voicemailId: '6f1c24f0-1c1e-4e0b-8d4b-0a7d3f0f5a11',
      queueId: world.queueId,
      eventTimeMs,
    });
    await world.drain();
    expect(world.failures).toEqual([]);
    expect(world.outcomes).toEqual(['absent']);
  },
);
