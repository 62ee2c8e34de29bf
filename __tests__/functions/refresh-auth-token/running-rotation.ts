import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import type { RefreshAuthTokenVariables } from '../../../functions/refresh-auth-token/contract/environment';
import type { RotationStep } from '../../../tools/local-cloud/aws/secrets-manager';
import { MovableClock } from '../../../tools/local-cloud/clock';
import {
  type FirstPair,
  type GenesysBehaviour,
  type GenesysCloud,
  startGenesysCloud,
  tokenHash,
} from '../../../tools/local-cloud/genesys';
import {
  type InvocationResult,
  type LambdaCredentials,
  type LambdaFunction,
  LambdaHost,
} from '../../../tools/local-cloud/lambda';
import { Relay, type RelayedCall } from './relay';

export const FUNCTION_NAME = 'refresh-auth-token';

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

/** How a rotation function and its Genesys Cloud differ from the usual. */
export interface RotationOptions {
  /** Variables of the function, over those that make waits short. */
  readonly variables?: Partial<RefreshAuthTokenVariables>;
  /** @default 120 */
  readonly timeoutSeconds?: number;
  readonly behaviour?: Partial<GenesysBehaviour>;
  /** Scopes of the OAuth client. @default - every scope */
  readonly scopes?: readonly string[];
  readonly reservedConcurrency?: number;
  /** Milliseconds by which the function's own clock is ahead of everybody's. @default 0 */
  readonly clockAheadMs?: number;
}

/** A Genesys Cloud in which somebody has logged in. */
export interface RotationGenesys {
  readonly clock: MovableClock;
  readonly genesys: GenesysCloud;
  readonly firstPair: FirstPair;
}

/** The AWS that a rotation function works with, wherever it is. */
export interface RotationAws {
  readonly origin: string;
  readonly accountId: string;
  readonly region: string;
  readonly credentials: LambdaCredentials;
  readonly secretArn: string;
}

type RelayActions = Map<
  string,
  { readonly action: (call: RelayedCall) => Promise<void>; readonly isForEach: boolean }
>;

/** Everything that runs beside AWS. */
export interface RunningRotationParts extends RotationGenesys {
  readonly secretArn: string;
  readonly host: LambdaHost;
  readonly relays: readonly Relay[];
  readonly before: RelayActions;
  readonly lambdaFunction: LambdaFunction;
}

/** Starts a Genesys Cloud in which somebody has logged in. */
export const startRotationGenesys = async (
  clock: MovableClock,
  { behaviour = {}, scopes }: RotationOptions = {},
): Promise<RotationGenesys> => {
  const genesys = await startGenesysCloud({ clock, behaviour });
  const oauthClient = genesys.createOAuthClient(scopes === undefined ? {} : { scopes });
  return { clock, genesys, firstPair: genesys.grantFirstPair({ clientId: oauthClient.id }) };
};

/** The text of a token secret that holds a pair, and a key that the function does not know. */
export const rotationSecretText = ({
  clientId,
  clientSecret,
  accessToken,
  refreshToken,
}: FirstPair): string => JSON.stringify({ clientId, clientSecret, accessToken, refreshToken, note: 'kept' });

/** Readies the function, the real bundle, with a relay before its AWS and one before its token endpoint. */
export const startRotationParts = async (
  surroundings: RotationGenesys,
  { origin, accountId, region, credentials, secretArn }: RotationAws,
  options: RotationOptions = {},
): Promise<RunningRotationParts> => {
  const { clock, genesys } = surroundings;
  const before: RelayActions = new Map();
  const runBefore = async (name: string, call: RelayedCall) => {
    const { action, isForEach } = before.get(name) ?? {};
    if (isForEach !== true) {
      before.delete(name);
    }
    await action?.(call);
  };
  const awsRelay = await Relay.start(origin, (call) => runBefore(call.operation, call));
  const loginRelay = await Relay.start(genesys.origins.login, (call) => runBefore('grant', call));
  const functionClock = new MovableClock();
  functionClock.advance(options.clockAheadMs ?? 0);
  const host = await LambdaHost.start({
    clock: options.clockAheadMs === undefined ? clock : functionClock,
    environment: { AWS_ENDPOINT_URL: awsRelay.origin },
  });
  const variables: RefreshAuthTokenVariables = {
    GENESYS_REGION: region,
    GENESYS_API_ORIGIN: genesys.origins.api,
    GENESYS_LOGIN_ORIGIN: loginRelay.origin,
    REQUIRED_SCOPES: 'voicemail',
    RETRY_BASE_MS: '5',
    NEWER_PAIR_WAIT_MS: '200',
    ...options.variables,
  };
  const lambdaFunction = host.createFunction({
    functionName: FUNCTION_NAME,
    codePath: join(__dirname, `../../../dist/functions/${FUNCTION_NAME}`),
    handler: 'index.handler',
    environment: Object.fromEntries(
      Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    timeoutSeconds: options.timeoutSeconds ?? 120,
    memorySizeMb: 256,
    credentials,
    region,
    accountId,
    ...(options.reservedConcurrency === undefined
      ? {}
      : { reservedConcurrency: options.reservedConcurrency }),
  });
  return { ...surroundings, secretArn, host, relays: [awsRelay, loginRelay], before, lambdaFunction };
};

/** One secret's rotation function, with a Genesys Cloud of its own; of its AWS it knows the API only. */
export class RunningRotation {
  /** The time of everything in this world. */
  readonly clock: MovableClock;
  readonly genesys: GenesysCloud;
  /** The pair that the first login gave. */
  readonly firstPair: FirstPair;
  readonly secretArn: string;
  /** Every line that the function wrote, and what a caller saw of its errors. */
  readonly output: string[] = [];
  readonly #host: LambdaHost;
  readonly #relays: readonly Relay[];
  readonly #before: RelayActions;
  readonly #function: LambdaFunction;

  constructor(parts: RunningRotationParts) {
    this.clock = parts.clock;
    this.genesys = parts.genesys;
    this.firstPair = parts.firstPair;
    this.secretArn = parts.secretArn;
    this.#host = parts.host;
    this.#relays = parts.relays;
    this.#before = parts.before;
    this.#function = parts.lambdaFunction;
  }

  async close(): Promise<void> {
    await this.#host.close();
    await Promise.all(this.#relays.map((relay) => relay.close()));
    await this.genesys.close();
  }

  /**
   * Does something while the function's next call of this operation is on its way.
   *
   * @param operation - AWS's operation name, or `grant` for a request to the token endpoint.
   */
  beforeNext(operation: string, action: (call: RelayedCall) => Promise<void>): void {
    this.#before.set(operation, { action, isForEach: false });
  }

  /** Does something while each call of this operation is on its way. */
  beforeEach(operation: string, action: (call: RelayedCall) => Promise<void>): void {
    this.#before.set(operation, { action, isForEach: true });
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
