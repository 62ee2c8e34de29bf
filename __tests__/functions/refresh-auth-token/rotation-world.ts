import { randomUUID } from 'node:crypto';
import {
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { type LocalAws, startLocalAws } from '../../../tools/local-cloud/aws';
import type { RotationAttempt, RotationBehaviour } from '../../../tools/local-cloud/aws/secrets-manager';
import { MovableClock } from '../../../tools/local-cloud/clock';
import { AwsFaults } from './aws-faults';
import {
  FUNCTION_NAME,
  type RotationOptions,
  RunningRotation,
  type RunningRotationParts,
  rotationSecretText,
  type SecretContent,
  startRotationGenesys,
  startRotationParts,
} from './running-rotation';

export { type SecretContent, STEPS, sha256 } from './running-rotation';

const ACCOUNT_ID = '123456789012';
const REGION = 'eu-central-1';
const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${FUNCTION_NAME}`;

/** How a world differs from the usual. */
export interface WorldOptions extends RotationOptions {
  readonly rotation?: RotationBehaviour;
  /** The first value of the secret; `null` leaves it empty. @default - a first pair, as a person's login gives it */
  readonly secretText?: string | null;
}

/** One secret with its rotation function, a local AWS and a Genesys Cloud of its own. */
export class RotationWorld extends RunningRotation {
  readonly faults: AwsFaults;
  readonly aws: LocalAws;
  readonly #person: SecretsManagerClient;
  #runsSteps = true;

  private constructor(rotation: RunningRotationParts, { faults, aws }: { faults: AwsFaults; aws: LocalAws }) {
    super(rotation);
    this.faults = faults;
    this.aws = aws;
    this.#person = new SecretsManagerClient({
      endpoint: aws.origin,
      region: REGION,
      credentials: aws.issueCredentials(`arn:aws:iam::${ACCOUNT_ID}:role/person`),
    });
    this.aws.secretsManager.useRotationInvoker(async (_functionArn, event) => {
      if (!this.#runsSteps) {
        return { ok: false, errorType: 'NotRun', errorMessage: 'the test runs the steps itself' };
      }
      const result = await this.invoke(event);
      return result.outcome === 'success'
        ? { ok: true }
        : { ok: false, errorType: result.errorType, errorMessage: result.errorMessage };
    });
  }

  static async start(options: WorldOptions = {}): Promise<RotationWorld> {
    const clock = new MovableClock();
    const faults = new AwsFaults();
    const [surroundings, aws] = await Promise.all([
      startRotationGenesys(clock, options),
      startLocalAws({
        clock,
        accountId: ACCOUNT_ID,
        region: REGION,
        faults,
        ...(options.rotation === undefined ? {} : { rotation: options.rotation }),
      }),
    ]);
    const secretText =
      options.secretText === undefined ? rotationSecretText(surroundings.firstPair) : options.secretText;
    const { arn: secretArn } = aws.secretsManager.createSecret({
      Name: 'genesys-token',
      ...(secretText === null ? {} : { SecretString: secretText }),
    });
    const rotation = await startRotationParts(
      surroundings,
      {
        origin: aws.origin,
        accountId: ACCOUNT_ID,
        region: REGION,
        credentials: aws.issueCredentials(`arn:aws:iam::${ACCOUNT_ID}:role/${FUNCTION_NAME}`),
        secretArn,
      },
      options,
    );
    return new RotationWorld(rotation, { faults, aws });
  }

  override async close(): Promise<void> {
    this.#person.destroy();
    await super.close();
    await this.aws.close();
  }

  /** RotateSecret; its steps run to their end. */
  rotate(): Promise<RotationAttempt> {
    this.#runsSteps = true;
    return this.#rotateSecret(randomUUID(), true);
  }

  /** RotateSecret with `RotateImmediately: false`. */
  rotateTestOnly(): Promise<RotationAttempt> {
    this.#runsSteps = true;
    return this.#rotateSecret(randomUUID(), false);
  }

  /** Secrets Manager's own retry of a rotation that failed. */
  async retry(): Promise<RotationAttempt> {
    this.#runsSteps = true;
    const attempt = await this.aws.secretsManager.retryRotation(this.secretArn);
    if (attempt === undefined) {
      throw new Error('there is no rotation to retry');
    }
    return attempt;
  }

  /** Lets Secrets Manager see that the rotation which the test ran by itself has ended. */
  async settle(): Promise<void> {
    this.#runsSteps = true;
    await this.aws.secretsManager.retryRotation(this.secretArn);
  }

  /** RotateSecret up to the empty pending version; the test runs the steps itself. Returns the version's id. */
  async begin(): Promise<string> {
    this.#runsSteps = false;
    const versionId = randomUUID();
    await this.#rotateSecret(versionId, true);
    return versionId;
  }

  async #rotateSecret(versionId: string, immediately: boolean): Promise<RotationAttempt> {
    this.aws.secretsManager.rotateSecret({
      SecretId: this.secretArn,
      ClientRequestToken: versionId,
      RotationLambdaARN: FUNCTION_ARN,
      RotationRules: { ScheduleExpression: 'rate(6 hours)', Duration: '1h' },
      RotateImmediately: immediately,
    });
    await this.aws.secretsManager.rotationsIdle();
    const attempt = this.aws.secretsManager.rotationAttempts.findLast(
      (ended) => ended.versionId === versionId,
    );
    if (attempt === undefined) {
      throw new Error('the rotation was not attempted');
    }
    return attempt;
  }

  /** Writes a version as a person would. */
  async put(
    content: unknown,
    stages: readonly string[] = ['AWSCURRENT', 'LATEST_GRANT'],
    versionId: string = randomUUID(),
  ): Promise<string> {
    await this.#person.send(
      new PutSecretValueCommand({
        SecretId: this.secretArn,
        ClientRequestToken: versionId,
        SecretString: typeof content === 'string' ? content : JSON.stringify(content),
        VersionStages: [...stages],
      }),
    );
    return versionId;
  }

  /** Writes a binary version as a person would. */
  async putBinary(bytes: Uint8Array, stages: readonly string[] = ['AWSCURRENT']): Promise<void> {
    await this.#person.send(
      new PutSecretValueCommand({
        SecretId: this.secretArn,
        ClientRequestToken: randomUUID(),
        SecretBinary: bytes,
        VersionStages: [...stages],
      }),
    );
  }

  /** Takes a label away as a person would. */
  async takeAway(stage: string, versionId: string): Promise<void> {
    await this.#person.send(
      new UpdateSecretVersionStageCommand({
        SecretId: this.secretArn,
        VersionStage: stage,
        RemoveFromVersionId: versionId,
      }),
    );
  }

  /** The labels of a version, sorted. */
  stagesOf(versionId: string): readonly string[] {
    const version = this.aws.secretsManager
      .secret(this.secretArn)
      .versions.find((one) => one.versionId === versionId);
    return [...(version?.stages ?? [])].sort();
  }

  /** The version that carries a label. */
  holderOf(stage: string): string | undefined {
    return this.aws.secretsManager
      .secret(this.secretArn)
      .versions.find(({ stages }) => stages.includes(stage))?.versionId;
  }

  /** What the version that carries a label holds; `undefined` where there is none, or it is empty. */
  contentAt(stage: string): SecretContent | undefined {
    const holder = this.holderOf(stage);
    return holder === undefined ? undefined : this.contentOf(holder);
  }

  /** What a version holds; `undefined` where it is empty. */
  contentOf(versionId: string): SecretContent | undefined {
    const value = this.aws.secretsManager
      .secret(this.secretArn)
      .versions.find((version) => version.versionId === versionId)?.value;
    return value !== undefined && 'SecretString' in value ? JSON.parse(value.SecretString) : undefined;
  }
}

/**
 * Gives each test a world of its own, and closes it afterwards.
 *
 * Whatever a test is about, no secret may be in what its function wrote.
 */
export const useWorld = (): ((options?: WorldOptions) => Promise<RotationWorld>) => {
  let world: RotationWorld | undefined;
  afterEach(async () => {
    const leaks = world?.leaks() ?? [];
    await world?.close();
    world = undefined;
    expect(leaks).toEqual([]);
  });
  return async (options) => {
    world = await RotationWorld.start(options);
    return world;
  };
};
