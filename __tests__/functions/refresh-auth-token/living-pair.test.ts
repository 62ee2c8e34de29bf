import { createServer, type Socket } from 'node:net';
import { GenesysUnreachableError, requestGenesys } from '../../../functions/shared/genesys-http';
import { closeStubServers, startStubServer } from '../move-voicemail-to-s3/stub-server';
import { refuse } from './aws-faults';
import { countedKind, metric } from './function-output';
import { listen } from './listen';
import { type RotationWorld, type SecretContent, sha256, useWorld } from './rotation-world';

const startWorld = useWorld();
afterEach(closeStubServers);

const GRANT = { service: 'login', operation: 'POST /oauth/token' } as const;

describe('from the grant on, the living pair is AWSCURRENT', () => {
  it.each([
    ['403', { kind: 'error', status: 403 }],
    ['404', { kind: 'error', status: 404 }],
    ['401', { kind: 'error', status: 401 }],
  ] as const)('whatever the test says (%s)', async (_name, answer) => {
    const world = await startWorld();
    const versionId = await world.begin();
    await world.steps(versionId, 'createSecret');
    world.genesys.injectFault({ service: 'api', fault: { effect: 'none', answer } });

    expect((await world.step('testSecret', versionId)).outcome).toBe('error');
    expect(world.holderOf('AWSCURRENT')).toBe(versionId);
  });

  it('where the rotation is cancelled after the write', async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    world.beforeNext('UpdateSecretVersionStage', () => world.takeAway('AWSPENDING', versionId));

    expect((await world.step('createSecret', versionId)).outcome).toBe('success');
    expect(world.holderOf('AWSCURRENT')).toBe(versionId);
  });

  it('where the label move is throttled for a while', async () => {
    const world = await startWorld();
    world.faults.inject({
      operation: 'UpdateSecretVersionStage',
      times: 5,
      fault: refuse(400, 'ThrottlingException'),
    });
    const versionId = await world.begin();

    expect((await world.step('createSecret', versionId)).outcome).toBe('success');
    expect(world.holderOf('AWSCURRENT')).toBe(versionId);
  });

  it.each(['createSecret', 'finishSecret'] as const)(
    'unless a person writes AWSCURRENT while the label move of %s is on its way',
    async (step) => {
      const world = await startWorld();
      const versionId = await world.begin();
      if (step === 'finishSecret') {
        const before = world.contentAt('AWSCURRENT');
        await world.steps(versionId, 'createSecret');
        // As where createSecret was cut off before the promotion.
        await world.put({ ...before }, ['AWSCURRENT']);
      }
      const own = world.logIn();
      world.beforeNext('UpdateSecretVersionStage', async () => {
        await world.put(own, ['AWSCURRENT']);
      });

      await world.step(step, versionId);
      expect(world.contentAt('AWSCURRENT')).toEqual(own);
    },
  );
});

describe('a write that can never work', () => {
  it.each([
    ['a right on the key is missing', 'AccessDeniedException'],
    ['the key is disabled', 'EncryptionFailure'],
    ['the versions are too many', 'LimitExceededException'],
    ['the secret is marked for deletion', 'InvalidRequestException'],
  ])('is found out before anything is spent (%s)', async (_name, code) => {
    const world = await startWorld({
      timeoutSeconds: 8,
      variables: { GENESYS_TIMEOUT_MS: '2000', WRITE_BUDGET_MS: '4000', DEADLINE_MARGIN_MS: '1000' },
    });
    world.faults.inject({ operation: 'PutSecretValue', fault: refuse(400, code) });
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(countedKind(result)).toBe('ConfigurationInvalid');
    expect(result).toHaveProperty('errorMessage', expect.stringContaining(code));
    expect(world.presentations()).toBe(0);
    expect(world.isUnspent(world.firstPair.refreshToken)).toBe(true);
  });

  it('is found out before anything is spent (the value is too large)', async () => {
    const world = await startWorld({
      timeoutSeconds: 8,
      variables: { GENESYS_TIMEOUT_MS: '2000', WRITE_BUDGET_MS: '4000', DEADLINE_MARGIN_MS: '1000' },
    });
    await world.put({ ...world.contentAt('AWSCURRENT'), note: 'x'.repeat(64_900) });
    const versionId = await world.begin();

    expect((await world.step('createSecret', versionId)).outcome).toBe('error');
    expect(world.presentations()).toBe(0);
  });
});

