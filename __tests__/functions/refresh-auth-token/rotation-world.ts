import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import {
  PutSecretValueCommand,
  SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import * as v from 'valibot';
import type { RefreshAuthTokenVariables } from '../../../functions/refresh-auth-token/environment';
import { type LocalAws, startLocalAws } from '../../../local/aws';
import type { RotationAttempt, RotationBehaviour, RotationStep } from '../../../local/aws/secrets-manager';
import { MovableClock } from '../../../local/clock';
import {
  type FirstPair,
  type GenesysBehaviour,
  type GenesysCloud,
  startGenesysCloud,
  tokenHash,
} from '../../../local/genesys';
import { type InvocationResult, type LambdaFunction, LambdaHost } from '../../../local/lambda';
import { AwsFaults } from './aws-faults';
import { Relay, type RelayedCall } from './relay';

const ACCOUNT_ID = '123456789012';
const REGION = 'eu-central-1';
const FUNCTION_NAME = 'refresh-auth-token';
const FUNCTION_ARN = `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${FUNCTION_NAME}`;

/** The steps of a rotation, in order. */
export const STEPS: readonly RotationStep[] = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'];

/** What a token secret holds, as a test sees it. */
export interface SecretContent {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly basedOn?: string;
  readonly [key: string]: unknown;
}

type RelayActions = Map<string, (call: RelayedCall) => Promise<void>>;

/** How a world differs from the usual. */
export interface WorldOptions {
  /** Variables of the function, over those that make waits short. */
  readonly variables?: Partial<RefreshAuthTokenVariables>;
  /** @default 120 */
  readonly timeoutSeconds?: number;
  readonly behaviour?: Partial<GenesysBehaviour>;
  readonly rotation?: RotationBehaviour;
  /** The first value of the secret; `null` leaves it empty. @default - a first pair, as a person's login gives it */
  readonly secretText?: string | null;
  /** Scopes of the OAuth client. @default - every scope */
  readonly scopes?: readonly string[];
  readonly reservedConcurrency?: number;
}

/** One secret with its rotation function, an AWS and a Genesys Cloud of its own. */
export class RotationWorld {
  /** The time of everything in this world. */
  readonly clock: MovableClock;
  readonly faults: AwsFaults;
  readonly genesys: GenesysCloud;
  readonly aws: LocalAws;
  readonly secretArn: string;
  /** The pair that the first login gave. */
  readonly firstPair: FirstPair;
  /** Every line that the function wrote, and what a caller saw of its errors. */
  readonly output: string[] = [];
  readonly #host: LambdaHost;
  readonly #relays: readonly Relay[];
  readonly #before: RelayActions;
  readonly #function: LambdaFunction;
  readonly #person: SecretsManagerClient;
  #runsSteps = true;

  private constructor(parts: {
    readonly clock: MovableClock;
    readonly faults: AwsFaults;
    readonly genesys: GenesysCloud;
    readonly aws: LocalAws;
    readonly host: LambdaHost;
    readonly relays: readonly Relay[];
    readonly before: RelayActions;
    readonly lambdaFunction: LambdaFunction;
    readonly firstPair: FirstPair;
    readonly secretArn: string;
  }) {
    this.clock = parts.clock;
    this.faults = parts.faults;
    this.genesys = parts.genesys;
    this.aws = parts.aws;
    this.#host = parts.host;
    this.#relays = parts.relays;
    this.#before = parts.before;
    this.#function = parts.lambdaFunction;
    this.firstPair = parts.firstPair;
    this.secretArn = parts.secretArn;
    this.#person = new SecretsManagerClient({
      endpoint: parts.aws.origin,
      region: REGION,
      credentials: parts.aws.issueCredentials(`arn:aws:iam::${ACCOUNT_ID}:role/person`),
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
    const [genesys, aws] = await Promise.all([
      startGenesysCloud({
        clock,
        ...(options.behaviour === undefined ? {} : { behaviour: options.behaviour }),
      }),
      startLocalAws({
        clock,
        accountId: ACCOUNT_ID,
        region: REGION,
        faults,
        ...(options.rotation === undefined ? {} : { rotation: options.rotation }),
      }),
    ]);
    const before: RelayActions = new Map();
    const runBefore = async (name: string, call: RelayedCall) => {
      const action = before.get(name);
      before.delete(name);
      await action?.(call);
    };
    const awsRelay = await Relay.start(aws.origin, (call) => runBefore(call.operation, call));
    const loginRelay = await Relay.start(genesys.origins.login, (call) => runBefore('grant', call));
    const host = await LambdaHost.start({ clock, environment: { AWS_ENDPOINT_URL: awsRelay.origin } });
    const variables: RefreshAuthTokenVariables = {
      GENESYS_REGION: REGION,
      GENESYS_API_ORIGIN: genesys.origins.api,
      GENESYS_LOGIN_ORIGIN: loginRelay.origin,
      REQUIRED_SCOPES: 'voicemail',
      RETRY_BASE_MS: '5',
      NEWER_PAIR_WAIT_MS: '200',
      ...options.variables,
    };
    const lambdaFunction = host.createFunction({
      functionName: FUNCTION_NAME,
      codePath: join(__dirname, '../../../dist/functions/refresh-auth-token'),
      handler: 'index.handler',
      environment: Object.fromEntries(
        Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
      timeoutSeconds: options.timeoutSeconds ?? 120,
      memorySizeMb: 256,
      credentials: aws.issueCredentials(`arn:aws:iam::${ACCOUNT_ID}:role/refresh-auth-token`),
      region: REGION,
      accountId: ACCOUNT_ID,
      ...(options.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrency: options.reservedConcurrency }),
    });
    const oauthClient = genesys.createOAuthClient(
      options.scopes === undefined ? {} : { scopes: options.scopes },
    );
    const firstPair = genesys.grantFirstPair({ clientId: oauthClient.id });
    const { clientId, clientSecret, accessToken, refreshToken } = firstPair;
    const secretText =
      options.secretText === undefined
        ? JSON.stringify({ clientId, clientSecret, accessToken, refreshToken, note: 'kept' })
        : options.secretText;
    const { arn } = aws.secretsManager.createSecret({
      Name: 'genesys-token',
      ...(secretText === null ? {} : { SecretString: secretText }),
    });
    return new RotationWorld({
      clock,
      faults,
      genesys,
      aws,
      host,
      relays: [awsRelay, loginRelay],
      before,
      lambdaFunction,
      firstPair,
      secretArn: arn,
    });
  }

  async close(): Promise<void> {
    this.#person.destroy();
    await this.#host.close();
    await Promise.all(this.#relays.map((relay) => relay.close()));
    await Promise.all([this.aws.close(), this.genesys.close()]);
  }

  /**
   * Does something while the function's next call of this operation is on its way.
   *
   * @param operation - AWS's operation name, or `grant` for a request to the token endpoint.
   */
  beforeNext(operation: string, action: (call: RelayedCall) => Promise<void>): void {
    this.#before.set(operation, action);
  }

  /** Invokes the function with any event. */
  async invoke(event: unknown): Promise<InvocationResult> {
    const result = await this.#function.invoke(event);
    this.output.push(...result.logs);
    if (result.outcome === 'error') {
      this.output.push(result.errorType, result.errorMessage, ...result.trace);
    }
    return result;
  }

  /** Runs one step as Secrets Manager would. */
  step(step: string, versionId: string): Promise<InvocationResult> {
    return this.invoke({
      Step: step,
      SecretId: this.secretArn,
      ClientRequestToken: versionId,
      RotationToken: randomUUID(),
    });
  }

  /** Runs steps, each of which must succeed. */
  async steps(versionId: string, ...steps: readonly RotationStep[]): Promise<void> {
    for (const step of steps) {
      const result = await this.step(step, versionId);
      if (result.outcome === 'error') {
        throw new Error(`${step} failed with ${result.errorType}: ${result.errorMessage}`);
      }
    }
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

  /** A person logs in again; the pair is not written yet. */
  logIn(): SecretContent {
    const { clientId, clientSecret, accessToken, refreshToken } = this.genesys.grantFirstPair({
      clientId: this.firstPair.clientId,
    });
    return { clientId, clientSecret, accessToken, refreshToken };
  }

  /** Spends a refresh token as another run of the function would. Returns what that run would write, but `basedOn`. */
  async redeemAsSibling(refreshToken: string): Promise<SecretContent> {
    const { clientId, clientSecret } = this.firstPair;
    const response = await fetch(`${this.genesys.origins.login}/oauth/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    });
    const granted = v.parse(
      v.object({ access_token: v.string(), refresh_token: v.string() }),
      await response.json(),
    );
    return {
      clientId,
      clientSecret,
      note: 'kept',
      accessToken: granted.access_token,
      refreshToken: granted.refresh_token,
    };
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

  /** Writes a binary AWSCURRENT as a person would. */
  async putBinary(bytes: Uint8Array): Promise<void> {
    await this.#person.send(
      new PutSecretValueCommand({
        SecretId: this.secretArn,
        ClientRequestToken: randomUUID(),
        SecretBinary: bytes,
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

  /** How often a refresh token was exchanged. */
  redemptions(refreshToken: string): number {
    return this.genesys.counters().refreshTokens[tokenHash(refreshToken)]?.redeemed ?? 0;
  }

  /** How often any refresh token was exchanged. */
  allRedemptions(): number {
    return Object.values(this.genesys.counters().refreshTokens).reduce(
      (sum, { redeemed }) => sum + redeemed,
      0,
    );
  }

  /** How often any refresh token was presented. */
  presentations(): number {
    return Object.values(this.genesys.counters().refreshTokens).reduce(
      (sum, { presented }) => sum + presented,
      0,
    );
  }

  /** Whether a refresh token would still be exchanged: it was issued, and not spent. */
  isUnspent(refreshToken: string): boolean {
    return this.genesys.issuedSecrets().includes(refreshToken) && this.redemptions(refreshToken) === 0;
  }

  /** The secrets that appear in the function's output. */
  leaks(): readonly string[] {
    const text = this.output.join('\n');
    return this.genesys.issuedSecrets().filter((secret) => text.includes(secret));
  }
}

/** Lower-case hex SHA-256, as `basedOn` names a refresh token. */
export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

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
