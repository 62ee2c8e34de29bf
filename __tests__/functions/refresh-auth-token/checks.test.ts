import { randomUUID } from 'node:crypto';
import { refuse } from './aws-faults';
import { countedKind, metricsIn } from './function-output';
import { useWorld } from './rotation-world';

const startWorld = useWorld();

describe('only a pending version without a value leads to a grant', () => {
  it.each([
    ['throttled', refuse(400, 'ThrottlingException'), 'TemporarilyUnavailable'],
    ['refused', refuse(400, 'AccessDeniedException'), 'ConfigurationInvalid'],
    ['broken', refuse(500, 'InternalServiceError'), 'TemporarilyUnavailable'],
    ['reset', { effect: 'none', answer: { kind: 'reset' } }, 'TemporarilyUnavailable'],
  ] as const)('a read of it that is %s spends nothing', async (_name, fault, kind) => {
    const world = await startWorld();
    const versionId = await world.begin();
    world.faults.inject({ operation: 'GetSecretValue', fault });

    const result = await world.step('createSecret', versionId);

    expect(result.outcome).toBe('error');
    expect(countedKind(result)).toBe(kind);
    expect(world.presentations()).toBe(0);
    expect(world.stagesOf(versionId)).toEqual(['AWSPENDING']);
  });

  it.each([0, 1, 2])('a single failed read (no. %i) is tried again', async (skip) => {
    const world = await startWorld();
    world.faults.inject({
      operation: 'GetSecretValue',
      skip,
      times: 1,
      fault: refuse(500, 'InternalServiceError'),
    });

    expect((await world.rotate()).outcome).toBe('succeeded');
    expect(world.presentations()).toBe(1);
  });
});

describe('a secret that is no token secret spends nothing, and the error names the key, never a value', () => {
  it.each([
    ['not JSON', 'SECRET-VALUE {', /not a JSON object/],
    ['a JSON array', '["SECRET-VALUE"]', /not a JSON object/],
    [
      'without clientSecret',
      '{"clientId":"SECRET-VALUE","accessToken":"a","refreshToken":"r"}',
      /clientSecret/,
    ],
    [
      'without refreshToken',
      '{"clientId":"SECRET-VALUE","clientSecret":"s","accessToken":"a"}',
      /refreshToken/,
    ],
    [
      'with a clientId that is no text',
      '{"clientId":1,"clientSecret":"SECRET-VALUE","accessToken":"a","refreshToken":"r"}',
      /clientId/,
    ],
  ])('%s', async (_name, secretText, message) => {
    const world = await startWorld({ secretText });

    const attempt = await world.rotate();

    expect(attempt).toMatchObject({ outcome: 'failed', errorType: 'ConfigurationInvalidError' });
    expect(attempt.errorMessage).toMatch(message);
    expect(world.output.join('\n')).not.toContain('SECRET-VALUE');
    expect(world.presentations()).toBe(0);
  });

  it('binary', async () => {
    const world = await startWorld();
    await world.putBinary(Buffer.from('SECRET-VALUE'));

    const attempt = await world.rotate();

    expect(attempt).toMatchObject({ outcome: 'failed', errorType: 'ConfigurationInvalidError' });
    expect(attempt.errorMessage).toContain('SecretBinary');
    expect(world.presentations()).toBe(0);
  });
});