describe('the living pair is found again', () => {
  it.each([
    ['an old value', (first: object) => JSON.stringify(first)],
    ['text that is no JSON', () => 'not { JSON'],
    ['a pair without its client', () => JSON.stringify({ accessToken: 'a', refreshToken: 'r' })],
  ])('after %s was put back, without presenting a spent token', async (_name, textOf) => {
    const world = await startWorld();
    const { clientId, clientSecret, accessToken, refreshToken } = world.firstPair;
    await world.rotate();
    await world.rotate();
    await world.put(textOf({ clientId, clientSecret, accessToken, refreshToken }), ['AWSCURRENT']);

    expect((await world.rotate()).outcome).toBe('succeeded');
    expect(world.presentations()).toBe(3);
    expect(world.allRedemptions()).toBe(3);
  });

  it('after bytes were put back', async () => {
    const world = await startWorld();
    await world.rotate();
    await world.put(world.contentAt('AWSCURRENT'), ['LATEST_GRANT']);
    await world.putBinary(Buffer.from('bytes'));

    expect((await world.rotate()).outcome).toBe('succeeded');
  });

  const pairOf = ({ clientId, clientSecret, accessToken, refreshToken }: SecretContent): SecretContent => ({
    clientId,
    clientSecret,
    accessToken,
    refreshToken,
  });

  const current = (world: RotationWorld): SecretContent => {
    const content = world.contentAt('AWSCURRENT');
    if (content === undefined) {
      throw new Error('AWSCURRENT is empty');
    }
    return content;
  };

  /** Two rotations, of which the pair remembers the last alone, as after more than it can remember. */
  const rotateForgetfully = async (world: RotationWorld): Promise<SecretContent> => {
    await world.rotate();
    await world.put(pairOf(current(world)));
    await world.rotate();
    return current(world);
  };

  it.each([
    ['in place of AWSCURRENT', ['AWSCURRENT']],
    ['with LATEST_GRANT', ['AWSCURRENT', 'LATEST_GRANT']],
  ])('after a backup from before the memory of spent tokens was put back %s', async (_name, labels) => {
    const world = await startWorld({ behaviour: { reuseEndsFamily: true } });
    const backup = world.contentAt('AWSCURRENT');
    const living = await rotateForgetfully(world);
    await world.put(backup, labels);

    const result = await world.step('createSecret', await world.begin());

    expect(result.outcome).toBe('success');
    expect(world.redemptions(living.refreshToken)).toBe(1);
    expect([world.presentations(), world.allRedemptions()]).toEqual([3, 3]);
    expect(metric(result, 'RefusedPairReplaced')).toBe(1);
  });

  it("but never takes the place of a person's login whose access token is refused for a moment", async () => {
    const world = await startWorld();
    await rotateForgetfully(world);
    const login = world.logIn();
    await world.put(login, ['AWSCURRENT']);
    world.genesys.injectFault({
      service: 'api',
      times: 2,
      fault: { effect: 'none', answer: { kind: 'error', status: 401 } },
    });

    expect((await world.step('createSecret', await world.begin())).outcome).toBe('success');
    expect(world.redemptions(login.refreshToken)).toBe(1);
    expect([world.presentations(), world.allRedemptions()]).toEqual([3, 3]);
  });

  it('nor the place of what a run is being granted that has ended the access token', async () => {
    const world = await startWorld();
    await world.rotate();
    const login = world.logIn();
    await world.put(login, ['AWSCURRENT']);
    const sibling = await world.redeemAsSibling(login.refreshToken);
    const basedOn = sha256(login.refreshToken);
    await world.put({ refreshTokenSha256: basedOn }, ['GRANT_INTENT']);
    const versionId = await world.begin();
    world.beforeEach('GetSecretValue', async ({ body }) => {
      if (body.includes('GRANT_INTENT')) {
        await world.put({ ...sibling, basedOn }, ['LATEST_GRANT']);
      }
    });

    expect((await world.step('createSecret', versionId)).outcome).toBe('success');
    expect(world.contentAt('AWSCURRENT')).toMatchObject(pairOf(sibling));
    expect([world.presentations(), world.allRedemptions()]).toEqual([2, 2]);
  });

  it('unless AWSCURRENT shows that the pair which still answers is spent', async () => {
    const world = await startWorld({ behaviour: { refreshEndsOldAccessToken: false } });
    const first = world.contentAt('AWSCURRENT');
    await world.rotate();
    await world.put({ ...world.contentAt('AWSCURRENT'), accessToken: 'dead' }, ['AWSCURRENT']);
    await world.put(first, ['LATEST_GRANT']);

    expect((await world.step('createSecret', await world.begin())).outcome).toBe('success');
    expect([world.presentations(), world.allRedemptions()]).toEqual([2, 2]);
  });

  it("at another label once Genesys refuses AWSCURRENT's, presented once each, and never one that is spent", async () => {
    const world = await startWorld();
    const dead = { ...world.logIn(), refreshToken: 'revoked-long-ago' };
    await world.put(world.contentAt('AWSCURRENT'), ['LATEST_GRANT']);
    await world.put(dead, ['AWSCURRENT']);

    expect((await world.rotate()).outcome).toBe('succeeded');
    expect(world.redemptions(world.firstPair.refreshToken)).toBe(1);
    expect(world.presentations()).toBe(2);
  });
});

