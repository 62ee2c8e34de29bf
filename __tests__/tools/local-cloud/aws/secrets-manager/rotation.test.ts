import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  type RotateSecretCommandInput,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type {
  RotationBehaviour,
  RotationEvent,
  RotationStepResult,
} from '../../../../../tools/local-cloud/aws/secrets-manager';
import { type Fixture, refusal, startFixture } from '../fixture';

const FUNCTION_ARN = 'arn:aws:lambda:eu-central-1:111122223333:function:refresh-auth-token';
const HOUR_MS = 3_600_000;
const failed: RotationStepResult = {
  ok: false,
  errorType: 'TemporarilyUnavailable',
  errorMessage: 'try again',
};

describe('a rotation in the local Secrets Manager', () => {
  let fixture: Fixture;
  let events: RotationEvent[];
  /** Steps that fail until they are taken out. */
  let failing: Set<string>;

  const start = async (rotation: RotationBehaviour = {}) => {
    await fixture?.close();
    fixture = await startFixture({ rotation });
    events = [];
    failing = new Set();
    fixture.aws.secretsManager.useRotationInvoker(async (_functionArn, event) => {
      events.push(event);
      return failing.has(event.Step) ? failed : act(event);
    });
  };
  beforeEach(() => start());
  afterAll(() => fixture.close());

  const manager = () => fixture.aws.secretsManager;
  const stages = () =>
    Object.fromEntries(
      manager()
        .secret('token')
        .versions.map(({ versionId, stages: labels }) => [versionId, labels]),
    );
  const current = () =>
    manager()
      .secret('token')
      .versions.find(({ stages: labels }) => labels.includes('AWSCURRENT'));

  /** A rotation function that does its work over the wire, as a real one would. */
  const act = async ({ Step, SecretId, ClientRequestToken }: RotationEvent): Promise<RotationStepResult> => {
    if (Step === 'createSecret') {
      await fixture.secretsManager.send(
        new PutSecretValueCommand({
          SecretId,
          ClientRequestToken,
          SecretString: 'new',
          VersionStages: ['AWSPENDING'],
        }),
      );
    }
    if (Step === 'finishSecret') {
      const from = current()?.versionId;
      await fixture.secretsManager.send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: 'AWSCURRENT',
          MoveToVersionId: ClientRequestToken,
          ...(from === undefined ? {} : { RemoveFromVersionId: from }),
        }),
      );
    }
    return { ok: true };
  };

  const create = (value?: string) =>
    fixture.secretsManager.send(
      new CreateSecretCommand({ Name: 'token', ...(value === undefined ? {} : { SecretString: value }) }),
    );
  const rotate = async (input: Partial<RotateSecretCommandInput> = {}) => {
    const { VersionId } = await fixture.secretsManager.send(
      new RotateSecretCommand({
        SecretId: 'token',
        RotationLambdaARN: FUNCTION_ARN,
        RotationRules: { ScheduleExpression: 'rate(6 hours)', Duration: '1h' },
        ...input,
      }),
    );
    await manager().rotationsIdle();
    return String(VersionId);
  };

  it('runs the four steps in order with the secret’s ARN and the new version’s id', async () => {
    await create('old');
    const token = await rotate();
    expect(events.map(({ Step }) => Step)).toEqual([
      'createSecret',
      'setSecret',
      'testSecret',
      'finishSecret',
    ]);
    expect(new Set(events.map(({ SecretId }) => SecretId))).toEqual(new Set([manager().secret('token').arn]));
    expect(new Set(events.map(({ ClientRequestToken }) => ClientRequestToken))).toEqual(new Set([token]));
    expect(current()?.value).toEqual({ SecretString: 'new' });
    expect(manager().rotationAttempts).toMatchObject([
      { versionId: token, outcome: 'succeeded', attempt: 1 },
    ]);
  });

  it('answers RotateSecret before the first step begins', async () => {
    await create('old');
    const { versionId } = manager().rotateSecret({ SecretId: 'token', RotationLambdaARN: FUNCTION_ARN });
    expect(stages()[versionId]).toEqual(['AWSPENDING']);
    expect(events).toEqual([]);
    await manager().rotationsIdle();
    expect(events).toHaveLength(4);
  });

  it.each([
    ['removed', ['AWSCURRENT']],
    ['kept', ['AWSPENDING', 'AWSCURRENT']],
  ] as const)('leaves AWSPENDING %s after success, as chosen', async (pendingStageAfterSuccess, labels) => {
    await start({ pendingStageAfterSuccess });
    await create('old');
    const token = await rotate();
    expect(stages()[token]).toEqual(labels);
    await rotate();
    expect(manager().rotationAttempts.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
  });

  it('stops at the step that fails, and leaves AWSPENDING where it is', async () => {
    await create('old');
    failing.add('testSecret');
    const token = await rotate();
    expect(events.map(({ Step }) => Step)).toEqual(['createSecret', 'setSecret', 'testSecret']);
    expect(stages()[token]).toEqual(['AWSPENDING']);
    expect(manager().rotationAttempts).toMatchObject([
      { outcome: 'failed', failedStep: 'testSecret', errorType: 'TemporarilyUnavailable' },
    ]);
  });

  it('retries all steps with the same token once the clock says so, and not before', async () => {
    await start({ retryDelayMs: 60_000 });
    await create('old');
    failing.add('testSecret');
    const token = await rotate();
    expect(await manager().runDue()).toEqual([]);

    failing.clear();
    fixture.advance(Number(manager().nextDueAt()) - fixture.clock.now());
    expect(await manager().runDue()).toMatchObject([{ versionId: token, attempt: 2, outcome: 'succeeded' }]);
    expect(events.slice(3).map(({ Step }) => Step)).toEqual([
      'createSecret',
      'setSecret',
      'testSecret',
      'finishSecret',
    ]);
    expect(new Set(events.map(({ ClientRequestToken }) => ClientRequestToken))).toEqual(new Set([token]));
  });

  it('retries at once on demand, until AWSPENDING has left the version', async () => {
    await create('old');
    failing.add('createSecret');
    const token = await rotate();
    expect(await manager().retryRotation('token')).toMatchObject({ attempt: 2, outcome: 'failed' });
    await fixture.secretsManager.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'token',
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: token,
      }),
    );
    expect(await manager().retryRotation('token')).toBeUndefined();
    failing.clear();
    await rotate();
    expect(manager().rotationAttempts.at(-1)).toMatchObject({ attempt: 1, outcome: 'succeeded' });
  });

  it('counts a finish that has not moved AWSCURRENT as a failure', async () => {
    await create('old');
    manager().useRotationInvoker(async () => ({ ok: true }));
    await rotate();
    expect(manager().rotationAttempts).toMatchObject([{ outcome: 'failed', errorType: 'NotPromoted' }]);
  });

  it('counts an invoker that throws as a failed step', async () => {
    await create('old');
    manager().useRotationInvoker(async () => {
      throw new Error('no such function');
    });
    await rotate();
    expect(manager().rotationAttempts).toMatchObject([
      { outcome: 'failed', failedStep: 'createSecret', errorMessage: 'no such function' },
    ]);
  });

  it('refuses a function that does not let it in, and changes nothing', async () => {
    await create('old');
    manager().useRotationInvoker(
      async () => ({ ok: true }),
      () => false,
    );
    expect((await refusal(rotate())).name).toBe('AccessDeniedException');
    expect(Object.values(stages())).toEqual([['AWSCURRENT']]);
    expect(manager().secret('token').rotation).toBeUndefined();
  });

  it('tests only, on an empty version of an empty secret, with RotateImmediately false', async () => {
    await create();
    await rotate({ RotateImmediately: false });
    expect(events.map(({ Step }) => Step)).toEqual(['testSecret']);
    expect(manager().secret('token').versions).toEqual([]);
    expect(manager().rotationAttempts).toMatchObject([{ kind: 'test', outcome: 'succeeded' }]);
  });

  it('removes the temporary version of a failed test, too', async () => {
    await create('old');
    failing.add('testSecret');
    await rotate({ RotateImmediately: false });
    expect(Object.values(stages())).toEqual([['AWSCURRENT']]);
    expect(manager().rotationAttempts).toMatchObject([{ kind: 'test', outcome: 'failed' }]);
  });

  it('rotates on schedule, an empty secret as well', async () => {
    await create();
    await rotate({ RotateImmediately: false });
    fixture.advance(Number(manager().nextDueAt()) - fixture.clock.now());
    const [attempt] = await manager().runDue();
    expect(attempt).toMatchObject({ kind: 'rotation', outcome: 'succeeded' });
    expect(Number(manager().nextDueAt()) - fixture.clock.now()).toBeGreaterThan(5 * HOUR_MS);
  });

  it('runs a scheduled rotation anywhere in its window', async () => {
    await start({ windowPosition: 1 });
    await create('old');
    await rotate({ RotateImmediately: false });
    const { NextRotationDate } = await fixture.secretsManager.send(
      new DescribeSecretCommand({ SecretId: 'token' }),
    );
    expect(manager().nextDueAt()).toBe(NextRotationDate?.getTime());
    expect(Number(NextRotationDate) % (6 * HOUR_MS)).toBe(HOUR_MS);
  });

  it('takes up the schedule again when a rotation was given up', async () => {
    await create('old');
    await rotate({ RotateImmediately: false });
    manager().useRotationInvoker(async (_functionArn, { SecretId, ClientRequestToken }) => {
      await fixture.secretsManager.send(
        new UpdateSecretVersionStageCommand({
          SecretId,
          VersionStage: 'AWSPENDING',
          RemoveFromVersionId: ClientRequestToken,
        }),
      );
      return failed;
    });
    fixture.advance(Number(manager().nextDueAt()) - fixture.clock.now());
    expect(await manager().runDue()).toMatchObject([{ outcome: 'failed' }]);
    expect(await manager().runDue()).toEqual([]);
    expect(Number(manager().nextDueAt())).toBeGreaterThan(fixture.clock.now());
  });

  it('counts a value that a person puts as a rotation', async () => {
    await create('old');
    await rotate({ RotateImmediately: false });
    const before = Number(manager().nextDueAt());
    fixture.advance(before + HOUR_MS - fixture.clock.now());
    await fixture.secretsManager.send(
      new PutSecretValueCommand({ SecretId: 'token', SecretString: 'by hand' }),
    );
    expect(manager().nextDueAt()).toBe(before + 6 * HOUR_MS);
  });

  it('tells when it rotated last and will next', async () => {
    await create('old');
    await rotate();
    await expect(
      fixture.secretsManager.send(new DescribeSecretCommand({ SecretId: 'token' })),
    ).resolves.toMatchObject({
      RotationEnabled: true,
      RotationLambdaARN: FUNCTION_ARN,
      RotationRules: { ScheduleExpression: 'rate(6 hours)', Duration: '1h' },
      LastRotatedDate: expect.any(Date),
      NextRotationDate: expect.any(Date),
    });
  });

  it('bears the deletion of the secret in the middle', async () => {
    await create('old');
    manager().useRotationInvoker(async (_functionArn, { SecretId }) => {
      await fixture.secretsManager.send(
        new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }),
      );
      return failed;
    });
    await rotate();
    expect(manager().rotationAttempts).toMatchObject([{ outcome: 'failed' }]);
    expect(manager().nextDueAt()).toBeUndefined();
  });

  it('lets reads lag behind the last write, as many as are asked for', async () => {
    await create('old');
    await fixture.secretsManager.send(new PutSecretValueCommand({ SecretId: 'token', SecretString: 'new' }));
    manager().serveStaleReads(2);
    const read = async () =>
      (await fixture.secretsManager.send(new GetSecretValueCommand({ SecretId: 'token' }))).SecretString;
    expect([await read(), await read(), await read()]).toEqual(['old', 'old', 'new']);
  });

  it('lets versions without a label disappear', async () => {
    const { VersionId } = await create('one');
    for (const value of ['two', 'three']) {
      await fixture.secretsManager.send(
        new PutSecretValueCommand({ SecretId: 'token', SecretString: value }),
      );
    }
    const read = () =>
      fixture.secretsManager.send(new GetSecretValueCommand({ SecretId: 'token', VersionId }));
    await expect(read()).resolves.toMatchObject({ SecretString: 'one' });
    manager().removeDeprecatedVersions('token');
    expect((await refusal(read())).name).toBe('ResourceNotFoundException');
  });

  it('finds a secret by name, by ARN and by ARN without its random end', async () => {
    const { ARN = '' } = await create('old');
    for (const SecretId of ['token', ARN, ARN.slice(0, -7)]) {
      await expect(
        fixture.secretsManager.send(new DescribeSecretCommand({ SecretId })),
      ).resolves.toMatchObject({ ARN });
    }
    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-central-1:111122223333:secret:token-[A-Za-z0-9]{6}$/);
  });

  it('keeps binary values, descriptions, tags and the key', async () => {
    await fixture.secretsManager.send(
      new CreateSecretCommand({
        Name: 'other',
        SecretBinary: Buffer.from([0, 255]),
        Description: 'a description',
        KmsKeyId: 'alias/ours',
        Tags: [{ Key: 'a', Value: 'b' }],
      }),
    );
    const { SecretBinary } = await fixture.secretsManager.send(
      new GetSecretValueCommand({ SecretId: 'other' }),
    );
    expect([...(SecretBinary ?? [])]).toEqual([0, 255]);
    await expect(
      fixture.secretsManager.send(new DescribeSecretCommand({ SecretId: 'other' })),
    ).resolves.toMatchObject({
      Description: 'a description',
      KmsKeyId: 'alias/ours',
      Tags: [{ Key: 'a', Value: 'b' }],
    });
  });

  it.each([
    [{ RotationRules: { ScheduleExpression: 'rate(3 hours)' } }, 'InvalidParameterException'],
    [
      { RotationRules: { AutomaticallyAfterDays: 1, ScheduleExpression: 'rate(1 day)' } },
      'InvalidParameterException',
    ],
    [{ RotationRules: { AutomaticallyAfterDays: 1001 } }, 'ValidationException'],
    [{ RotationLambdaARN: 'not-an-arn' }, 'InvalidParameterException'],
    [{ ExternalSecretRotationRoleArn: 'arn:aws:iam::111122223333:role/partner-role' }, 'ValidationException'],
  ])('refuses the rotation %j and changes nothing', async (input, name) => {
    await create('old');
    expect((await refusal(rotate(input))).name).toBe(name);
    expect(Object.values(stages())).toEqual([['AWSCURRENT']]);
  });
});