describe('what does not fit the state of the secret is refused and changes nothing', () => {
  it('an unknown step', async () => {
    const world = await startWorld();
    const versionId = await world.begin();

    const result = await world.step('create_secret', versionId);

    expect(result).toMatchObject({ errorType: 'RotationRefusedError' });
    expect(result).toHaveProperty(
      'errorMessage',
      expect.stringMatching(/create_secret.*createSecret, setSecret/),
    );
    expect(world.presentations()).toBe(0);
  });

  it.each(['createSecret', 'setSecret', 'testSecret', 'finishSecret'])(
    'an unknown version at %s',
    async (step) => {
      const world = await startWorld();
      await world.begin();

      expect(await world.step(step, randomUUID())).toMatchObject({ errorType: 'RotationRefusedError' });
      expect(world.presentations()).toBe(0);
    },
  );

  it.each(['createSecret', 'setSecret', 'testSecret', 'finishSecret'])(
    'a version that is neither pending nor current any more at %s',
    async (step) => {
      const world = await startWorld();
      const versionId = await world.begin();
      await world.steps(versionId, 'createSecret');
      await world.put(world.logIn());
      await world.takeAway('AWSPENDING', versionId);

      expect(await world.step(step, versionId)).toMatchObject({ errorType: 'RotationRefusedError' });
      expect(world.presentations()).toBe(1);
    },
  );

  it('a value of the pending version that is no token pair: the version is given up, and the next one starts anew', async () => {
    const world = await startWorld();
    const versionId = await world.begin();
    await world.put('{}', ['AWSPENDING'], versionId);

    const attempt = await world.retry();

    expect(attempt).toMatchObject({ outcome: 'failed', errorType: 'RotationRefusedError' });
    expect(world.holderOf('AWSPENDING')).toBeUndefined();
    expect((await world.rotate()).outcome).toBe('succeeded');
  });

  it('a secret whose rotation is not enabled', async () => {
    const world = await startWorld();
    const versionId = await world.put({ any: 'value' }, ['AWSPENDING']);

    const result = await world.step('createSecret', versionId);

    expect(result).toMatchObject({ errorType: 'RotationRefusedError' });
    expect(result).toHaveProperty('errorMessage', expect.stringContaining('not enabled'));
  });

  it('an event that Secrets Manager did not send', async () => {
    const world = await startWorld();

    expect(await world.invoke({ Step: 'createSecret', SecretId: world.secretArn })).toMatchObject({
      errorType: 'RotationRefusedError',
      errorMessage: expect.stringContaining('ClientRequestToken'),
    });
  });
});

describe('failures', () => {
  it('are counted by service alone and by kind', async () => {
    const world = await startWorld();
    const result = await world.step('createSecret', randomUUID());

    expect(metricsIn(result.logs)).toEqual([
      {
        name: 'RotationFailed',
        sum: 1,
        dimensions: [
          { service: 'refresh-auth-token' },
          { service: 'refresh-auth-token', kind: 'RotationRefused' },
        ],
      },
    ]);
  });

  it('name a wrong variable in each invocation', async () => {
    const world = await startWorld({ variables: { GENESYS_TIMEOUT_MS: 'soon' } });
    const versionId = await world.begin();

    for (let invocation = 0; invocation < 2; invocation += 1) {
      const result = await world.step('createSecret', versionId);
      expect(result).toMatchObject({ errorType: 'ConfigurationInvalidError' });
      expect(result).toHaveProperty('errorMessage', expect.stringContaining('GENESYS_TIMEOUT_MS'));
    }
  });
});

describe('a secret that nobody has authorized yet', () => {
  it.each([
    ['without any version', null],
    ['with an empty value', '{}'],
    ['with the client alone', '{"clientId":"c","clientSecret":"s"}'],
  ])('fails a scheduled rotation and keeps no AWSPENDING (%s)', async (_name, secretText) => {
    const world = await startWorld({ secretText });

    const attempt = await world.rotate();

    expect(attempt).toMatchObject({ outcome: 'failed', errorType: 'NotAuthorizedYetError' });
    expect(attempt.errorMessage).toContain('genesys-voicemail authorize');
    expect(world.holderOf('AWSPENDING')).toBeUndefined();
    expect(world.presentations()).toBe(0);
  });

  it('rotates as soon as somebody has', async () => {
    const world = await startWorld({ secretText: null });
    await world.rotate();
    await world.put(world.logIn());

    expect((await world.rotate()).outcome).toBe('succeeded');
  });
});