it('counts an older login that took the place of the refused one, so that an alarm tells of it', async () => {
  const world = await startWorld();
  const dead = { ...world.logIn(), refreshToken: 'revoked-long-ago' };
  await world.put(world.contentAt('AWSCURRENT'), ['LATEST_GRANT']);
  await world.put(dead, ['AWSCURRENT']);

  const result = await world.step('createSecret', await world.begin());
  expect(metric(result, 'RefusedPairReplaced')).toBe(1);
});

describe('the loser of two runs', () => {
  it('keeps its own grant with what it is based on, so that the next rotation knows where it belongs', async () => {
    const world = await startWorld({
      behaviour: { omitRefreshToken: true, refreshEndsOldAccessToken: false },
    });
    const versionId = await world.begin();
    const held = { ...world.contentAt('AWSCURRENT'), basedOn: sha256(world.firstPair.refreshToken) };
    world.beforeNext('grant', async () => {
      await world.put(held, ['AWSPENDING', 'LATEST_GRANT'], versionId);
    });

    await world.step('createSecret', versionId);
    expect(world.contentAt('LATEST_GRANT')).toMatchObject({ basedOn: sha256(world.firstPair.refreshToken) });
  });

  it("waits for the winner's late write with production's own limits, and nobody is asked to log in", async () => {
    const world = await startWorld({ variables: { NEWER_PAIR_WAIT_MS: undefined } });
    const versionId = await world.begin();
    let written: Promise<unknown> = Promise.resolve();
    world.beforeNext('grant', async () => {
      const pair = await world.redeemAsSibling(world.firstPair.refreshToken);
      written = new Promise((resolve) => setTimeout(resolve, 7_000)).then(() =>
        world.put({ ...pair, basedOn: sha256(world.firstPair.refreshToken) }, ['LATEST_GRANT']),
      );
    });

    const result = await world.step('createSecret', versionId);
    await written;
    expect(result.outcome).toBe('success');
    expect(world.allRedemptions()).toBe(1);
  });
});

