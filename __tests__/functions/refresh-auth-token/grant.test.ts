import { createServer } from 'node:net';
import { countedKind, logged, metric } from './function-output';
import { listen } from './listen';
import { type SecretContent, sha256, useWorld } from './rotation-world';

const startWorld = useWorld();

const GRANT = { service: 'login', operation: 'POST /oauth/token' } as const;
const GRANTED_NOTHING = 'the token endpoint granted nothing';

/** A port of 127.0.0.1 on which nothing listens. */
const closedPort = async (): Promise<number> => {
  const server = createServer();
  const port = await listen(server);
  await new Promise((closed) => server.close(closed));
  return port;
};

describe('a grant without an answer', () => {
  it.each([
    ['hang', { kind: 'hang' }],
    ['reset', { kind: 'reset' }],
  ] as const)(
    '(%s) is tried once more, and asks for a new login where the token turns out to be spent, saying that it was sent before',
    async (_name, answer) => {
      const world = await startWorld({
        timeoutSeconds: 9,
        variables: { GENESYS_TIMEOUT_MS: '1000', WRITE_BUDGET_MS: '4000', DEADLINE_MARGIN_MS: '1000' },
      });
      world.genesys.injectFault({ ...GRANT, times: 1, fault: { effect: 'applied', answer } });
      const versionId = await world.begin();

      const results = [
        await world.step('createSecret', versionId),
        await world.step('createSecret', versionId),
      ];

      // A hang takes all the time that the grant has, so that its second try is the next attempt's.
      const last = answer.kind === 'hang' ? results[1] : results[0];
      expect(results.map(countedKind)).toEqual([
        answer.kind === 'hang' ? 'GrantAmbiguous' : 'ReauthorizationRequired',
        'ReauthorizationRequired',
      ]);
      expect(results[1]).toHaveProperty(
        'errorMessage',
        expect.stringMatching(/it was sent once before, at 20/),
      );
      expect(last).toMatchObject({ errorType: 'ReauthorizationRequiredError' });
      expect(results.reduce((sum, result) => sum + metric(result, 'AmbiguousGrants'), 0)).toBe(1);
      expect(world.contentAt('AWSCURRENT')?.refreshToken).toBe(world.firstPair.refreshToken);
    },
  );

  it('is tried once more, and goes on where the token turns out to be unspent', async () => {
    const world = await startWorld();
    world.genesys.injectFault({ ...GRANT, times: 1, fault: { effect: 'none', answer: { kind: 'reset' } } });
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result.outcome).toBe('success');
    expect(metric(result, 'AmbiguousGrants')).toBe(1);
    expect(world.allRedemptions()).toBe(1);
  });

  it.each([
    ['reset', { kind: 'reset' }],
    ['HTTP 500', { kind: 'error', status: 500 }],
    ['HTTP 503', { kind: 'error', status: 503 }],
    ['a body that ends early', { kind: 'cut-body', fraction: 0.5 }],
    ['a body that is no JSON', { kind: 'wrong-length', fraction: 0.5 }],
  ] as const)('is never tried a third time (%s)', async (_name, answer) => {
    const world = await startWorld();
    world.genesys.injectFault({
      ...GRANT,
      fault: { effect: answer.kind === 'error' ? 'none' : 'applied', answer },
    });
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result.outcome).toBe('error');
    expect(logged(result, GRANTED_NOTHING).length).toBeLessThanOrEqual(2);
    expect(world.genesys.counters().requestsByRoute['login POST /oauth/token']).toBe(2);
  });

  it('ends in GrantAmbiguous where the second try has no answer either', async () => {
    const world = await startWorld();
    world.genesys.injectFault({
      ...GRANT,
      fault: { effect: 'none', answer: { kind: 'error', status: 504 } },
    });
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result).toMatchObject({ errorType: 'GrantAmbiguousError' });
    expect(countedKind(result)).toBe('GrantAmbiguous');
    expect(metric(result, 'AmbiguousGrants')).toBe(2);
  });
});

