import { closeWorlds, type MoverWorld, startWorld } from './mover-world';

afterEach(closeWorlds);

const HOUR_MS = 60 * 60_000;
const RECONCILE = { schemaVersion: 1, kind: 'reconcile' };

/** Stores a voicemail whose transcript comes later, and then reconciles by the hour. */
const reconcileFor = async (
  hours: number,
  transcribedAfterMs: number,
  variables = {},
): Promise<{ readonly world: MoverWorld; readonly messageId: string }> => {
  const world = await startWorld({ variables });
  const { event, messageId } = world.leaveVoicemail({
    transcription: 'please call back',
    transcribedAfterMs,
  });
  world.deliver(event);
  await world.drain();
  for (let hour = 0; hour < hours; hour += 1) {
    world.clock.advance(HOUR_MS);
    world.send(RECONCILE);
    await world.drain();
  }
  return { world, messageId };
};

test('a transcript that comes later is stored beside the sidecar, which stays as it was written', async () => {
  const { world, messageId } = await reconcileFor(9, 4 * HOUR_MS);
  expect(world.outcomes).toEqual(['stored']);
  expect(JSON.parse(world.objectEndingIn(`${messageId}.transcript.json`).body.toString())).toEqual({
    schemaVersion: 1,
    voicemailId: messageId,
    transcript: 'please call back',
  });
  expect(world.objectsEndingIn(`${messageId}.json`)).toHaveLength(1);
  expect(JSON.parse(world.objectEndingIn(`${messageId}.json`).body.toString())).not.toHaveProperty(
    'transcript',
  );
});

test('a transcript that never comes is asked for four times within the wait, and no more after it', async () => {
  const { world } = await reconcileFor(20, 1000 * HOUR_MS, { TRANSCRIPT_WAIT_MS: String(12 * HOUR_MS) });
  const asked = world.requests('api GET /api/v2/voicemail/messages/{messageId}');
  expect(asked).toBe(1 + 4);
  expect(world.keysEndingIn('.transcript.json')).toEqual([]);
});

test.each([{ STORE_TRANSCRIPT: 'false' }, { TRANSCRIPT_WAIT_MS: '0' }])(
  'with %j nobody looks for a transcript again',
  async (variables) => {
    const { world } = await reconcileFor(9, HOUR_MS, variables);
    expect(world.keysEndingIn('.transcript.json')).toEqual([]);
    expect(world.requests('api GET /api/v2/voicemail/messages/{messageId}')).toBe(1);
  },
);
