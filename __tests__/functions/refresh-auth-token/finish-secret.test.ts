import { useWorld } from './rotation-world';

const startWorld = useWorld();

describe('finishSecret', () => {
  it.each([
    ['before it takes effect', { effect: 'none', answer: { kind: 'error', status: 500 } }],
    ['after it took effect', { effect: 'applied', answer: { kind: 'error', status: 500 } }],
    ['without an answer, after it took effect', { effect: 'applied', answer: { kind: 'reset' } }],
  ] as const)('ends as if nothing had happened when its label move fails %s', async (_name, fault) => {
    const world = await startWorld();
    world.faults.inject({ operation: 'UpdateSecretVersionStage', times: 1, fault });

    const attempt = await world.rotate();

    expect(attempt).toMatchObject({ outcome: 'succeeded', attempt: 1 });
    expect(world.stagesOf(attempt.versionId)).toEqual(['AWSCURRENT', 'LATEST_GRANT']);
    expect(world.allRedemptions()).toBe(1);
    const moves = world.aws.journal.entries.filter(
      ({ operation }) => operation === 'UpdateSecretVersionStage',
    );
    expect(moves).toHaveLength(fault.effect === 'applied' ? 1 : 2);
  });

  it('delivered twice, changes nothing the second time', async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    await world.steps(versionId, 'createSecret', 'setSecret', 'testSecret', 'finishSecret');
    const after = world.aws.secretsManager.secret(world.secretArn).versions.map(({ stages }) => stages);

    expect((await world.step('finishSecret', versionId)).outcome).toBe('success');
    expect(world.aws.secretsManager.secret(world.secretArn).versions.map(({ stages }) => stages)).toEqual(
      after,
    );
  });

  it('moves AWSCURRENT in one call', async () => {
    const world = await startWorld();
    await world.rotate();

    const moves = world.aws.journal.entries.filter(
      ({ operation }) => operation === 'UpdateSecretVersionStage',
    );
    expect(moves).toHaveLength(1);
  });

  it('fails where the pending version has no value', async () => {
    const world = await startWorld();
    const versionId = await world.begin();

    expect(await world.step('finishSecret', versionId)).toMatchObject({ errorType: 'RotationRefusedError' });
    expect(world.contentAt('AWSCURRENT')?.refreshToken).toBe(world.firstPair.refreshToken);
  });
});
