import { sha256 } from '../../functions/refresh-auth-token/running-rotation';
import { RotationAt } from './rotation-at';
import { openStandIn, type StandIn } from './stand-in';

const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;

let standIn: StandIn;
let rotation: RotationAt;

beforeAll(async () => {
  standIn = await openStandIn();
});
beforeEach(async () => {
  rotation = await RotationAt.start(standIn);
});
afterEach(async () => {
  const leaks = rotation.leaks();
  await rotation.close();
  expect(leaks).toEqual([]);
});
afterAll(() => standIn.close());

const UNAUTHORIZED = { effect: 'none', answer: { kind: 'error', status: 401 } } as const;

describe('what a rotation begins with', () => {
  it('the pending version cannot be read while it is empty: ResourceNotFoundException', async () => {
    const versionId = await rotation.begin();
    expect(await rotation.stagesOf(versionId)).toEqual(['AWSPENDING']);
    await expect(
      rotation.getValue({ VersionId: versionId, VersionStage: 'AWSPENDING' }),
    ).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

describe('a rotation, driven step by step', () => {
  it('spends the refresh token once and makes the new pair AWSCURRENT, AWSPREVIOUS keeping the old one', async () => {
    const before = await rotation.holdersOf('AWSCURRENT');
    const versionId = await rotation.begin();
    await rotation.steps(versionId, ...STEPS);

    expect(await rotation.holdersOf('AWSCURRENT')).toEqual([versionId]);
    expect(await rotation.holdersOf('AWSPREVIOUS')).toEqual(before);
    expect(await rotation.stagesOf(versionId)).toEqual(['AWSCURRENT', 'AWSPENDING', 'LATEST_GRANT']);
    expect(await rotation.read({ VersionStage: 'AWSCURRENT' })).toMatchObject({
      clientId: rotation.firstPair.clientId,
      note: 'kept',
      basedOn: sha256(rotation.firstPair.refreshToken),
    });
    expect(rotation.redemptions(rotation.firstPair.refreshToken)).toBe(1);
    expect(rotation.presentations()).toBe(1);
  });

  it('goes on from its own pair the next time', async () => {
    await rotation.steps(await rotation.begin(), ...STEPS);
    const { refreshToken } = await rotation.read({ VersionStage: 'AWSCURRENT' });
    const second = await rotation.begin();
    await rotation.steps(second, ...STEPS);

    expect(await rotation.holdersOf('AWSCURRENT')).toEqual([second]);
    expect(rotation.redemptions(String(refreshToken))).toBe(1);
    expect(rotation.presentations()).toBe(2);
  });

  it('takes LATEST_GRANT away from the version before', async () => {
    await rotation.steps(await rotation.begin(), ...STEPS);
    const second = await rotation.begin();
    await rotation.steps(second, 'createSecret');

    expect(await rotation.holdersOf('LATEST_GRANT')).toEqual([second]);
  });

  it('does nothing more where a step is delivered twice', async () => {
    const versionId = await rotation.begin();
    for (const step of STEPS) {
      await rotation.steps(versionId, step, step);
    }
    expect(rotation.presentations()).toBe(1);
    expect(await rotation.holdersOf('AWSCURRENT')).toEqual([versionId]);
  });

  it('starts from LATEST_GRANT where the rotation before it failed its test', async () => {
    const failed = await rotation.begin();
    await rotation.steps(failed, 'createSecret', 'setSecret');
    rotation.genesys.injectFault({ service: 'api', fault: UNAUTHORIZED });
    expect(await rotation.step('testSecret', failed)).toMatchObject({ errorType: 'TokenRefusedError' });
    rotation.genesys.clearFaults();
    const granted = await rotation.read({ VersionStage: 'LATEST_GRANT' });
    await rotation.takeAway('AWSPENDING', failed);

    const versionId = await rotation.begin();
    await rotation.steps(versionId, ...STEPS);
    expect(rotation.redemptions(String(granted['refreshToken']))).toBe(1);
    expect(rotation.presentations()).toBe(2);
    expect(await rotation.holdersOf('AWSCURRENT')).toEqual([versionId]);
  });

  it('refuses a version that is not AWSPENDING any more', async () => {
    const versionId = await rotation.begin();
    await rotation.takeAway('AWSPENDING', versionId);

    expect(await rotation.step('createSecret', versionId)).toMatchObject({
      errorType: 'RotationRefusedError',
    });
    const current = await rotation.read({ VersionStage: 'AWSCURRENT' });
    expect(sha256(String(current['refreshToken']))).toBe(sha256(rotation.firstPair.refreshToken));
  });

  it('fails where a step needs a value that createSecret has not written', async () => {
    const versionId = await rotation.begin();
    expect(await rotation.step('finishSecret', versionId)).toMatchObject({
      errorType: 'RotationRefusedError',
    });
    expect(rotation.presentations()).toBe(0);
  });

  it('tests the current value alone, as a test-only run does, and spends nothing', async () => {
    // Rotation has to be enabled, and only a rotation that has begun makes it so.
    await rotation.takeAway('AWSPENDING', await rotation.begin());
    const versionId = await rotation.put(await rotation.read({ VersionStage: 'AWSCURRENT' }), ['AWSPENDING']);

    await rotation.steps(versionId, 'testSecret');
    expect(rotation.presentations()).toBe(0);
  });

  it('adopts a pair that another run wrote meanwhile, which nothing may write over', async () => {
    const versionId = await rotation.begin();
    const current = await rotation.read({ VersionStage: 'AWSCURRENT' });
    const theirs = { ...current, ...rotation.logIn(), basedOn: sha256(rotation.firstPair.refreshToken) };
    rotation.beforeNext('PutSecretValue', async () => {
      await rotation.put(theirs, ['AWSPENDING', 'LATEST_GRANT'], versionId);
    });

    await rotation.steps(versionId, 'createSecret');
    const pending = await rotation.read({ VersionId: versionId, VersionStage: 'AWSPENDING' });
    expect(sha256(String(pending['refreshToken']))).toBe(sha256(theirs.refreshToken));
  });
});

describe('a person who authorizes again', () => {
  it('takes AWSCURRENT and LATEST_GRANT with one write', async () => {
    await rotation.steps(await rotation.begin(), ...STEPS);
    const theirs = await rotation.put(rotation.logIn(), ['AWSCURRENT', 'LATEST_GRANT']);

    expect(await rotation.holdersOf('AWSCURRENT')).toEqual([theirs]);
    expect(await rotation.holdersOf('LATEST_GRANT')).toEqual([theirs]);
  });

  it('wins: the next rotation starts from their pair', async () => {
    const first = await rotation.begin();
    await rotation.steps(first, ...STEPS);
    const theirs = rotation.logIn();
    await rotation.put(theirs, ['AWSCURRENT', 'LATEST_GRANT']);
    await rotation.takeAway('AWSPENDING', first);
    const versionId = await rotation.begin();
    await rotation.steps(versionId, ...STEPS);

    expect(rotation.redemptions(theirs.refreshToken)).toBe(1);
    expect(await rotation.holdersOf('AWSCURRENT')).toEqual([versionId]);
  });
});
