import { closeWorlds, type MoverWorld, startWorld } from './mover-world';

afterEach(closeWorlds);

const DELETE = { DELETE_AFTER_STORE: 'true' } as const;
const DIVISION = '11111111-2222-4333-8444-555555555555';

const named = ({ messageId }: { readonly messageId: string }) => ({
  schemaVersion: 1,
  kind: 'voicemail',
  voicemailId: messageId,
});

/** A conversation with a voicemail in the queue that is moved, and one in another mailbox. */
const leaveTwo = (world: MoverWorld, other: { queueId?: string; groupId?: string; userId?: string }) => {
  const own = world.leaveVoicemail();
  const { conversationId } = own;
  const audio = { WEBM: { sizeBytes: 900, seed: 2 } };
  const mailbox = world.genesys.leaveVoicemail({ ...other, conversationId, audio, durationMs: 3000 });
  return { own, mailbox };
};

test.each([
  ['another queue', (world: MoverWorld) => ({ queueId: world.genesys.createQueue().id })],
  [
    'a group that is not moved',
    (world: MoverWorld) => ({
      groupId: world.genesys.createGroup({ memberIds: [world.firstPair.userId] }).id,
    }),
  ],
  ['the service user', (world: MoverWorld) => ({ userId: world.firstPair.userId })],
  ['another user', (world: MoverWorld) => ({ userId: world.genesys.createUser().id })],
] as const)(
  'of a conversation with voicemail of two mailboxes, that of %s is neither stored nor touched',
  async (_whose, mailboxOf) => {
    const world = await startWorld({ variables: DELETE });
    const { own, mailbox } = leaveTwo(world, mailboxOf(world));
    world.deliver(own.event);
    await world.drain();
    expect([...world.outcomes].sort()).toEqual(['skipped', 'stored']);
    expect(world.keysEndingIn('.webm')).toEqual([expect.stringContaining(own.messageId)]);
    expect(world.genesys.counters().deletes).toEqual({ [own.messageId]: 1 });
    expect(world.failures).toEqual([]);
    expect(JSON.stringify(world.keys)).not.toContain(mailbox.messageId);
  },
);

test('a voicemail that the token may not read fails its message where it is the only one', async () => {
  const world = await startWorld();
  const { event } = world.leaveVoicemail();
  world.genesys.injectFault({
    operation: 'GET /api/v2/voicemail/messages/{messageId}',
    fault: { effect: 'none', answer: { kind: 'error', status: 403 } },
  });
  world.deliver(event);
  await world.poll();
  expect(world.failures).toMatchObject([{ failureClass: 'FORBIDDEN' }]);
});

test('as long as the trouble of one of several voicemails can pass, the message is not failed for that of another', async () => {
  const world = await startWorld({ variables: { MAXIMUM_AUDIO_BYTES: '1000' } });
  const { own, mailbox } = leaveTwo(world, { queueId: world.queueId });
  world.genesys.injectFault({
    resource: `/api/v2/voicemail/messages/${mailbox.messageId}`,
    fault: { effect: 'none', answer: { kind: 'error', status: 503 } },
    times: 3,
  });
  // The first one is too large, the second one fails for a while.
  world.deliver(own.event);
  await world.poll();
  expect(world.failures).toEqual([]);
  expect(world.events).toHaveLength(1);
  await world.drain();
  expect(world.failures).toMatchObject([{ failureClass: 'TOO_LARGE' }]);
});

test('where the token may read none of several voicemails, the message fails: one of them may be the queue’s own', async () => {
  const world = await startWorld();
  const { own } = leaveTwo(world, { queueId: world.queueId });
  world.genesys.injectFault({
    operation: 'GET /api/v2/voicemail/messages/{messageId}',
    fault: { effect: 'none', answer: { kind: 'error', status: 403 } },
    times: 10,
  });
  world.deliver(own.event);
  await world.poll();
  expect(world.failures).toMatchObject([{ failureClass: 'FORBIDDEN' }]);
  expect(world.outcomes).toEqual(['failed']);
});

