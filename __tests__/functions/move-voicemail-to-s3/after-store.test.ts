import { closeWorlds, refuse, startWorld } from './mover-world';

afterEach(closeWorlds);

const DISCONNECT = 'PATCH /api/v2/conversations/callbacks/{conversationId}';
const MARK_READ = 'PATCH /api/v2/voicemail/messages/{messageId}';
const DELETE = 'DELETE /api/v2/voicemail/messages/{messageId}';

const everything = {
  DISCONNECT_AFTER_STORE: 'true',
  MARK_READ_AFTER_STORE: 'true',
  DELETE_AFTER_STORE: 'true',
} as const;

test('by default nothing is changed at Genesys', async () => {
  const world = await startWorld();
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  for (const operation of [DISCONNECT, MARK_READ, DELETE]) {
    expect(world.requests(`api ${operation}`)).toBe(0);
  }
});

test('a marking as read that Genesys refuses is counted, and nothing else', async () => {
  const world = await startWorld({ variables: everything });
  const { event, messageId, conversationId } = world.leaveVoicemail();
  world.deliver(event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.metric('AfterStoreRefused')).toBe(1);
  expect(world.genesys.counters()).toMatchObject({
    disconnects: { [conversationId]: 1 },
    deletes: { [messageId]: 1 },
  });
});

test('nothing happens at Genesys before S3 has the audio and the sidecar', async () => {
  const world = await startWorld({ variables: everything });
  world.injectAwsFault({ operation: 'PutObject', resourceEnd: '.json', times: 3, fault: refuse(503) });
  world.deliver(world.leaveVoicemail().event);
  await world.poll();
  for (const operation of [DISCONNECT, MARK_READ, DELETE]) {
    expect(world.requests(`api ${operation}`)).toBe(0);
  }
  await world.drain();
  expect(world.requests(`api ${DELETE}`)).toBe(1);
});

test('a voicemail that is gone when it should be deleted counts as deleted', async () => {
  const world = await startWorld({ variables: { DELETE_AFTER_STORE: 'true' } });
  world.genesys.injectFault({ operation: DELETE, times: 1, fault: refuse(404) });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.metric('AfterStoreRefused')).toBe(0);
});

test('a callback that cannot be disconnected keeps its voicemail at Genesys', async () => {
  const world = await startWorld({ variables: everything });
  world.genesys.injectFault({ operation: DISCONNECT, fault: refuse(403) });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.requests(`api ${DELETE}`)).toBe(0);
  expect(world.metric('AfterStoreRefused')).toBe(2);
});

test('a delete that fails for a while is done by a later delivery, which proves the bytes once more', async () => {
  const world = await startWorld({ variables: { DELETE_AFTER_STORE: 'true' } });
  const { event, messageId } = world.leaveVoicemail();
  world.genesys.injectFault({ operation: DELETE, times: 3, fault: refuse(503) });
  world.deliver(event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored', 'already-stored']);
  expect(world.genesys.counters().deletes).toEqual({ [messageId]: 1 });
  expect(world.awsCalls('GetObject')).toBe(2);
});

test('an answer to the sidecar that is lost does not lose what should come after', async () => {
  const world = await startWorld({ variables: { DELETE_AFTER_STORE: 'true' } });
  const { event, messageId } = world.leaveVoicemail();
  world.injectAwsFault({
    operation: 'PutObject',
    resourceEnd: '.json',
    fault: { effect: 'applied', answer: { kind: 'reset' } },
  });
  world.deliver(event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.genesys.counters().deletes).toEqual({ [messageId]: 1 });
});

test('a conflict at Genesys after the store is a refusal, not a reason to try for 13 days', async () => {
  const world = await startWorld({ variables: { DISCONNECT_AFTER_STORE: 'true' } });
  world.genesys.injectFault({
    operation: 'PATCH /api/v2/conversations/callbacks/{conversationId}',
    fault: refuse(409, 'request.conflict'),
  });
  world.deliver(world.leaveVoicemail().event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.failures).toEqual([]);
  expect(world.metric('AfterStoreRefused')).toBe(1);
});
