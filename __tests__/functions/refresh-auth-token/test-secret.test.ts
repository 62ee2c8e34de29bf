import { countedKind, logged, metric } from './function-output';
import { type RotationWorld, useWorld } from './rotation-world';

const startWorld = useWorld();

const TOKENS_ME = { service: 'api', operation: 'GET /api/v2/tokens/me' } as const;
const answerWith = (status: number, retryAfterSeconds?: number) =>
  ({
    effect: 'none',
    answer: { kind: 'error', status, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) },
  }) as const;

const tokensMeRequests = (world: RotationWorld): number =>
  world.genesys.counters().requestsByRoute['api GET /api/v2/tokens/me'] ?? 0;

describe('testSecret', () => {
  it.each([
    ['HTTP 503', answerWith(503)],
    ['HTTP 429 with Retry-After', answerWith(429, 1)],
    ['a reset', { effect: 'none', answer: { kind: 'reset' } }],
    ['a body that is no JSON', { effect: 'none', answer: { kind: 'wrong-length', fraction: 0.5 } }],
  ] as const)('asks again after %s, twice, and then goes on', async (_name, fault) => {
    const world = await startWorld();
    world.genesys.injectFault({
      ...TOKENS_ME,
      times: 2,
      fault: fault.answer.kind === 'wrong-length' ? { ...fault, effect: 'applied' } : fault,
    });

    expect((await world.rotate()).outcome).toBe('succeeded');
    expect(world.genesys.counters().requestsByRoute['api GET /api/v2/tokens/me']).toBe(3);
  });

  it.each([
    [401, 3],
    [403, 1],
  ])(
    'fails on HTTP %i after %i tries: a token that was just granted may not be known everywhere',
    async (status, tries) => {
      const world = await startWorld();
      const versionId = await world.begin();
      await world.steps(versionId, 'createSecret');
      const before = tokensMeRequests(world);
      world.genesys.injectFault({ ...TOKENS_ME, fault: answerWith(status) });

      const result = await world.step('testSecret', versionId);

      expect(result).toMatchObject({ errorType: 'TokenRefusedError' });
      expect(result).toHaveProperty('errorMessage', expect.stringContaining(String(status)));
      expect(tokensMeRequests(world) - before).toBe(tries);
    },
  );

  it('passes after one 401 right after the grant', async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    await world.steps(versionId, 'createSecret');
    world.genesys.injectFault({ ...TOKENS_ME, times: 1, fault: answerWith(401) });

    expect((await world.step('testSecret', versionId)).outcome).toBe('success');
  });

  it("names the list of allowed addresses where Genesys refuses the function's own", async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    await world.steps(versionId, 'createSecret');
    world.genesys.injectFault({
      ...TOKENS_ME,
      fault: { effect: 'none', answer: { kind: 'error', status: 401, code: 'ip.not.authorized' } },
    });

    const result = await world.step('testSecret', versionId);

    expect(countedKind(result)).toBe('AddressNotAllowed');
    expect(result).toHaveProperty('errorMessage', expect.stringMatching(/Allowed IP addresses/));
    expect(result).toHaveProperty('errorMessage', expect.not.stringContaining('authorize"'));
  });

  it('leaves a wait beyond its own time to the next attempt', async () => {
    const world = await startWorld();
    world.genesys.injectFault({ ...TOKENS_ME, fault: answerWith(429, 600) });

    expect(await world.rotate()).toMatchObject({
      failedStep: 'testSecret',
      errorType: 'TemporarilyUnavailableError',
    });
    // One of them looks at the token in use, before the grant.
    expect(tokensMeRequests(world)).toBe(2);
  });

  it('only warns of a scope that an option needs since the last login, before the grant and after it', async () => {
    const world = await startWorld({ scopes: ['user-basic-info', 'conversations'] });
    const versionId = await world.begin();

    const created = await world.step('createSecret', versionId);
    const tested = await world.step('testSecret', versionId);

    for (const result of [created, tested]) {
      expect(result.outcome).toBe('success');
      expect(metric(result, 'ScopesMissing')).toBe(1);
      expect(result.logs.join('\n')).toMatch(
        /"level":"WARN","message":"the access token lacks the scope voicemail;/,
      );
    }
    expect(world.holderOf('AWSCURRENT')).toBe(versionId);
  });

  it('fails where a rotation comes to it without a pending value', async () => {
    const world = await startWorld();
    const versionId = await world.begin();

    expect(await world.step('testSecret', versionId)).toMatchObject({ errorType: 'RotationRefusedError' });
  });
});

describe('a test-only run', () => {
  it('passes with the current token and spends nothing', async () => {
    const world = await startWorld();
    const before = world.aws.secretsManager.secret(world.secretArn).versions.map(({ stages }) => stages);

    expect(await world.rotateTestOnly()).toMatchObject({ kind: 'test', outcome: 'succeeded' });
    expect(world.presentations()).toBe(0);
    expect(world.genesys.counters().requestsByRoute['api GET /api/v2/tokens/me']).toBe(1);
    expect(world.aws.secretsManager.secret(world.secretArn).versions.map(({ stages }) => stages)).toEqual(
      before,
    );
  });

  it('passes with the current token after rotations, too', async () => {
    const world = await startWorld();
    await world.rotate();
    await world.rotate();

    expect(await world.rotateTestOnly()).toMatchObject({ kind: 'test', outcome: 'succeeded' });
    expect(world.presentations()).toBe(2);
  });

  it.each([
    ['without any version', null],
    ['with an empty value', '{}'],
    ['with the client alone', '{"clientId":"c","clientSecret":"s"}'],
  ])('passes with a warning on a secret that nobody has authorized yet (%s)', async (_name, secretText) => {
    const world = await startWorld({ secretText });

    expect(await world.rotateTestOnly()).toMatchObject({ kind: 'test', outcome: 'succeeded' });
    expect(world.output.join('\n')).toMatch(/"level":"WARN","message":"not authorized yet/);
    expect(world.genesys.counters().requestsByRoute).toEqual({});
  });

  it('fails where Genesys refuses the current token', async () => {
    const world = await startWorld();
    world.genesys.revokeTokens(world.firstPair.userId);

    expect(await world.rotateTestOnly()).toMatchObject({ outcome: 'failed', errorType: 'TokenRefusedError' });
  });
});

it('setSecret says that there is nothing to set', async () => {
  const world = await startWorld();
  const versionId = await world.begin();
  await world.steps(versionId, 'createSecret');

  const result = await world.step('setSecret', versionId);

  expect(result.outcome).toBe('success');
  expect(logged(result, 'nothing to set: Genesys Cloud knows the pair since it granted it')).toHaveLength(1);
});
