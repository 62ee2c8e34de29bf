import type { Fault } from '../../../tools/local-cloud/faults';
import { useWorld } from './rotation-world';

const startWorld = useWorld();

const textOf = ({ clientId, clientSecret, accessToken, refreshToken }: Record<string, unknown>): string =>
  JSON.stringify({ clientId, clientSecret, accessToken, refreshToken });

/** An answer of Secrets Manager that comes instead of the right one. */
const answering = (status: number, contentType: string, body: string): Fault => ({
  effect: 'none',
  answer: {
    kind: 'altered',
    alter: ({ headers }) => ({
      status,
      headers: { ...headers, 'content-type': contentType },
      body: Buffer.from(body),
    }),
  },
});

describe('a rotation goes on where the secret, or an answer about it, is odd in a way that does no harm', () => {
  it('begins with a byte order mark', async () => {
    const world = await startWorld();
    await world.put(`\uFEFF${textOf({ ...world.firstPair })}`);

    expect((await world.rotate()).outcome).toBe('succeeded');
    expect(world.allRedemptions()).toBe(1);
  });

  it.each([
    ['newlines behind', '', '\r\n\n'],
    ['a newline before', '\n', ''],
    ['a space behind', '', ' '],
    ['no-break spaces around', '\u00a0', '\u00a0'],
    ['marks that nobody sees around', '\u200b\ufeff', '\u2060\u200b'],
  ])('has %s what a person pasted', async (_name, before, behind) => {
    const world = await startWorld();
    world.genesys.revokeTokens(world.firstPair.userId);
    const login = world.logIn();
    const pasted = Object.entries(login).map(([key, text]) => [key, `${before}${text}${behind}`]);
    await world.put(textOf(Object.fromEntries(pasted)));

    expect((await world.rotate()).outcome).toBe('succeeded');
    expect(world.redemptions(login.refreshToken)).toBe(1);
    expect(world.presentations()).toBe(1);
  });

  it('holds bytes at LATEST_GRANT', async () => {
    const world = await startWorld();
    await world.putBinary(Buffer.from('bytes'), ['LATEST_GRANT']);

    expect((await world.rotate()).outcome).toBe('succeeded');
    expect(world.contentAt('LATEST_GRANT')).toEqual(world.contentAt('AWSCURRENT'));
  });

  it('is read twenty minutes off the right time', async () => {
    const world = await startWorld({ clockAheadMs: 20 * 60_000 });

    expect((await world.rotate()).outcome).toBe('succeeded');
    expect(world.allRedemptions()).toBe(1);
  });

  it('has a pending version that answers without any value', async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    world.faults.inject({
      operation: 'GetSecretValue',
      times: 3,
      fault: answering(200, 'application/x-amz-json-1.1', JSON.stringify({ VersionId: versionId })),
    });

    expect((await world.step('createSecret', versionId)).outcome).toBe('success');
    expect(world.presentations()).toBe(1);
  });

  it.each(['DescribeSecret', 'GetSecretValue', 'PutSecretValue', 'UpdateSecretVersionStage'])(
    'is answered for by somebody on the way (%s)',
    async (operation) => {
      const world = await startWorld();
      world.faults.inject({
        operation,
        times: 1,
        fault: answering(403, 'text/html', '<html>Please log in to the network</html>'),
      });

      expect((await world.rotate()).outcome).toBe('succeeded');
      expect(world.allRedemptions()).toBe(1);
    },
  );
});

it.each(['createSecret', 'testSecret'])(
  'labels from before the rotation began refuse no step (%s)',
  async (step) => {
    const world = await startWorld();
    const before = world.aws.secretsManager.secret(world.secretArn);
    const versionId = await world.begin();
    if (step !== 'createSecret') {
      await world.steps(versionId, 'createSecret');
    }
    world.beforeNext('DescribeSecret', async () => {
      world.aws.secretsManager.serveStaleReads(1, before);
    });

    expect((await world.step(step, versionId)).outcome).toBe('success');
  },
);

it('a read of AWSCURRENT from before the last login gives no good version up, at the promotion and at the test', async () => {
  const world = await startWorld();
  const before = world.aws.secretsManager.secret(world.secretArn);
  await world.put(world.logIn());
  const versionId = await world.begin();
  const staleOnce = (skip: number) => {
    let reads = 0;
    world.beforeEach('GetSecretValue', async ({ body }) => {
      reads += body.includes('AWSCURRENT') ? 1 : 0;
      if (reads === skip + 1 && body.includes('AWSCURRENT')) {
        world.aws.secretsManager.serveStaleReads(1, before);
      }
    });
  };

  // The first read of createSecret is the one that the grant starts from.
  staleOnce(1);
  await world.steps(versionId, 'createSecret', 'setSecret');
  expect(world.holderOf('AWSCURRENT')).toBe(versionId);
  staleOnce(0);
  await world.steps(versionId, 'testSecret');
  staleOnce(0);
  await world.steps(versionId, 'finishSecret');
  expect(world.stagesOf(versionId)).toContain('AWSPENDING');
});

it.each([
  [2, 'success'],
  [3, 'error'],
] as const)(
  'where %i reads in a row do not see the value of the pending version yet, nothing more is spent',
  async (staleReads, outcome) => {
    const world = await startWorld();
    const versionId = await world.begin();
    const before = world.aws.secretsManager.secret(world.secretArn);
    await world.steps(versionId, 'createSecret');
    let reads = 0;
    world.beforeEach('GetSecretValue', async ({ body }) => {
      reads += 1;
      if (reads <= staleReads && body.includes(versionId)) {
        world.aws.secretsManager.serveStaleReads(1, before);
      }
    });

    expect((await world.step('createSecret', versionId)).outcome).toBe(outcome);
    expect(world.presentations()).toBe(1);
  },
);
