import { randomBytes, randomUUID } from 'node:crypto';
import { METRIC } from '../../../../functions/refresh-auth-token/contract/metrics';
import type { RotationAttempt, RotationEvent } from '../../../local-cloud/aws/secrets-manager';
import { AwsError } from '../../../local-cloud/aws/service';
import type { Fault, FaultSource, OutsideCall } from '../../../local-cloud/faults';
import { type FirstPair, tokenHash } from '../../../local-cloud/genesys';
import type { InvocationEnd } from '../../virtual/container';
import { FunctionOutput } from '../../virtual/output';
import type { VirtualTime } from '../../virtual/virtual-time';
import type { Case, Response } from './case-id';
import type { Containers } from './containers';
import { faultOf, isKill, TOKEN_REQUEST } from './fault-kinds';
import { FunctionHost } from './function-host';
import type { Call, History, HistoryEntry } from './history';
import { Person, refreshTokenIn, SecretView } from './secret';
import type { Services } from './services';
import { FUNCTION_ARN, MOST_ATTEMPTS, RETRY_DELAY_MS } from './settings';
import { TokenLedger } from './token-ledger';

/** From these labels a pair can still be reached. */
const LABELS = ['AWSCURRENT', 'AWSPENDING', 'LATEST_GRANT'];
/** Error of the function when only a new login helps. */
const TERMINAL_ERROR = 'ReauthorizationRequiredError';

/** Parts that a case runs with. */
export interface CaseRunParts {
  readonly services: Services;
  readonly time: VirtualTime;
  readonly containers: Containers;
}

/** One case: rotations of one secret under the case's faults, until one without faults has succeeded. */
export class CaseRun implements FaultSource {
  readonly #case: Case;
  readonly #parts: CaseRunParts;
  readonly #secretArn: string;
  readonly #secret: SecretView;
  readonly #person: Person;
  readonly #ledger: TokenLedger;
  readonly #host: FunctionHost;
  readonly #output = new FunctionOutput();
  readonly #firstPair: FirstPair;
  /** Stands in the secret under a key that the function does not know. */
  readonly #canary = randomBytes(24).toString('hex');
  readonly #entries: HistoryEntry[] = [];
  readonly #stored = new Set<string>();
  #calls = 0;
  #invocations = 0;
  #attempts = 0;
  #logins = 0;
  /** The call whose effect has not been looked at yet. */
  #lastCall: { readonly call: Call; readonly leftMs: number } | undefined;
  /** The version that was AWSCURRENT when it was last looked at. */
  #current: string | undefined;

