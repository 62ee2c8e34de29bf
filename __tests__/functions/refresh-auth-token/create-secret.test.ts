import { randomUUID } from 'node:crypto';
import { refuse } from './aws-faults';
import { metric } from './function-output';
import { sha256, useWorld } from './rotation-world';

const startWorld = useWorld();

/** Strikes the writes of the pair; the announcement before the grant goes through. */
const putOfPair = (times?: number) => ({
  operation: 'PutSecretValue',
  skip: 1,
  ...(times === undefined ? {} : { times }),
  fault: refuse(500, 'InternalServiceError'),
});

describe('createSecret', () => {
  it('passes the RotationToken on, and writes both labels in one call', async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    const rotationToken = randomUUID();
    const written: unknown[] = [];
    world.beforeEach('PutSecretValue', async ({ body }) => {
      written.push(JSON.parse(body));
    });

    await world.invoke({
      Step: 'createSecret',
      SecretId: world.secretArn,
      ClientRequestToken: versionId,
      RotationToken: rotationToken,
    });

    expect(written).toMatchObject([
      { RotationToken: rotationToken, VersionStages: ['GRANT_INTENT'] },
      {
        ClientRequestToken: versionId,
        RotationToken: rotationToken,
        VersionStages: ['AWSPENDING', 'LATEST_GRANT'],
      },
    ]);
  });

  it('delivered twice, leaves what the first delivery made and spends nothing more', async () => {
    const world = await startWorld();
    const versionId = await world.begin();

    await world.steps(versionId, 'createSecret');
    const made = world.contentOf(versionId);
    const second = await world.step('createSecret', versionId);

    expect(second.outcome).toBe('success');
    expect(world.contentOf(versionId)).toEqual(made);
    expect(world.presentations()).toBe(1);
  });

  it('writes again until it works, and counts the retries', async () => {
    const world = await startWorld();
    world.faults.inject(putOfPair(3));
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result.outcome).toBe('success');
    expect(metric(result, 'WriteRetries')).toBe(3);
    expect(world.stagesOf(versionId)).toEqual(['AWSCURRENT', 'AWSPENDING', 'LATEST_GRANT']);
    expect(world.isUnspent(world.contentOf(versionId)?.refreshToken ?? '')).toBe(true);
    expect(world.allRedemptions()).toBe(1);
  });

  it.each([
    ['reset', { kind: 'reset' }],
    ['error', { kind: 'error', status: 500 }],
    ['hang', { kind: 'hang' }],
  ] as const)('takes a write whose answer was lost (%s) for what it was', async (_name, answer) => {
    const world = await startWorld({ variables: { SECRETS_MANAGER_TIMEOUT_MS: '1500' } });
    world.faults.inject({
      operation: 'PutSecretValue',
      skip: 1,
      times: 1,
      fault: { effect: 'applied', answer },
    });
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result.outcome).toBe('success');
    expect(world.stagesOf(versionId)).toEqual(['AWSCURRENT', 'AWSPENDING', 'LATEST_GRANT']);
    expect(world.allRedemptions()).toBe(1);
  });

  it('insists on the write even where AWS says that it is not allowed: a policy may still be on its way', async () => {
    const world = await startWorld();
    world.faults.inject({
      operation: 'PutSecretValue',
      skip: 1,
      times: 4,
      fault: refuse(400, 'AccessDeniedException'),
    });
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result.outcome).toBe('success');
    expect(metric(result, 'WriteRetries')).toBe(4);
  });

  it('says that the pair is lost when the write fails until the deadline', async () => {
    const world = await startWorld({
      timeoutSeconds: 8,
      variables: { GENESYS_TIMEOUT_MS: '2000', WRITE_BUDGET_MS: '500', DEADLINE_MARGIN_MS: '4000' },
    });
    world.faults.inject(putOfPair());
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result).toMatchObject({ outcome: 'error', errorType: 'ReauthorizationRequiredError' });
    expect(result).toHaveProperty(
      'errorMessage',
      expect.stringMatching(/could not be written.*InternalServiceError.*authorize/),
    );
    expect(metric(result, 'WriteRetries')).toBeGreaterThan(0);
    expect(metric(result, 'RotationFailed')).toBe(1);
    expect(world.contentOf(versionId)).toBeUndefined();
    expect(world.stagesOf(versionId)).toEqual(['AWSPENDING']);
  });

  it('asks for a new login after a pair was lost, without a further redemption', async () => {
    const world = await startWorld({
      timeoutSeconds: 8,
      variables: { GENESYS_TIMEOUT_MS: '2000', WRITE_BUDGET_MS: '500', DEADLINE_MARGIN_MS: '4000' },
    });
    world.faults.inject(putOfPair());
    const versionId = await world.begin();
    await world.step('createSecret', versionId);
    world.faults.clear();

    const result = await world.step('createSecret', versionId);

    expect(result).toMatchObject({ outcome: 'error', errorType: 'ReauthorizationRequiredError' });
    expect(world.allRedemptions()).toBe(1);
  });

  it('keeps the old refresh token where the answer names none', async () => {
    const world = await startWorld({ behaviour: { omitRefreshToken: true } });

    expect((await world.rotate()).outcome).toBe('succeeded');
    const content = world.contentAt('AWSCURRENT');
    expect(content?.refreshToken).toBe(world.firstPair.refreshToken);
    expect(content?.accessToken).not.toBe(world.firstPair.accessToken);
    expect((await world.rotate()).outcome).toBe('succeeded');
  });

  it('adopts another pair that the pending version got meanwhile, and keeps its own at LATEST_GRANT', async () => {
    const world = await startWorld({
      behaviour: { omitRefreshToken: true, refreshEndsOldAccessToken: false },
    });
    const versionId = await world.begin();
    const held = { ...world.contentAt('AWSCURRENT'), basedOn: sha256(world.firstPair.refreshToken) };
    world.beforeNext('PutSecretValue', async () => {
      await world.put(held, ['AWSPENDING', 'LATEST_GRANT'], versionId);
    });

    expect((await world.step('createSecret', versionId)).outcome).toBe('success');
    expect(world.contentOf(versionId)).toEqual(held);
    expect(world.contentAt('LATEST_GRANT')?.accessToken).not.toBe(held.accessToken);
    await world.steps(versionId, 'testSecret', 'finishSecret');
    expect(world.holderOf('AWSCURRENT')).toBe(versionId);
  });
});
