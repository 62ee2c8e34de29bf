import * as fc from 'fast-check';
import type { InvocationResult } from '../../../tools/local-cloud/lambda';
import { TooManyRequestsError } from '../../../tools/local-cloud/lambda';
import { countedKind } from './function-output';
import { type RotationWorld, STEPS, sha256, useWorld } from './rotation-world';

const startWorld = useWorld();

/** Invokes a step again and again while the function's one container is busy, as Secrets Manager does when throttled. */
const stepWhenFree = async (
  world: RotationWorld,
  step: string,
  versionId: string,
): Promise<InvocationResult> => {
  for (;;) {
    try {
      return await world.step(step, versionId);
    } catch (error) {
      if (!(error instanceof TooManyRequestsError)) {
        throw error;
      }
      await new Promise(setImmediate);
    }
  }
};

it('five runs of each step at once, in any order, end in one redemption and one current version (one container, where one is reserved)', async () => {
  const world = await startWorld({ reservedConcurrency: 1 });
  const runs = STEPS.flatMap((step) => Array.from({ length: 5 }, () => step));
  let rotations = 0;

  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(runs, { minLength: runs.length }), async (order) => {
      const versionId = await world.begin();
      const results = await Promise.all(order.map((step) => stepWhenFree(world, step, versionId)));
      // A step that came before createSecret had to be refused, so the rotation may need its retry.
      const kinds = new Set(results.filter(({ outcome }) => outcome === 'error').map(countedKind));
      expect([...kinds].filter((kind) => kind !== 'RotationRefused')).toEqual([]);
      if (world.holderOf('AWSCURRENT') !== versionId) {
        expect((await world.retry()).outcome).toBe('succeeded');
      } else {
        await world.settle();
      }

      rotations += 1;
      expect(world.stagesOf(versionId)).toEqual(expect.arrayContaining(['AWSCURRENT', 'LATEST_GRANT']));
      expect(world.presentations()).toBe(rotations);
      expect(world.allRedemptions()).toBe(rotations);
    }),
    { numRuns: 4 },
  );
});

it('five runs of each step at once end in one redemption and one current version even without a reserved container, and present its token once', async () => {
  const world = await startWorld({ variables: { NEWER_PAIR_WAIT_MS: '20000' } });
  const versionId = await world.begin();

  for (const step of STEPS) {
    const results = await Promise.all(Array.from({ length: 5 }, () => world.step(step, versionId)));
    expect(results.map(({ outcome }) => outcome)).toContain('success');
    expect(results.map(countedKind)).not.toContain('ReauthorizationRequired');
  }

  expect(world.stagesOf(versionId)).toEqual(expect.arrayContaining(['AWSCURRENT', 'LATEST_GRANT']));
  expect(world.presentations()).toBe(1);
  expect(world.allRedemptions()).toBe(1);
});

it('of two runs that are about to announce the grant, one presents the token and the other adopts its pair', async () => {
  const world = await startWorld({ variables: { NEWER_PAIR_WAIT_MS: '20000' } });
  const versionId = await world.begin();
  world.beforeNext('PutSecretValue', async () => {
    await world.steps(versionId, 'createSecret');
  });

  expect((await world.step('createSecret', versionId)).outcome).toBe('success');
  expect(world.presentations()).toBe(1);
  expect(world.holderOf('AWSCURRENT')).toBe(versionId);
});

it('a run that finds the grant announced waits for the run that announced it, as long as that one may be alive', async () => {
  const world = await startWorld({ variables: { NEWER_PAIR_WAIT_MS: '20000' } });
  const versionId = await world.begin();
  let second: Promise<InvocationResult> | undefined;
  world.beforeNext('grant', async () => {
    second = world.step('createSecret', versionId);
    // Longer than a run takes that does not wait.
    await new Promise((resolve) => setTimeout(resolve, 3_000));
  });

  expect((await world.step('createSecret', versionId)).outcome).toBe('success');
  expect((await second)?.outcome).toBe('success');
  expect(world.presentations()).toBe(1);
});

it('of two rotations that overlap, one is redeemed and the other adopts its pair; nobody has to log in again', async () => {
  const world = await startWorld({ variables: { GENESYS_TIMEOUT_MS: '25000' } });
  const loser = await world.begin();
  let winner = '';
  world.beforeNext('grant', async () => {
    await world.takeAway('AWSPENDING', loser);
    winner = await world.begin();
    await world.steps(winner, 'createSecret');
  });

  expect((await world.step('createSecret', loser)).outcome).toBe('success');
  expect(world.contentOf(loser)).toMatchObject({
    refreshToken: world.contentOf(winner)?.refreshToken,
    basedOn: sha256(world.firstPair.refreshToken),
  });
  expect(world.allRedemptions()).toBe(1);
  expect(await world.step('testSecret', winner)).toMatchObject({ errorType: 'RotationRefusedError' });
  await world.steps(loser, 'setSecret', 'testSecret', 'finishSecret');
  expect(world.holderOf('AWSCURRENT')).toBe(loser);
});
