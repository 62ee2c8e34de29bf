import { logged } from './function-output';
import { useWorld } from './rotation-world';

const startWorld = useWorld();

const TOKENS_ME = { service: 'api', operation: 'GET /api/v2/tokens/me' } as const;
const answerWith = (status: number, retryAfterSeconds?: number) =>
  ({
    effect: 'none',
    answer: { kind: 'error', status, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) },
  }) as const;

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

  it.each([401, 403])('fails at once on HTTP %i', async (status) => {
    const world = await startWorld();
    world.genesys.injectFault({ ...TOKENS_ME, fault: answerWith(status) });

    const attempt = await world.rotate();

    expect(attempt).toMatchObject({ failedStep: 'testSecret', errorType: 'TokenRefusedError' });
    expect(attempt.errorMessage).toContain(String(status));
    expect(world.genesys.counters().requestsByRoute['api GET /api/v2/tokens/me']).toBe(1);
  });

  it('leaves a wait beyond its own time to the next attempt', async () => {
    const world = await startWorld();
    world.genesys.injectFault({ ...TOKENS_ME, fault: answerWith(429, 600) });

    expect(await world.rotate()).toMatchObject({
      failedStep: 'testSecret',
      errorType: 'TemporarilyUnavailableError',
    });
    expect(world.genesys.counters().requestsByRoute['api GET /api/v2/tokens/me']).toBe(1);
  });

  it('names a scope that the token lacks', async () => {
    const world = await startWorld({ scopes: ['user-basic-info', 'conversations'] });

    const attempt = await world.rotate();

    expect(attempt).toMatchObject({ failedStep: 'testSecret', errorType: 'ConfigurationInvalidError' });
    expect(attempt.errorMessage).toMatch(/lacks the scope voicemail;/);
    expect(world.stagesOf(attempt.versionId)).toEqual(['AWSPENDING', 'LATEST_GRANT']);
    expect(world.isUnspent(world.contentOf(attempt.versionId)?.refreshToken ?? '')).toBe(true);
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
  ])('passes with a warning on a secret that nobody has authorised yet (%s)', async (_name, secretText) => {
    const world = await startWorld({ secretText });

    expect(await world.rotateTestOnly()).toMatchObject({ kind: 'test', outcome: 'succeeded' });
    expect(world.output.join('\n')).toMatch(/"level":"WARN","message":"not authorised yet/);
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
