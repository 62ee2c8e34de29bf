import { join } from 'node:path';
import { refuse } from './aws-faults';
import { countedKind } from './function-output';
import { useWorld } from './rotation-world';

const startWorld = useWorld();

describe('a refresh token is presented only where that can do no harm', () => {
  it("not where the labels' newest pair cannot be read", async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    // Three looks at the pending version, one at AWSCURRENT.
    world.faults.inject({
      operation: 'GetSecretValue',
      skip: 4,
      times: 1,
      fault: refuse(400, 'AccessDeniedException'),
    });

    expect(countedKind(await world.step('createSecret', versionId))).toBe('ConfigurationInvalid');
    expect(world.presentations()).toBe(0);
  });

  it('not where Genesys refuses the address of the look at the token in use', async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    world.genesys.injectFault({
      service: 'api',
      fault: { effect: 'none', answer: { kind: 'error', status: 401, code: 'ip.not.authorized' } },
    });

    expect(countedKind(await world.step('createSecret', versionId))).toBe('AddressNotAllowed');
    expect(world.presentations()).toBe(0);
  });

  it('not with another client than the one that it was granted to', async () => {
    const world = await startWorld();
    const stranger = { ...world.logIn(), clientId: 'another-client' };
    await world.put(stranger, ['LATEST_GRANT']);
    await world.put({ ...world.logIn(), refreshToken: 'revoked-long-ago' }, ['AWSCURRENT']);
    await world.put({ ...world.logIn(), refreshToken: 'revoked-even-longer-ago' }, ['AWSCURRENT']);

    expect(countedKind(await world.step('createSecret', await world.begin()))).toBe(
      'ReauthorizationRequired',
    );
    expect(world.isUnspent(stranger.refreshToken)).toBe(true);
    expect(world.genesys.counters().refreshTokens).not.toHaveProperty(stranger.refreshToken);
  });

  it('not from another label once it is known to be spent, however long ago', async () => {
    const world = await startWorld();
    const first = world.contentAt('AWSCURRENT');
    await world.rotate();
    await world.rotate();
    const newest = world.contentAt('AWSCURRENT');
    await world.put(newest, ['LATEST_GRANT']);
    await world.put(first, ['AWSPREVIOUS']);
    world.genesys.revokeTokens(world.firstPair.userId);

    expect(countedKind(await world.step('createSecret', await world.begin()))).toBe(
      'ReauthorizationRequired',
    );
    expect(world.presentations()).toBe(3);
  });

  it('never without an announcement of its own, a second pair after a refused one included', async () => {
    const world = await startWorld();
    const dead = { ...world.logIn(), refreshToken: 'revoked-long-ago' };
    await world.put(world.contentAt('AWSCURRENT'), ['LATEST_GRANT']);
    await world.put(dead, ['AWSCURRENT']);
    const order: string[] = [];
    world.beforeEach('PutSecretValue', async ({ body }) => {
      order.push(String(JSON.parse(body).VersionStages[0]));
    });
    world.beforeEach('grant', async () => {
      order.push('grant');
    });

    await world.steps(await world.begin(), 'createSecret');
    expect(order).toEqual(['GRANT_INTENT', 'grant', 'GRANT_INTENT', 'grant', 'AWSPENDING']);
  });
});

it('a wait that Genesys asks for counts against the time that the write needs', async () => {
  const world = await startWorld({
    timeoutSeconds: 12,
    variables: { GENESYS_TIMEOUT_MS: '1000', WRITE_BUDGET_MS: '5000', DEADLINE_MARGIN_MS: '1000' },
  });
  world.genesys.injectFault({
    service: 'login',
    operation: 'POST /oauth/token',
    times: 1,
    fault: { effect: 'none', answer: { kind: 'error', status: 429, retryAfterSeconds: 7 } },
  });

  expect(countedKind(await world.step('createSecret', await world.begin()))).toBe('TemporarilyUnavailable');
  expect(world.genesys.counters().requestsByRoute['login POST /oauth/token']).toBe(1);
});

describe('an invocation ends by itself before its deadline', () => {
  const SHORT = {
    timeoutSeconds: 6,
    variables: { SECRETS_MANAGER_TIMEOUT_MS: '60000', DEADLINE_MARGIN_MS: '2000' },
  };

  it('where Secrets Manager does not answer', async () => {
    const world = await startWorld(SHORT);
    const versionId = await world.begin();
    world.faults.inject({ operation: 'DescribeSecret', fault: { effect: 'none', answer: { kind: 'hang' } } });

    expect(countedKind(await world.step('createSecret', versionId))).toBe('TemporarilyUnavailable');
  });

  it('where Genesys does not answer the grant, with the time to write left over', async () => {
    const world = await startWorld({
      timeoutSeconds: 8,
      variables: { GENESYS_TIMEOUT_MS: '500', WRITE_BUDGET_MS: '4000', DEADLINE_MARGIN_MS: '1000' },
    });
    world.genesys.injectFault({
      service: 'login',
      operation: 'POST /oauth/token',
      fault: { effect: 'none', answer: { kind: 'hang' } },
    });

    expect(countedKind(await world.step('createSecret', await world.begin()))).toBe('GrantAmbiguous');
  });
});

it('an error that nobody foresaw leaves the function as one of its own, without what the other one says', async () => {
  Object.assign(process.env, { GENESYS_REGION: 'eu-central-1', AWS_REGION: 'eu-central-1' });
  const { handler } = await import(join(__dirname, '../../../dist/functions/refresh-auth-token/index.js'));
  const event = { Step: 'createSecret', SecretId: 'arn', ClientRequestToken: 'version' };
  const context = {
    getRemainingTimeInMillis: (): number => {
      throw new TypeError('a value of the secret');
    },
  };

  const error = await handler(event, context).catch((thrown: unknown) => thrown);
  expect(error).toHaveProperty('kind', 'Unexpected');
  expect(String(error)).not.toContain('a value of the secret');
});

it('a value of the pending version that is no pair, written while the grant is on its way, costs no pair', async () => {
  const world = await startWorld();
  const versionId = await world.begin();
  world.beforeNext('grant', async () => {
    await world.put('[]', ['AWSPENDING'], versionId);
  });

  expect(countedKind(await world.step('createSecret', versionId))).toBe('RotationRefused');
  expect(world.isUnspent(world.contentAt('LATEST_GRANT')?.refreshToken ?? '')).toBe(true);
  await world.retry();
  expect((await world.rotate()).outcome).toBe('succeeded');
  expect(world.allRedemptions()).toBe(2);
});