describe('an answer to the grant', () => {
  const startLogin = async (status: number, body: object) =>
    (
      await startStubServer((_request, response) =>
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      )
    ).origin;

  it.each([201, 203])('with HTTP %i and a whole pair is a pair', async (status) => {
    const login = await startLogin(status, {
      access_token: 'access',
      refresh_token: 'refresh',
      expires_in: 300,
    });
    const world = await startWorld({ variables: { GENESYS_LOGIN_ORIGIN: login } });
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(world.contentAt('AWSCURRENT')).toMatchObject({ accessToken: 'access', refreshToken: 'refresh' });
    expect(metric(result, 'TokenLifeLeftSeconds')).toBe(300);
  });

  it.each([[7], [{ value: 'r' }], [null], [undefined], ['']])(
    'with the refresh token %j keeps the living access token, and warns',
    async (refreshToken) => {
      const login = await startLogin(200, { access_token: 'access', refresh_token: refreshToken });
      const world = await startWorld({ variables: { GENESYS_LOGIN_ORIGIN: login } });
      const versionId = await world.begin();

      const result = await world.step('createSecret', versionId);

      expect(world.contentAt('AWSCURRENT')).toMatchObject({
        accessToken: 'access',
        refreshToken: world.firstPair.refreshToken,
      });
      expect(result.logs.join('\n')).toContain('names no refresh token that can be used');
    },
  );

  it.each([
    { error: 'invalid_request' },
    { code: 'invalid_token' },
    { errors: [{ code: 'invalid_grant' }] },
    { error: { code: 'invalid_grant' } },
    { errors: ['invalid_grant'] },
  ])('that calls the token dead as %j asks for a login, not for another client secret', async (body) => {
    const world = await startWorld({ variables: { GENESYS_LOGIN_ORIGIN: await startLogin(400, body) } });
    const versionId = await world.begin();
    expect(countedKind(await world.step('createSecret', versionId))).toBe('ReauthorizationRequired');
  });

  it('that echoes the refresh token as an error code tells nothing of it', async () => {
    const token = 'refresh.token.of.the.login';
    const world = await startWorld({
      variables: { GENESYS_LOGIN_ORIGIN: await startLogin(400, { error: token, code: token }) },
    });
    await world.put({ ...world.contentAt('AWSCURRENT'), refreshToken: token });
    const versionId = await world.begin();
    await world.step('createSecret', versionId);
    expect(world.output.join('\n')).not.toContain(token);
  });

  it('comes over a connection of its own', async () => {
    const world = await startWorld();
    let connection: unknown;
    world.beforeNext('grant', async ({ headers }) => {
      connection = headers.connection;
    });
    await world.rotate();
    expect(connection).toBe('close');
  });

  it('that refuses the address spends nothing, and names the list of allowed addresses', async () => {
    const world = await startWorld();
    world.genesys.injectFault({
      ...GRANT,
      fault: { effect: 'none', answer: { kind: 'error', status: 401, code: 'ip.not.authorized' } },
    });
    const versionId = await world.begin();
    expect(countedKind(await world.step('createSecret', versionId))).toBe('AddressNotAllowed');
  });
});

describe('a failure before TLS is up was not sent', () => {
  const listening: { close(): void }[] = [];
  afterEach(() => {
    for (const server of listening.splice(0)) {
      server.close();
    }
  });

  it.each([
    ['an early reset', (socket: Socket) => socket.resetAndDestroy()],
    ['an answer that is no TLS', (socket: Socket) => socket.end('HTTP/1.1 400 no\r\n\r\n')],
    ['silence', () => undefined],
  ])('%s', async (_name, act) => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => act(socket));
    });
    listening.push({
      close: () => {
        for (const socket of sockets) {
          socket.destroy();
        }
        server.close();
      },
    });
    const url = new URL(`https://127.0.0.1:${await listen(server)}/oauth/token`);
    const request = {
      method: 'POST',
      url,
      headers: {},
      body: 'x',
      timeoutMs: 3_000,
      connectTimeoutMs: 300,
    } as const;
    const error = await requestGenesys({ ...request, keepAlive: false }).catch((failed: unknown) => failed);
    expect(error).toBeInstanceOf(GenesysUnreachableError);
    expect(error).toHaveProperty('mayHaveArrived', false);
  });

  it('unlike a reset after the request went out', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.resetAndDestroy());
    });
    listening.push(server);
    const url = new URL(`http://127.0.0.1:${await listen(server)}/oauth/token`);
    const error = await requestGenesys({
      method: 'POST',
      url,
      headers: {},
      body: 'x',
      timeoutMs: 3_000,
      keepAlive: false,
    }).catch((failed: unknown) => failed);
    expect(error).toHaveProperty('mayHaveArrived', true);
  });
});
