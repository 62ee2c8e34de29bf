import { tokenHash } from '../../../tools/local-cloud/genesys';
import { closeWorlds, type MoverWorld, refuse, startWorld } from './mover-world';

afterEach(closeWorlds);

const LOOKUP = 'api GET /api/v2/conversations/callbacks/{conversationId}';

const leave = (world: MoverWorld, count: number): void => {
  for (let left = 0; left < count; left += 1) {
    world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 100 + left } } }).event);
  }
};

/** Requests that Genesys counted for each pair's access token. */
const requestsByPair = (world: MoverWorld): readonly number[] => {
  const { requestsByTokenAndMinute } = world.genesys.counters();
  return world.pairs.map(({ accessToken }) =>
    Object.values(requestsByTokenAndMinute[tokenHash(accessToken)] ?? {}).reduce(
      (sum, count) => sum + count,
      0,
    ),
  );
};

describe('a token that Genesys refuses', () => {
  test('holds messages for seconds, without a storm of calls and without an alarm, and a new version ends the hold', async () => {
    const world = await startWorld();
    world.genesys.revokeTokens(world.firstPair.userId);
    leave(world, 30);
    await world.poll();
    expect(world.requests(LOOKUP)).toBeLessThanOrEqual(4);
    expect(world.hiddenSeconds).toBeLessThanOrEqual(4);
    expect(world.metric('TokenRefused')).toBe(0);

    await world.replaceToken();
    world.clock.advance(4_000);
    await world.poll();
    await world.poll();
    await world.poll();
    expect(world.outcomes.length).toBeGreaterThanOrEqual(20);
    await world.drain();
    expect(world.outcomes).toEqual(Array(30).fill('stored'));
    expect(world.metric('TokenRefused')).toBe(0);
  });

  test('for longer than a rotation takes is lost: messages wait for minutes, and each of them is counted', async () => {
    const world = await startWorld();
    world.genesys.revokeTokens(world.firstPair.userId);
    leave(world, 1);
    for (let polls = 0; world.metric('TokenRefused') === 0 && polls < 12; polls += 1) {
      await world.poll();
      world.clock.advance(world.hiddenSeconds * 1000);
    }
    expect(world.metric('TokenRefused')).toBe(1);
    // Held for 2, 4, 8 seconds and so on, up to a minute: the five minutes take ten tries at most.
    expect(world.metric('VoicemailGivenBack')).toBeLessThanOrEqual(10);
    await world.poll();
    expect(world.hiddenSeconds).toBeGreaterThan(890);
    expect(world.failures).toEqual([]);

    await world.replaceToken();
    await world.drain();
    expect(world.outcomes).toEqual(['stored']);
  });

  test('and cannot be read anew for a moment is no lost token: the next message reads it again', async () => {
    const world = await startWorld();
    world.deliver(world.leaveVoicemail().event);
    await world.drain();
    world.genesys.injectFault({
      operation: 'GET /api/v2/voicemail/messages/{messageId}',
      times: 1,
      fault: refuse(401, 'bad.credentials'),
    });
    world.injectAwsFault({ operation: 'GetSecretValue', times: 3, fault: refuse(503) });
    world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 100 } } }).event);
    world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 200 } } }).event);
    await world.poll();
    expect(world.outcomes).toEqual(['stored', 'stored']);
    expect(world.logLines.map(({ errorKind }) => errorKind)).not.toContain('TokenUnusable');
    await world.drain();
    expect(world.outcomes).toEqual(['stored', 'stored', 'stored']);
  });

  test('for one call only, while all others work, does not bring its message back by the second for ever', async () => {
    const world = await startWorld();
    world.genesys.injectFault({
      operation: 'GET /api/v2/voicemail/messages/{messageId}/media',
      fault: refuse(401, 'bad.credentials'),
    });
    world.deliver(world.leaveVoicemail().event);
    for (let delivery = 0; delivery < 11; delivery += 1) {
      await world.poll();
      world.clock.advance(Math.max(0, world.hiddenSeconds) * 1000);
    }
    await world.poll();
    expect(world.hiddenSeconds).toBeGreaterThan(50);
  });

  test('once, and is good a moment later, is used on', async () => {
    const world = await startWorld();
    world.genesys.injectFault({ service: 'api', times: 1, fault: refuse(401, 'bad.credentials') });
    leave(world, 1);
    await world.poll();
    expect(world.outcomes).toEqual(['stored']);
  });

  test('for the address of the function is no lost login: the log names the list of allowed addresses', async () => {
    const world = await startWorld();
    world.genesys.injectFault({ service: 'api', fault: refuse(401, 'ip.not.authorized') });
    leave(world, 1);
    await world.poll();
    expect(world.metric('AddressNotAllowed')).toBe(1);
    expect(world.metric('TokenRefused')).toBe(0);
    expect(world.output.join('\n')).toContain('Allowed IP addresses');
    expect(world.output.join('\n')).not.toContain('authorize again');
    expect(world.hiddenSeconds).toBeGreaterThan(890);
  });
});

