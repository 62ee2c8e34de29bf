import {
  CreateSecretCommand,
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

  it('counts a finish that has not moved AWSCURRENT as a failure', async () => {
    await create('old');
    manager().useRotationInvoker(async () => ({ ok: true }));
    await rotate();
    expect(manager().rotationAttempts).toMatchObject([{ outcome: 'failed', errorType: 'NotPromoted' }]);
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

  it('rotates on schedule, an empty secret as well', async () => {
    await create();
    await rotate({ RotateImmediately: false });
    fixture.advance(Number(manager().nextDueAt()) - fixture.clock.now());
    const [attempt] = await manager().runDue();
    expect(attempt).toMatchObject({ kind: 'rotation', outcome: 'succeeded' });
    expect(Number(manager().nextDueAt()) - fixture.clock.now()).toBeGreaterThan(5 * HOUR_MS);
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