describe('a grant that Genesys has not processed', () => {
  it('is safe to send again when the connection was refused', async () => {
    const world = await startWorld({
      variables: { GENESYS_LOGIN_ORIGIN: `http://127.0.0.1:${await closedPort()}` },
    });
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result).toMatchObject({ errorType: 'TemporarilyUnavailableError' });
    expect(logged(result, GRANTED_NOTHING)).toHaveLength(4);
    expect(metric(result, 'AmbiguousGrants')).toBe(0);
    expect(world.isUnspent(world.firstPair.refreshToken)).toBe(true);
  });

  it('is sent again after the time that Genesys asks for, if that is short', async () => {
    const world = await startWorld();
    world.genesys.injectFault({
      ...GRANT,
      times: 1,
      fault: { effect: 'none', answer: { kind: 'error', status: 429, retryAfterSeconds: 2 } },
    });
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result.outcome).toBe('success');
    expect(logged(result, GRANTED_NOTHING)).toMatchObject([{ waitMs: 2000 }]);
    expect(world.allRedemptions()).toBe(1);
  });

  it('is left to the next attempt where Genesys asks for a long wait, however much time is left', async () => {
    const world = await startWorld({ timeoutSeconds: 900 });
    world.genesys.injectFault({
      ...GRANT,
      fault: { effect: 'none', answer: { kind: 'error', status: 429, retryAfterSeconds: 120 } },
    });
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result).toMatchObject({ errorType: 'TemporarilyUnavailableError' });
    expect(world.genesys.counters().requestsByRoute['login POST /oauth/token']).toBe(1);
    expect(world.isUnspent(world.firstPair.refreshToken)).toBe(true);
  });
});

describe('a refused grant', () => {
  it('adopts the pair that a sibling was granted meanwhile, and raises no alarm', async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    let granted: SecretContent | undefined;
    world.beforeNext('grant', async () => {
      const pair = await world.redeemAsSibling(world.firstPair.refreshToken);
      granted = pair;
      await world.put({ ...pair, basedOn: sha256(world.firstPair.refreshToken) }, ['LATEST_GRANT']);
    });

    const result = await world.step('createSecret', versionId);

    expect(result.outcome).toBe('success');
    expect(countedKind(result)).toBeUndefined();
    expect(world.contentOf(versionId)).toEqual(expect.objectContaining({ ...granted }));
    expect(world.allRedemptions()).toBe(1);
    await world.steps(versionId, 'setSecret', 'testSecret', 'finishSecret');
    expect(world.contentAt('AWSCURRENT')).toEqual(expect.objectContaining({ ...granted }));
  });

  it('asks for a new login where no label holds a newer pair', async () => {
    const world = await startWorld();
    world.genesys.revokeTokens(world.firstPair.userId);

    const attempt = await world.rotate();

    expect(attempt).toMatchObject({ outcome: 'failed', errorType: 'ReauthorizationRequiredError' });
    expect(attempt.errorMessage).toMatch(/invalid_grant.*genesys-voicemail authorize/);
  });

  it.each([
    ['a wrong client secret', { clientSecret: 'wrong' }],
    ['an unknown client', { clientId: '7c1d8f2e-0000-4000-8000-000000000000' }],
  ])('blames the configuration and is not sent again (%s)', async (_name, wrong) => {
    const world = await startWorld();
    await world.put({ ...world.contentAt('AWSCURRENT'), ...wrong });
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result).toMatchObject({ errorType: 'ConfigurationInvalidError' });
    expect(result).toHaveProperty('errorMessage', expect.stringContaining('invalid_client'));
    expect(world.genesys.counters().requestsByRoute['login POST /oauth/token']).toBe(1);
    expect(world.isUnspent(world.firstPair.refreshToken)).toBe(true);
  });
});

describe('the time budget', () => {
  it('spends nothing with 20 seconds left', async () => {
    const world = await startWorld({ timeoutSeconds: 20 });
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result).toMatchObject({ errorType: 'NotEnoughTimeError' });
    expect(result).toHaveProperty('errorMessage', expect.stringContaining('not enough time'));
    expect(world.presentations()).toBe(0);
  });
});
