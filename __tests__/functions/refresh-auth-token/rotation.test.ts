import { refuse } from './aws-faults';
import { metric } from './function-output';
import { sha256, useWorld } from './rotation-world';

const startWorld = useWorld();

describe('a rotation', () => {
  it('spends the refresh token once and makes the new pair AWSCURRENT, AWSPREVIOUS keeping the old one', async () => {
    const world = await startWorld();
    const before = world.holderOf('AWSCURRENT');

    const attempt = await world.rotate();

    expect(attempt).toMatchObject({ outcome: 'succeeded', attempt: 1 });
    expect(world.stagesOf(attempt.versionId)).toEqual(['AWSCURRENT', 'LATEST_GRANT']);
    expect(world.holderOf('AWSPREVIOUS')).toBe(before);
    expect(world.redemptions(world.firstPair.refreshToken)).toBe(1);
    expect(world.isUnspent(world.contentAt('AWSCURRENT')?.refreshToken ?? '')).toBe(true);
  });

  it('keeps the client, keeps keys that it does not know, and names the refresh token that the pair is based on', async () => {
    const world = await startWorld();

    await world.rotate();

    expect(world.contentAt('AWSCURRENT')).toMatchObject({
      clientId: world.firstPair.clientId,
      clientSecret: world.firstPair.clientSecret,
      note: 'kept',
      basedOn: sha256(world.firstPair.refreshToken),
    });
  });

  it('goes on from its own pair, rotation after rotation, each refresh token spent once', async () => {
    const world = await startWorld();
    const presented = [world.firstPair.refreshToken];
    for (let rotation = 0; rotation < 3; rotation += 1) {
      expect((await world.rotate()).outcome).toBe('succeeded');
      presented.push(world.contentAt('AWSCURRENT')?.refreshToken ?? '');
    }

    expect(presented.map((token) => world.redemptions(token))).toEqual([1, 1, 1, 0]);
    expect(world.presentations()).toBe(3);
  });

  it('works where Secrets Manager leaves AWSPENDING on the version that became AWSCURRENT', async () => {
    const world = await startWorld({ rotation: { pendingStageAfterSuccess: 'kept' } });

    expect((await world.rotate()).outcome).toBe('succeeded');
    expect((await world.rotate()).outcome).toBe('succeeded');
    expect(world.allRedemptions()).toBe(2);
  });

  it('counts its success once', async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    await world.steps(versionId, 'createSecret', 'setSecret', 'testSecret');

    const first = await world.step('finishSecret', versionId);
    const second = await world.step('finishSecret', versionId);

    expect(metric(first, 'RotationSucceeded')).toBe(1);
    expect(metric(second, 'RotationSucceeded')).toBe(0);
  });

  it('publishes the age of the token that it replaces, in seconds', async () => {
    const world = await startWorld();
    world.clock.advance(6 * 3_600_000);
    const versionId = await world.begin();

    const age = metric(await world.step('createSecret', versionId), 'TokenAgeSeconds');

    expect(age).toBeGreaterThanOrEqual(6 * 3600);
    expect(age).toBeLessThan(7 * 3600);
  });
});

describe('a good pair whose test or finish failed', () => {
  it('is in use all the same when Genesys refuses its access token: the grant has ended the old one', async () => {
    const world = await startWorld();
    world.genesys.injectFault({
      service: 'api',
      fault: { effect: 'none', answer: { kind: 'error', status: 401 } },
    });

    const attempt = await world.rotate();

    expect(attempt).toMatchObject({
      outcome: 'failed',
      failedStep: 'testSecret',
      errorType: 'TokenRefusedError',
    });
    expect(world.stagesOf(attempt.versionId)).toEqual(['AWSCURRENT', 'AWSPENDING', 'LATEST_GRANT']);
  });

  it('is where the next rotation starts from, so no refresh token is presented twice', async () => {
    const world = await startWorld();
    world.genesys.injectFault({
      service: 'api',
      fault: { effect: 'none', answer: { kind: 'error', status: 401 } },
    });
    const granted: string[] = [];
    for (let rotation = 0; rotation < 2; rotation += 1) {
      const { versionId } = await world.rotate();
      granted.push(world.contentOf(versionId)?.refreshToken ?? '');
      await world.takeAway('AWSPENDING', versionId);
    }
    world.genesys.clearFaults();

    const attempt = await world.rotate();

    expect(attempt.outcome).toBe('succeeded');
    expect([world.firstPair.refreshToken, ...granted].map((token) => world.redemptions(token))).toEqual([
      1, 1, 1,
    ]);
    expect(world.presentations()).toBe(3);
    expect(world.stagesOf(attempt.versionId)).toEqual(['AWSCURRENT', 'LATEST_GRANT']);
  });

  it('is finished by the retry of the same rotation, without a second grant', async () => {
    const world = await startWorld({
      timeoutSeconds: 8,
      variables: { GENESYS_TIMEOUT_MS: '2000', WRITE_BUDGET_MS: '500', DEADLINE_MARGIN_MS: '5000' },
    });
    world.faults.inject({
      operation: 'UpdateSecretVersionStage',
      fault: refuse(500, 'InternalServiceError'),
    });
    const first = await world.rotate();
    world.faults.clear();

    const second = await world.retry();

    expect(first).toMatchObject({ outcome: 'failed', failedStep: 'createSecret' });
    expect(second).toMatchObject({ outcome: 'succeeded', versionId: first.versionId });
    expect(world.presentations()).toBe(1);
  });
});

describe('a read that lags behind a write', () => {
  it.each([2, 5, 9])('never leads to a second grant (%i stale reads)', async (staleReads) => {
    const world = await startWorld();
    const versionId = await world.begin();
    await world.steps(versionId, 'createSecret');

    world.aws.secretsManager.serveStaleReads(staleReads);
    await world.step('createSecret', versionId);

    expect(world.presentations()).toBe(1);
    expect((await world.retry()).outcome).toBe('succeeded');
    expect(world.presentations()).toBe(1);
  });

  it.each(['setSecret', 'testSecret', 'finishSecret'] as const)('does not fail %s', async (step) => {
    const world = await startWorld();
    const versionId = await world.begin();
    await world.steps(versionId, 'createSecret');

    world.aws.secretsManager.serveStaleReads(3);

    expect((await world.step(step, versionId)).outcome).toBe('success');
  });
});
