import { setTimeout as sleep } from 'node:timers/promises';
import { tokenHash } from '../../tools/local-cloud/genesys';
import { closeWorlds, type MoverWorld, startWorld } from './move-voicemail-to-s3/mover-world';
import { RunningRotation, startRotationParts } from './refresh-auth-token/running-rotation';

const ACCOUNT_ID = '123456789012';
const REGION = 'eu-central-1';
const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:refresh-auth-token`;

/** Milliseconds between the steps of a rotation: about what Secrets Manager takes. */
const BETWEEN_STEPS_MS = 500;

let rotation: RunningRotation | undefined;
afterEach(async () => {
  await rotation?.close();
  await closeWorlds();
});

const isLive = (world: MoverWorld): boolean => {
  const current = world.aws.secretsManager
    .secret(world.secretArn)
    .versions.find(({ stages }) => stages.includes('AWSCURRENT'));
  const value = current?.value;
  const { refreshToken } = JSON.parse(
    value !== undefined && 'SecretString' in value ? value.SecretString : '{}',
  );
  return (world.genesys.counters().refreshTokens[tokenHash(refreshToken)]?.redeemed ?? 0) === 0;
};

/** Lets Secrets Manager rotate the mover's secret with the real function. Returns what each step left AWSCURRENT as. */
const startRotation = async (world: MoverWorld): Promise<boolean[]> => {
  const { aws, clock, genesys, firstPair, secretArn } = world;
  const running = new RunningRotation(
    await startRotationParts(
      { clock, genesys, firstPair },
      {
        origin: aws.origin,
        accountId: ACCOUNT_ID,
        region: REGION,
        credentials: aws.issueCredentials(`arn:aws:iam::${ACCOUNT_ID}:role/refresh-auth-token`),
        secretArn,
      },
    ),
  );
  rotation = running;
  const liveAfterSteps: boolean[] = [];
  aws.secretsManager.useRotationInvoker(async (_functionArn, event) => {
    const result = await running.invoke(event);
    liveAfterSteps.push(isLive(world));
    await sleep(BETWEEN_STEPS_MS);
    return result.outcome === 'success'
      ? { ok: true }
      : { ok: false, errorType: result.errorType, errorMessage: result.errorMessage };
  });
  return liveAfterSteps;
};

test.each([
  [2_500, 4],
  [100, 80],
])(
  'a rotation under load, a voicemail every %i ms, delays none for longer than a minute and counts no refused token',
  async (everyMs, count) => {
    const world = await startWorld({ maximumConcurrency: 3, batchSize: 1 });
    const liveAfterSteps = await startRotation(world);
    const { secretsManager } = world.aws;
    let left = 0;
    let longestHiddenSeconds = 0;
    const arrivals = (async () => {
      for (; left < count; left += 1) {
        world.deliver(world.leaveVoicemail({ audio: { WEBM: { sizeBytes: 1_000 + left } } }).event);
        await sleep(everyMs);
      }
    })();
    const rotations = (async () => {
      for (const delayMs of [500, 1_000]) {
        await sleep(delayMs);
        secretsManager.rotateSecret({
          SecretId: world.secretArn,
          RotationLambdaARN: FUNCTION_ARN,
          RotationRules: { ScheduleExpression: 'rate(6 hours)', Duration: '1h' },
        });
        await secretsManager.rotationsIdle();
      }
    })();
    while (world.outcomes.length < count) {
      await world.poll();
      longestHiddenSeconds = Math.max(longestHiddenSeconds, world.longestHiddenSeconds);
      await sleep(20);
    }
    await Promise.all([arrivals, rotations]);

    expect(secretsManager.rotationAttempts.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
    expect(liveAfterSteps).toEqual(Array(8).fill(true));
    expect(world.outcomes).toEqual(Array(count).fill('stored'));
    expect(longestHiddenSeconds).toBeLessThan(60);
    expect(world.metric('TokenRefused')).toBe(0);
  },
  60_000,
);
