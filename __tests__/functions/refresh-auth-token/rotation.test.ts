import { randomUUID } from 'node:crypto';
import { createServer, request, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { listen, metric, refuse, sha256, useWorld } from './rotation-world';

const startWorld = useWorld();

let recorder: Server | undefined;
afterEach(() => {
  recorder?.close();
  recorder?.closeAllConnections();
  recorder = undefined;
});

/** Hands every call on to the local AWS as it came, and keeps the parsed bodies of one operation. */
const startRecorder = async (origin: string, operation: string, bodies: unknown[]): Promise<string> => {
  const server = createServer(async (incoming, response) => {
    const body = await buffer(incoming);
    if (incoming.headers['x-amz-target'] === `secretsmanager.${operation}`) {
      bodies.push(JSON.parse(body.toString('utf8')));
    }
    request(origin, { method: incoming.method, path: incoming.url, headers: incoming.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    }).end(body);
  });
  recorder = server;
  return `http://127.0.0.1:${await listen(server)}`;
};

const put = (times?: number) => ({
  operation: 'PutSecretValue',
  ...(times === undefined ? {} : { times }),
  fault: refuse(500, 'InternalServiceError'),
});

describe('a rotation', () => {
  it('F1: spends the refresh token once and makes the new pair AWSCURRENT, AWSPREVIOUS keeping the old one', async () => {
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

describe('createSecret', () => {
  it('passes the RotationToken on, and writes both labels in one call', async () => {
    const writes: unknown[] = [];
    const rotationToken = randomUUID();
    const world = await startWorld({
      awsEndpoint: (origin) => startRecorder(origin, 'PutSecretValue', writes),
    });
    const versionId = await world.begin();

    await world.invoke({
      Step: 'createSecret',
      SecretId: world.secretArn,
      ClientRequestToken: versionId,
      RotationToken: rotationToken,
    });

    expect(writes).toEqual([
      expect.objectContaining({
        ClientRequestToken: versionId,
        RotationToken: rotationToken,
        VersionStages: ['AWSPENDING', 'LATEST_GRANT'],
      }),
    ]);
  });

  it('F2: delivered twice, leaves what the first delivery made and spends nothing more', async () => {
    const world = await startWorld();
    const versionId = await world.begin();

    await world.steps(versionId, 'createSecret');
    const made = world.contentOf(versionId);
    const second = await world.step('createSecret', versionId);

    expect(second.outcome).toBe('success');
    expect(world.contentOf(versionId)).toEqual(made);
    expect(world.presentations()).toBe(1);
  });

  it('F4: writes again until it works, and counts the retries', async () => {
    const world = await startWorld();
    world.faults.inject(put(3));
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result.outcome).toBe('success');
    expect(metric(result, 'WriteRetries')).toBe(3);
    expect(world.stagesOf(versionId)).toEqual(['AWSPENDING', 'LATEST_GRANT']);
    expect(world.isUnspent(world.contentOf(versionId)?.refreshToken ?? '')).toBe(true);
    expect(world.allRedemptions()).toBe(1);
  });

  it.each([
    ['reset', { kind: 'reset' }],
    ['error', { kind: 'error', status: 500 }],
    ['hang', { kind: 'hang' }],
  ] as const)('F5: takes a write whose answer was lost (%s) for what it was', async (_name, answer) => {
    const world = await startWorld({ variables: { SECRETS_MANAGER_TIMEOUT_MS: '200' } });
    world.faults.inject({ operation: 'PutSecretValue', times: 1, fault: { effect: 'applied', answer } });
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result.outcome).toBe('success');
    expect(world.stagesOf(versionId)).toEqual(['AWSPENDING', 'LATEST_GRANT']);
    expect(world.allRedemptions()).toBe(1);
  });

  it('insists on the write even where AWS says that it is not allowed: a policy may still be on its way', async () => {
    const world = await startWorld();
    world.faults.inject({
      operation: 'PutSecretValue',
      times: 4,
      fault: refuse(400, 'AccessDeniedException'),
    });
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result.outcome).toBe('success');
    expect(metric(result, 'WriteRetries')).toBe(4);
  });

  it('F6, F8: says that the pair is lost when the write fails until the deadline', async () => {
    const world = await startWorld({
      timeoutSeconds: 3,
      variables: { GENESYS_TIMEOUT_MS: '300', WRITE_BUDGET_MS: '500', DEADLINE_MARGIN_MS: '1800' },
    });
    world.faults.inject(put());
    const versionId = await world.begin();

    const result = await world.step('createSecret', versionId);

    expect(result).toMatchObject({ outcome: 'error', errorType: 'ReauthorizationRequiredError' });
    expect(result).toHaveProperty(
      'errorMessage',
      expect.stringMatching(/could not be written.*InternalServiceError.*authorize/),
    );
    expect(metric(result, 'WriteRetries')).toBeGreaterThan(3);
    expect(metric(result, 'RotationFailed')).toBe(1);
    expect(world.contentOf(versionId)).toBeUndefined();
    expect(world.stagesOf(versionId)).toEqual(['AWSPENDING']);
  });

  it('F7: asks for a new login after a pair was lost, without a further redemption', async () => {
    const world = await startWorld({
      timeoutSeconds: 3,
      variables: { GENESYS_TIMEOUT_MS: '300', WRITE_BUDGET_MS: '500', DEADLINE_MARGIN_MS: '1800' },
    });
    world.faults.inject(put());
    const versionId = await world.begin();
    await world.step('createSecret', versionId);
    world.faults.clear();

    const result = await world.step('createSecret', versionId);

    expect(result).toMatchObject({ outcome: 'error', errorType: 'ReauthorizationRequiredError' });
    expect(world.allRedemptions()).toBe(1);
  });

  it('F14: keeps the old refresh token where the answer names none', async () => {
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
      variables: { SECRETS_MANAGER_TIMEOUT_MS: '300' },
    });
    const versionId = await world.begin();
    world.faults.inject({
      operation: 'PutSecretValue',
      times: 1,
      fault: { effect: 'none', answer: { kind: 'hang' } },
    });
    const held = { ...world.contentAt('AWSCURRENT'), basedOn: sha256(world.firstPair.refreshToken) };
    const writing = world.faults.nextCall('PutSecretValue');

    const run = world.step('createSecret', versionId);
    await writing;
    await world.put(held, ['AWSPENDING', 'LATEST_GRANT'], versionId);

    expect((await run).outcome).toBe('success');
    expect(world.contentOf(versionId)).toEqual(held);
    expect(world.contentAt('LATEST_GRANT')?.accessToken).not.toBe(held.accessToken);
    await world.steps(versionId, 'testSecret', 'finishSecret');
    expect(world.holderOf('AWSCURRENT')).toBe(versionId);
  });
});

