import { countedKind } from './function-output';
import { useWorld } from './rotation-world';

const startWorld = useWorld();

const refuseToken = {
  service: 'api',
  fault: { effect: 'none', answer: { kind: 'error', status: 401 } },
} as const;

describe('a person who authorizes again', () => {
  it('between rotations, has their pair used by the next one; the old LATEST_GRANT loses', async () => {
    const world = await startWorld();
    await world.rotate();
    const old = world.contentAt('LATEST_GRANT')?.refreshToken ?? '';
    const own = world.logIn();
    await world.put(own, ['AWSCURRENT']);

    expect((await world.rotate()).outcome).toBe('succeeded');
    expect(world.redemptions(own.refreshToken)).toBe(1);
    expect(world.redemptions(old)).toBe(0);
  });

  it('after failed tests, has their pair used by the next rotation; the unpromoted one loses', async () => {
    const world = await startWorld();
    world.genesys.injectFault(refuseToken);
    const { versionId } = await world.rotate();
    world.genesys.clearFaults();
    const own = world.logIn();
    await world.put(own, ['AWSCURRENT']);
    await world.takeAway('AWSPENDING', versionId);

    expect((await world.rotate()).outcome).toBe('succeeded');
    expect(world.redemptions(own.refreshToken)).toBe(1);
    expect(world.redemptions(world.contentOf(versionId)?.refreshToken ?? '')).toBe(0);
  });

  it.each(['createSecret', 'testSecret', 'finishSecret'])(
    'while a rotation is stuck, has the dead pending pair given up at %s and their own used by the next rotation',
    async (step) => {
      const world = await startWorld();
      const versionId = await world.begin();
      await world.steps(versionId, 'createSecret');
      const own = world.logIn();
      await world.put(own);

      const result = await world.step(step, versionId);

      expect(result).toMatchObject({ errorType: 'RotationSupersededError' });
      expect(world.holderOf('AWSPENDING')).toBeUndefined();
      expect(world.contentAt('AWSCURRENT')).toEqual(own);
      expect((await world.rotate()).outcome).toBe('succeeded');
      expect(world.redemptions(own.refreshToken)).toBe(1);
      expect(world.redemptions(world.contentOf(versionId)?.refreshToken ?? '')).toBe(0);
    },
  );

  it.each([
    ['before it takes effect', { effect: 'none', answer: { kind: 'error', status: 500 } }],
    ['after it took effect', { effect: 'applied', answer: { kind: 'reset' } }],
  ] as const)('has a dead pending pair given up even if the label move fails %s', async (_name, fault) => {
    const world = await startWorld();
    const versionId = await world.begin();
    await world.steps(versionId, 'createSecret');
    await world.put(world.logIn());
    world.faults.inject({ operation: 'UpdateSecretVersionStage', times: 1, fault });

    expect(await world.step('testSecret', versionId)).toMatchObject({ errorType: 'RotationSupersededError' });
    expect(world.holderOf('AWSPENDING')).toBeUndefined();
  });

  it('and empties the secret instead, has no AWSPENDING left behind', async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    await world.steps(versionId, 'createSecret');
    await world.put('{}', ['AWSCURRENT']);

    expect(await world.step('createSecret', versionId)).toMatchObject({ errorType: 'NotAuthorizedYetError' });
    expect(world.holderOf('AWSPENDING')).toBeUndefined();
  });

  it('while a rotation is stuck without a value, has their pair used by the very next attempt', async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    const own = world.logIn();
    await world.put(own);

    expect(await world.retry()).toMatchObject({ outcome: 'succeeded', versionId });
    expect(world.redemptions(own.refreshToken)).toBe(1);
    expect(world.redemptions(world.firstPair.refreshToken)).toBe(0);
  });

  it('and takes AWSPENDING away as the run is about to, is no failure of its own', async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    await world.steps(versionId, 'createSecret');
    await world.put(world.logIn());
    world.beforeNext('UpdateSecretVersionStage', () => world.takeAway('AWSPENDING', versionId));

    expect(countedKind(await world.step('finishSecret', versionId))).toBe('RotationSuperseded');
  });

  it('and takes AWSPENDING away, has their pair used by the next rotation at once', async () => {
    const world = await startWorld();
    world.genesys.injectFault(refuseToken);
    const { versionId } = await world.rotate();
    world.genesys.clearFaults();
    const own = world.logIn();
    await world.put(own);
    await world.takeAway('AWSPENDING', versionId);

    expect((await world.rotate()).outcome).toBe('succeeded');
    expect(world.redemptions(own.refreshToken)).toBe(1);
  });

  it('between the grant and its late write, loses nothing: their pair stays AWSCURRENT and is used next', async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    const own = world.logIn();
    world.beforeNext('PutSecretValue', async () => {
      await world.put(own);
    });

    expect((await world.step('createSecret', versionId)).outcome).toBe('success');
    expect(world.contentAt('AWSCURRENT')).toEqual(own);
    expect(await world.retry()).toMatchObject({ outcome: 'failed', errorType: 'RotationSupersededError' });
    expect((await world.rotate()).outcome).toBe('succeeded');
    expect(world.redemptions(own.refreshToken)).toBe(1);
    expect(world.presentations()).toBe(2);
  });

  it('whose new login ends the token that is being presented, has their pair adopted', async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    let own = world.logIn();
    world.beforeNext('grant', async () => {
      world.genesys.revokeTokens(world.firstPair.userId);
      own = world.logIn();
      await world.put(own);
    });

    expect((await world.step('createSecret', versionId)).outcome).toBe('success');
    await world.steps(versionId, 'setSecret', 'testSecret', 'finishSecret');
    expect(world.contentAt('AWSCURRENT')).toMatchObject(own);
    expect(world.redemptions(own.refreshToken)).toBe(0);
    expect((await world.rotate()).outcome).toBe('succeeded');
  });
});

describe('a person who changes another key of the current pair during a rotation', () => {
  it('keeps the change, and the pair that was granted meanwhile is where the next rotation starts from', async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    world.beforeNext('PutSecretValue', async () => {
      await world.put({ ...world.contentAt('AWSCURRENT'), note: 'changed' });
    });
    expect((await world.step('createSecret', versionId)).outcome).toBe('success');
    const granted = world.contentOf(versionId)?.refreshToken ?? '';

    expect(await world.retry()).toMatchObject({ outcome: 'failed', errorType: 'RotationSupersededError' });
    expect((await world.rotate()).outcome).toBe('succeeded');
    expect(world.contentAt('AWSCURRENT')?.['note']).toBe('changed');
    expect(world.redemptions(granted)).toBe(1);
    expect(world.presentations()).toBe(2);
  });
});