  private constructor(one: Case, parts: CaseRunParts) {
    const { aws, genesys } = parts.services;
    this.#case = one;
    this.#parts = parts;
    this.#secretArn = aws.secretsManager.createSecret({ Name: `token-${randomUUID()}` }).arn;
    this.#secret = new SecretView(aws, this.#secretArn);
    this.#person = new Person(aws, this.#secretArn);
    this.#ledger = new TokenLedger(genesys);
    this.#firstPair = genesys.grantFirstPair();
    const { clientId, clientSecret } = this.#firstPair;
    this.#output.addSecret('the value of an unknown key', this.#canary);
    this.#output.addSecret(
      'the basic credential',
      Buffer.from(`${clientId}:${clientSecret}`).toString('base64'),
    );
    this.#host = new FunctionHost({ ...parts, output: this.#output });
  }

  /** Runs a case. */
  static async run(one: Case, parts: CaseRunParts): Promise<History> {
    const run = new CaseRun(one, parts);
    parts.services.useFaults(run);
    try {
      return await run.#run();
    } finally {
      parts.services.useFaults(undefined);
      parts.containers.disposeKilled();
      parts.time.clearTimers();
      await run.#person.deleteSecret();
    }
  }

  decide(outside: OutsideCall): Fault | undefined {
    this.#observe();
    this.#calls += 1;
    const { system, operation } = outside;
    const number = this.#calls;
    const kind = this.#case.faults.find((planned) => planned.call === number)?.kind;
    const call: Call = {
      type: 'call',
      number,
      invocation: this.#invocations,
      system,
      operation,
      fault: kind,
    };
    this.#lastCall = { call, leftMs: this.#host.leftMs };
    this.#entries.push(call);
    if (kind === undefined) {
      return undefined;
    }
    const fault = faultOf(kind, outside);
    if (fault.answer.kind === 'hang') {
      this.#host.hangCall();
    }
    if (isKill(kind)) {
      this.#host.killAtCall();
    }
    return fault;
  }

  async #run(): Promise<History> {
    const { aws, genesys } = this.#parts.services;
    await this.#write(this.#firstPair, ['AWSCURRENT', 'LATEST_GRANT']);
    aws.secretsManager.useRotationInvoker((_functionArn, event) => this.#invoke(event));
    const isRotated = (await this.#rotateUntilDone()) && (await this.#rotateOnceMore());
    for (const secret of genesys.issuedSecrets()) {
      this.#output.addSecret('a token or client secret of Genesys Cloud', secret);
    }
    return {
      entries: this.#entries,
      stored: this.#stored,
      end: isRotated ? 'rotated' : 'stuck',
      isReplacementTold: this.#output.includes(METRIC.refusedPairReplaced),
      leaks: this.#output.leaks,
      misbehaviour: this.#host.misbehaviour,
    };
  }

  /** A rotation with its repeats, and what people do about it. Returns whether it came to a good end. */
  async #rotateUntilDone(): Promise<boolean> {
    for (let failures = 0; failures < MOST_ATTEMPTS; failures += 1) {
      const { outcome, errorType } = await this.#nextAttempt();
      if (outcome === 'succeeded') {
        return true;
      }
      if (errorType === TERMINAL_ERROR && !this.#isPairReachable()) {
        await this.#respond('authorize');
      } else if (failures === 0) {
        await this.#respond(this.#case.response);
      }
    }
    return false;
  }

  /** A rotation of its own, which shows that nothing is stuck. */
  async #rotateOnceMore(): Promise<boolean> {
    this.#noteAct('the rotation is over; the next one starts', undefined);
    return await this.#rotateUntilDone();
  }

  async #respond(response: Response): Promise<void> {
    switch (response) {
      case 'retry':
        return;
      case 'release':
        await this.#person.releasePending();
        this.#noteAct('an operator takes AWSPENDING away', undefined);
        return;
      case 'authorize':
        await this.#logIn(['AWSCURRENT', 'LATEST_GRANT']);
        await this.#person.releasePending();
        return;
      case 'reseed':
        await this.#logIn(['AWSCURRENT']);
        return;
    }
  }

  async #logIn(stages: readonly string[]): Promise<void> {
    const { clientId, userId } = this.#firstPair;
    await this.#write(this.#parts.services.genesys.grantFirstPair({ clientId, userId }), stages);
  }

  /** A person writes the pair of a login of theirs. */
  async #write(login: FirstPair, stages: readonly string[]): Promise<void> {
    const { clientId, clientSecret, accessToken, refreshToken } = login;
    this.#logins += 1;
    this.#ledger.addLogin(this.#login, [accessToken, refreshToken]);
    await this.#person.write(
      JSON.stringify({ clientId, clientSecret, accessToken, refreshToken, note: this.#canary }),
      stages,
    );
    this.#noteAct(`a person logs in and writes ${stages.join(' and ')}`, this.#login);
  }

  /** Notes what a person did; a label that they moved is no promotion by the function. */
  #noteAct(what: string, login: string | undefined): void {
    this.#current = this.#secret.holderOf('AWSCURRENT')?.versionId;
    this.#entries.push({ type: 'act', what, login });
  }

  /** Secrets Manager's next attempt: at the version that is pending, or at a new one where none is. */
  async #nextAttempt(): Promise<Pick<RotationAttempt, 'outcome' | 'errorType'>> {
    const { secretsManager } = this.#parts.services.aws;
    this.#attempts += 1;
    this.#parts.time.advance(this.#attempts === 1 ? 0 : RETRY_DELAY_MS);
    const { outcome, errorType } =
      (await secretsManager.retryRotation(this.#secretArn)) ?? (await this.#startRotation());
    this.#observe();
    this.#entries.push({
      type: 'attempt-end',
      attempt: this.#attempts,
      outcome,
      errorType,
      isPairReachable: this.#isPairReachable(),
      isAsUsual: this.#secret.isAsUsual,
    });
    return errorType === undefined ? { outcome } : { outcome, errorType };
  }

  async #startRotation(): Promise<Pick<RotationAttempt, 'outcome' | 'errorType'>> {
    const { secretsManager } = this.#parts.services.aws;
    const versionId = randomUUID();
    try {
      secretsManager.rotateSecret({
        SecretId: this.#secretArn,
        ClientRequestToken: versionId,
        RotationLambdaARN: FUNCTION_ARN,
        RotationRules: { ScheduleExpression: 'rate(6 hours)', Duration: '1h' },
      });
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      return { outcome: 'failed', errorType: error.code };
    }
    await secretsManager.rotationsIdle();
    const attempt = secretsManager.rotationAttempts.findLast((ended) => ended.versionId === versionId);
    return attempt ?? { outcome: 'failed', errorType: 'NotAttempted' };
  }

  async #invoke(event: RotationEvent): Promise<InvocationEnd> {
    this.#invocations += 1;
    const end = await this.#host.invoke(event);
    this.#observe();
    this.#entries.push({
      type: 'invocation',
      index: this.#invocations,
      attempt: this.#attempts,
      versionId: event.ClientRequestToken,
      step: event.Step,
      end,
    });
    return end;
  }

  /** Notes what the last call did outside. One call is under way at a time, so that whatever has changed is its doing. */
  #observe(): void {
    if (this.#lastCall === undefined) {
      return;
    }
    const { call, leftMs } = this.#lastCall;
    this.#lastCall = undefined;
    if (call.system === 'aws') {
      this.#observeSecret();
    } else if (call.operation === TOKEN_REQUEST) {
      const { presented: token, issued } = this.#ledger.observe();
      if (token !== undefined) {
        this.#entries.push({
          type: 'presentation',
          call,
          attempt: this.#attempts,
          token,
          issued,
          leftMs,
        });
      }
    }
  }

  #observeSecret(): void {
    for (const version of this.#secret.versions) {
      const refreshToken = refreshTokenIn(version);
      if (refreshToken !== undefined) {
        this.#stored.add(tokenHash(refreshToken));
      }
    }
    const current = this.#secret.holderOf('AWSCURRENT');
    if (current !== undefined && current.versionId !== this.#current) {
      this.#current = current.versionId;
      const refreshToken = refreshTokenIn(current) ?? '';
      this.#entries.push({
        type: 'promotion',
        versionId: current.versionId,
        isLive: this.#ledger.isLive(refreshToken),
        login: this.#ledger.loginOf(refreshToken),
        isNewestLoginLive: this.#hasLivePair(LABELS, this.#login),
      });
    }
  }

  /**
   * A pair of an earlier login counts only as AWSCURRENT: the person has replaced it, so it must not come back unless
   * theirs is dead.
   */
  #isPairReachable(): boolean {
    return this.#hasLivePair(LABELS, this.#login) || this.#hasLivePair(['AWSCURRENT'], undefined);
  }

  /** Whether one of the labels leads to an unspent refresh token of a login, or of any. */
  #hasLivePair(labels: readonly string[], login: string | undefined): boolean {
    return labels.some((label) => {
      const holder = this.#secret.holderOf(label);
      const refreshToken = holder === undefined ? undefined : refreshTokenIn(holder);
      return (
        refreshToken !== undefined &&
        (login === undefined || this.#ledger.loginOf(refreshToken) === login) &&
        this.#ledger.isLive(refreshToken)
      );
    });
  }

  /** The name of the newest login. */
  get #login(): string {
    return `login ${this.#logins}`;
  }
}