describe('a good pair whose test or finish failed', () => {
  it('F15: stays pending, with LATEST_GRANT, when Genesys refuses its access token', async () => {
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
    expect(world.stagesOf(attempt.versionId)).toEqual(['AWSPENDING', 'LATEST_GRANT']);
    expect(world.contentAt('AWSCURRENT')?.refreshToken).toBe(world.firstPair.refreshToken);
  });

  it('F16: is where the next rotation starts from, so no refresh token is presented twice', async () => {
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
    const world = await startWorld();
    world.faults.inject({
      operation: 'UpdateSecretVersionStage',
      times: 3,
      fault: refuse(500, 'InternalServiceError'),
    });
    const first = await world.rotate();

    const second = await world.retry();

    expect(first).toMatchObject({ outcome: 'failed', failedStep: 'finishSecret' });
    expect(second).toMatchObject({ outcome: 'succeeded', versionId: first.versionId });
    expect(world.presentations()).toBe(1);
  });
});

describe('finishSecret', () => {
  it.each([
    ['before it takes effect', { effect: 'none', answer: { kind: 'error', status: 500 } }],
    ['after it took effect', { effect: 'applied', answer: { kind: 'error', status: 500 } }],
    ['without an answer, after it took effect', { effect: 'applied', answer: { kind: 'reset' } }],
  ] as const)('F19: ends as if nothing had happened when its label move fails %s', async (_name, fault) => {
    const world = await startWorld();
    world.faults.inject({ operation: 'UpdateSecretVersionStage', times: 1, fault });

    const attempt = await world.rotate();

    expect(attempt).toMatchObject({ outcome: 'succeeded', attempt: 1 });
    expect(world.stagesOf(attempt.versionId)).toEqual(['AWSCURRENT', 'LATEST_GRANT']);
    expect(world.allRedemptions()).toBe(1);
  });

  it('F20: delivered twice, changes nothing the second time', async () => {
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

describe('a read that lags behind a write', () => {
  it.each([
    { staleReads: 2, outcome: 'success' },
    { staleReads: 5, outcome: 'error' },
  ])('never leads to a second grant ($staleReads stale reads)', async ({ staleReads, outcome }) => {
    const world = await startWorld();
    const versionId = await world.begin();
    await world.steps(versionId, 'createSecret');

    world.aws.secretsManager.serveStaleReads(staleReads);
    const result = await world.step('createSecret', versionId);

    expect(result.outcome).toBe(outcome);
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