describe('two tokens', () => {
  test('share the requests', async () => {
    const world = await startWorld({ tokens: 2 });
    leave(world, 20);
    await world.drain();
    expect(world.outcomes).toEqual(Array(20).fill('stored'));
    const [first = 0, second = 0] = requestsByPair(world);
    expect(Math.abs(first - second)).toBeLessThan((first + second) / 4);
  });

  test('of which one is revoked keep every voicemail moving at once; the loss is told once it is longer than a rotation', async () => {
    const world = await startWorld({ tokens: 2 });
    leave(world, 10);
    await world.poll();
    world.genesys.revokeTokens(world.pairs[1]?.userId ?? '');
    leave(world, 10);
    await world.poll();
    await world.poll();
    expect(world.outcomes).toEqual(Array(20).fill('stored'));
    expect(world.metric('VoicemailGivenBack')).toBe(0);
    expect(world.metric('TokenLost')).toBe(0);

    world.clock.advance(6 * 60_000);
    leave(world, 1);
    await world.poll();
    expect(world.outcomes).toHaveLength(21);
    expect(world.metric('TokenLost')).toBeGreaterThan(0);
    expect(world.metric('TokenRefused')).toBe(0);
    expect(world.output.join('\n')).toContain('authorize --token 2');
  });

  test.each([
    ['while the first one is held', 0, 'GET /api/v2/voicemail/messages/{messageId}/media'],
    ['when the first one may be tried again', 90_000, 'GET /api/v2/conversations/callbacks/{conversationId}'],
  ])(
    'of which one is revoked go on with the other after a single refusal of it, %s',
    async (_when, laterMs, operation) => {
      const world = await startWorld({ tokens: 2 });
      world.genesys.revokeTokens(world.pairs[1]?.userId ?? '');
      leave(world, 5);
      await world.poll();
      world.clock.advance(laterMs);
      world.genesys.injectFault({ operation, times: 1, fault: refuse(401, 'bad.credentials') });
      leave(world, 1);
      await world.poll();
      expect(world.outcomes).toEqual(Array(6).fill('stored'));
      expect(world.metric('VoicemailGivenBack')).toBe(0);
    },
  );

  test('of which nobody has logged in for the second move everything with the first', async () => {
    const world = await startWorld({ tokens: 2 });
    await world.putSecret(2, '{}');
    leave(world, 5);
    await world.drain();
    expect(world.outcomes).toEqual(Array(5).fill('stored'));
    expect(world.metric('TokenLost')).toBeGreaterThan(0);
  });

  test('move at least 1.8 times as much in a minute as one, and neither meets a 429', async () => {
    const movedIn = async (tokens: number): Promise<number> => {
      const world = await startWorld({ tokens, behaviour: { requestsPerMinute: 60 }, maximumConcurrency: 2 });
      leave(world, 60);
      for (let polls = 0; polls < 12; polls += 1) {
        await world.poll();
      }
      expect(world.genesys.counters().tooManyRequestsAnswers).toBe(0);
      return world.outcomes.length;
    };
    const [one, two] = [await movedIn(1), await movedIn(2)];
    expect(one).toBeGreaterThan(5);
    expect(two / one).toBeGreaterThanOrEqual(1.8);
  });
});