test("where a conversation names only another mailbox's voicemail at first, that of the event's own queue is waited for", async () => {
  const world = await startWorld();
  const { own } = leaveTwo(world, { queueId: world.genesys.createQueue().id });
  world.genesys.injectFault({
    operation: 'GET /api/v2/conversations/callbacks/{conversationId}',
    times: 2,
    fault: {
      effect: 'applied',
      answer: {
        kind: 'altered',
        alter: (answer) => {
          const { participants, ...rest } = JSON.parse(answer.body.toString());
          const others = participants.filter(
            (one: { readonly voicemail?: { readonly id?: string } }) => one.voicemail?.id !== own.messageId,
          );
          return { ...answer, body: Buffer.from(JSON.stringify({ ...rest, participants: others })) };
        },
      },
    },
  });
  world.deliver(own.event);
  await world.poll();
  expect(world.outcomes).toEqual([]);
  await world.drain();
  expect([...world.outcomes].sort()).toEqual(['skipped', 'stored']);
});

test('an excluded queue is skipped at each entrance: by an event and by name', async () => {
  const excluded = '99999999-8888-4777-8666-555555555555';
  const world = await startWorld({
    namesMailboxes: false,
    variables: { ...DELETE, EXCLUDED_QUEUE_IDS: excluded },
  });
  world.genesys.createQueue({ id: excluded });
  const left = world.leaveVoicemail({ queueId: excluded });
  world.deliver(left.event);
  world.send(named(left));
  await world.drain();
  expect(world.outcomes).toEqual(['skipped', 'skipped']);
  expect(world.keys).toEqual([]);
  expect(world.genesys.counters().deletes).toEqual({});
});

test('a division that is not moved is skipped at each entrance, and one that is moved is stored', async () => {
  const world = await startWorld({ variables: { DIVISION_IDS: DIVISION } });
  const outside = world.leaveVoicemail();
  const inside = world.leaveVoicemail({ divisionId: DIVISION });
  world.deliver(outside.event);
  world.send(named(outside));
  world.clock.advance(2 * 60 * 60_000);
  world.send({ schemaVersion: 1, kind: 'reconcile' });
  await world.drain();
  expect(world.keysEndingIn('.webm')).toEqual([expect.stringContaining(inside.messageId)]);
});

test('a callback that an agent is on is not ended, and its voicemail stays', async () => {
  const world = await startWorld({ variables: { ...DELETE, DISCONNECT_AFTER_STORE: 'true' } });
  const { event, conversationId } = world.leaveVoicemail();
  world.genesys.setAgent(conversationId, 'connected');
  world.deliver(event);
  await world.drain();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.genesys.counters()).toEqual(expect.objectContaining({ disconnects: {}, deletes: {} }));
});

test('a callback is ended only when every voicemail of its conversation is stored', async () => {
  const world = await startWorld({ variables: { ...DELETE, DISCONNECT_AFTER_STORE: 'true' } });
  const first = world.leaveVoicemail();
  const { conversationId } = first;
  world.leaveVoicemail({
    conversationId,
    appearsAfterMs: 5 * 60_000,
    audio: { WEBM: { sizeBytes: 700, seed: 3 } },
  });
  world.deliver(first.event);
  await world.poll();
  expect(world.outcomes).toEqual(['stored']);
  expect(world.genesys.counters()).toEqual(expect.objectContaining({ disconnects: {}, deletes: {} }));
  await world.drain();
  expect(world.genesys.counters().disconnects).toEqual({ [conversationId]: 1 });
  expect(Object.keys(world.genesys.counters().deletes)).toHaveLength(2);
});

test('one duration is not given to several voicemails', async () => {
  const world = await startWorld();
  const first = world.leaveVoicemail({ durationMs: 4200 });
  world.leaveVoicemail({
    conversationId: first.conversationId,
    durationMs: 9000,
    audio: { WEBM: { sizeBytes: 700, seed: 3 } },
  });
  world.deliver(first.event);
  await world.drain();
  const durations = world.objectsEndingIn('.json').map(({ body }) => JSON.parse(body.toString()).durationMs);
  expect([...durations].sort()).toEqual([4000, 9000]);
});
