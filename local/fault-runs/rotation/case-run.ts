import { createHash, randomBytes, randomUUID } from 'node:crypto';
import * as v from 'valibot';
import type { RotationAttempt, RotationEvent } from '../../aws/secrets-manager';
import type { Fault, FaultSource, OutsideCall } from '../../faults';
import { type FirstPair, tokenHash } from '../../genesys';
import type { Case, Response } from './case-id';
import { Container, type InvocationEnd } from './container';
import { faultOf, isKill, TOKEN_REQUEST } from './fault-kinds';
import type { FunctionCode } from './function-code';
import type { Call, History, HistoryEntry } from './history';
import { Person } from './person';
import type { Services } from './services';
import { ACCOUNT_ID, FUNCTION_ARN, FUNCTION_TIMEOUT_MS, MOST_ATTEMPTS, REGION, VARIABLES } from './settings';
import { TokenLedger } from './token-ledger';
import type { VirtualTime } from './virtual-time';

const FUNCTION_ROLE_ARN = `arn:aws:iam::${ACCOUNT_ID}:role/refresh-auth-token`;
/** From these labels a pair can still be reached. */
const LABELS = ['AWSCURRENT', 'AWSPENDING', 'LATEST_GRANT'];
/** What the function raises when only a new login helps. */
const TERMINAL_ERROR = 'ReauthorizationRequiredError';

const storedPair = v.object({ refreshToken: v.string() });

/** What a case runs with. */
export interface CaseRunParts {
  readonly services: Services;
  readonly time: VirtualTime;
  readonly code: FunctionCode;
}

/** Numbers from 0 to below 1, the same ones for the same text. */
const randomFrom = (text: string): (() => number) => {
  let counter = 0;
  return () => {
    counter += 1;
    return createHash('sha256').update(`${text}/${counter}`).digest().readUInt32BE(0) / 2 ** 32;
  };
};

/** One case: rotations of one secret under the case's faults, until one without faults has succeeded. */
export class CaseRun implements FaultSource {
  readonly #case: Case;
  readonly #parts: CaseRunParts;
  readonly #secretArn: string;
  readonly #person: Person;
  readonly #ledger: TokenLedger;
  readonly #firstPair: FirstPair;
  readonly #canary = randomBytes(24).toString('hex');
  /** Secrets that the function knows besides what Genesys issues, by what they are. */
  readonly #otherSecrets = new Map<string, string>();
  readonly #random = randomFrom('jitter');
  readonly #containers: Container[] = [];
  readonly #entries: HistoryEntry[] = [];
  readonly #stored = new Set<string>();
  readonly #output: string[] = [];
  #container: Container | undefined;
  #lastCall: Call | undefined;
  #callCount = 0;
  #invocation = 0;
  #attempt = 0;
  #logins = 0;
  #deadlineMs = 0;
  #leftMs = 0;
  #current: string | undefined;
  #misbehaviour: string | undefined;

  private constructor(one: Case, parts: CaseRunParts) {
    const { aws, genesys } = parts.services;
    this.#case = one;
    this.#parts = parts;
    this.#ledger = new TokenLedger(genesys);
    this.#firstPair = genesys.grantFirstPair();
    this.#logins = 1;
    this.#ledger.addLogin('login 1', [this.#firstPair.accessToken, this.#firstPair.refreshToken]);
    this.#otherSecrets.set('an unknown key of the secret', this.#canary);
    const { clientId, clientSecret } = this.#firstPair;
    this.#otherSecrets.set(
      'the basic credential',
      Buffer.from(`${clientId}:${clientSecret}`).toString('base64'),
    );
    this.#secretArn = aws.secretsManager.createSecret({ Name: `token-${randomUUID()}` }).arn;
    this.#person = new Person(aws, this.#secretArn);
  }

  /** Runs a case. */
  static async run(one: Case, parts: CaseRunParts): Promise<History> {
    const run = new CaseRun(one, parts);
    parts.services.useFaults(run);
    try {
      return await run.#run();
    } finally {
      parts.services.useFaults(undefined);
      for (const container of run.#containers) {
        container.dispose();
      }
      parts.time.clearTimers();
      await run.#person.deleteSecret();
    }
  }

  decide(call: OutsideCall): Fault | undefined {
    this.#observe();
    this.#callCount += 1;
    const { system, operation } = call;
    const number = this.#callCount;
    const kind = this.#case.faults.find((fault) => fault.call === number)?.kind;
    this.#lastCall = { type: 'call', number, invocation: this.#invocation, system, operation, fault: kind };
    this.#leftMs = this.#deadlineMs - this.#parts.time.now();
    this.#entries.push(this.#lastCall);
    if (kind === undefined) {
      return undefined;
    }
    const fault = faultOf(kind, call);
    if (fault.answer.kind === 'hang') {
      this.#container?.hangCall();
    }
    if (isKill(kind)) {
      const container = this.#container;
      // The effect, where there is one, comes first.
      setImmediate(() => container?.kill('Runtime.ExitError'));
    }
    return fault;
  }

  async #run(): Promise<History> {
    const { services } = this.#parts;
    await this.#person.write(this.#textOf(this.#firstPair), ['AWSCURRENT', 'LATEST_GRANT']);
    this.#current = this.#holderOf('AWSCURRENT')?.versionId;
    services.aws.secretsManager.useRotationInvoker((_functionArn, event) => this.#invoke(event));
    const end = (await this.#rotateUntilDone()) && (await this.#rotateOnceMore()) ? 'rotated' : 'stuck';
    return {
      entries: this.#entries,
      stored: this.#stored,
      end,
      leaks: this.#leaks(),
      misbehaviour: this.#misbehaviour,
    };
  }

  /** The rotation under faults, with its repeats and what people do about it. Returns whether it came to a good end. */
  async #rotateUntilDone(): Promise<boolean> {
    const { response } = this.#case;
    let outcome = await this.#nextAttempt();
    for (let failures = 1; outcome !== 'succeeded'; failures += 1) {
      const isLost = outcome === TERMINAL_ERROR && !this.#isPairReachable();
      if (failures > MOST_ATTEMPTS) {
        return false;
      }
      if (isLost) {
        await this.#respond('authorize');
      } else if (failures === 1) {
        await this.#respond(response);
      }
      outcome = await this.#nextAttempt();
    }
    return true;
  }

  /** A rotation of its own, which shows that nothing is stuck. */
  async #rotateOnceMore(): Promise<boolean> {
    this.#entries.push({ type: 'act', what: 'the rotation is over; the next one starts', login: undefined });
    return await this.#rotateUntilDone();
  }

  async #respond(response: Response): Promise<void> {
    switch (response) {
      case 'retry':
        return;
      case 'release':
        await this.#person.releasePending();
        this.#act('an operator takes AWSPENDING away', undefined);
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
    const pair = this.#parts.services.genesys.grantFirstPair({ clientId, userId });
    this.#logins += 1;
    const login = `login ${this.#logins}`;
    this.#ledger.addLogin(login, [pair.accessToken, pair.refreshToken]);
    await this.#person.write(this.#textOf(pair), stages);
    this.#act(`a person logs in again and writes ${stages.join(' and ')}`, login);
  }

  /** Notes what a person did; a label that they moved is no promotion by the function. */
  #act(what: string, login: string | undefined): void {
    this.#current = this.#holderOf('AWSCURRENT')?.versionId;
    this.#entries.push({ type: 'act', what, login });
  }

  /** Secrets Manager's next attempt: at the version that is pending, or a new one where none is. */
  async #nextAttempt(): Promise<string> {
    const { secretsManager } = this.#parts.services.aws;
    this.#attempt += 1;
    this.#parts.time.advance(this.#attempt === 1 ? 0 : 300_000);
    const attempt = (await secretsManager.retryRotation(this.#secretArn)) ?? (await this.#startRotation());
    this.#observe();
    this.#entries.push({
      type: 'attempt-end',
      attempt: this.#attempt,
      outcome: attempt.outcome,
      errorType: attempt.errorType,
      isPairReachable: this.#isPairReachable(),
      isAsUsual: this.#isAsUsual(),
    });
    return attempt.outcome === 'succeeded' ? 'succeeded' : (attempt.errorType ?? 'failed');
  }

  async #startRotation(): Promise<Pick<RotationAttempt, 'outcome' | 'errorType'>> {
    const { secretsManager } = this.#parts.services.aws;
    const versionId = randomUUID();
    secretsManager.rotateSecret({
      SecretId: this.#secretArn,
      ClientRequestToken: versionId,
      RotationLambdaARN: FUNCTION_ARN,
      RotationRules: { ScheduleExpression: 'rate(6 hours)', Duration: '1h' },
    });
    await secretsManager.rotationsIdle();
    const attempt = secretsManager.rotationAttempts.findLast((ended) => ended.versionId === versionId);
    return attempt ?? { outcome: 'failed', errorType: 'NotAttempted' };
  }

  async #invoke(event: RotationEvent): Promise<InvocationEnd> {
    this.#invocation += 1;
    this.#otherSecrets.set('the rotation token', event.RotationToken);
    this.#deadlineMs = this.#parts.time.now() + FUNCTION_TIMEOUT_MS;
    let end: InvocationEnd;
    try {
      this.#container = this.#container?.isAlive === true ? this.#container : this.#startContainer();
      end = await this.#container.invoke(event);
    } catch (error) {
      this.#noteMisbehaviour(error);
      end = { ok: false, errorType: 'Misbehaviour', errorMessage: '' };
    }
    this.#observe();
    this.#entries.push({
      type: 'invocation',
      index: this.#invocation,
      attempt: this.#attempt,
      versionId: event.ClientRequestToken,
      step: event.Step,
      end,
    });
    return end;
  }

  #startContainer(): Container {
    const { code, time, services } = this.#parts;
    const credentials = services.aws.issueCredentials(FUNCTION_ROLE_ARN);
    this.#otherSecrets.set('the AWS secret access key', credentials.secretAccessKey);
    this.#otherSecrets.set('the AWS session token', credentials.sessionToken);
    const container = new Container({
      code,
      time,
      environment: {
        ...VARIABLES,
        AWS_DEFAULT_REGION: REGION,
        AWS_ENDPOINT_URL: services.aws.origin,
        GENESYS_API_ORIGIN: services.genesys.origins.api,
        GENESYS_LOGIN_ORIGIN: services.genesys.origins.login,
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_SESSION_TOKEN: credentials.sessionToken,
      },
      timeoutMs: FUNCTION_TIMEOUT_MS,
      random: this.#random,
      misbehaved: (error) => this.#noteMisbehaviour(error),
      print: (text) => this.#output.push(text),
    });
    this.#containers.push(container);
    return container;
  }

  #noteMisbehaviour(error: unknown): void {
    this.#misbehaviour ??= error instanceof Error ? (error.stack ?? error.message) : String(error);
  }

  /** Notes what the last call did outside. One call is under way at a time, so that whatever has changed is its doing. */
  #observe(): void {
    const call = this.#lastCall;
    if (call === undefined) {
      return;
    }
    this.#lastCall = undefined;
    if (call.operation === TOKEN_REQUEST) {
      this.#observeGenesys(call);
    } else if (call.system === 'aws') {
      this.#observeSecret();
    }
  }

  #observeGenesys(call: Call): void {
    const { presented, issued } = this.#ledger.observe();
    if (presented !== undefined) {
      this.#entries.push({
        type: 'presentation',
        call,
        attempt: this.#attempt,
        token: presented,
        issued,
        leftMs: this.#leftMs,
      });
    }
  }

  #observeSecret(): void {
    for (const { value } of this.#versions()) {
      if (value !== undefined) {
        this.#stored.add(tokenHash(this.#refreshTokenIn(value)));
      }
    }
    const current = this.#holderOf('AWSCURRENT');
    if (current !== undefined && current.versionId !== this.#current && this.#current !== undefined) {
      this.#current = current.versionId;
      const refreshToken = this.#refreshTokenIn(current.value ?? {});
      this.#entries.push({
        type: 'promotion',
        versionId: current.versionId,
        isLive: this.#ledger.isLive(refreshToken),
        login: this.#ledger.loginOf(refreshToken),
      });
    }
  }

  #isPairReachable(): boolean {
    return LABELS.some((label) => {
      const value = this.#holderOf(label)?.value;
      return value !== undefined && this.#ledger.isLive(this.#refreshTokenIn(value));
    });
  }

  #isAsUsual(): boolean {
    const current = this.#holderOf('AWSCURRENT');
    return current === this.#holderOf('LATEST_GRANT') && this.#holderOf('AWSPENDING') === undefined;
  }

  #versions() {
    return this.#parts.services.aws.secretsManager.secret(this.#secretArn).versions;
  }

  #holderOf(label: string) {
    return this.#versions().find(({ stages }) => stages.includes(label));
  }

  #refreshTokenIn(value: object): string {
    const text =
      'SecretString' in value && typeof value.SecretString === 'string' ? value.SecretString : '{}';
    const parsed = v.safeParse(storedPair, JSON.parse(text));
    return parsed.success ? parsed.output.refreshToken : '';
  }

  #textOf({ clientId, clientSecret, accessToken, refreshToken }: FirstPair): string {
    return JSON.stringify({ clientId, clientSecret, accessToken, refreshToken, note: this.#canary });
  }

  #leaks(): readonly string[] {
    const text = this.#output.join('\n');
    const issued = this.#parts.services.genesys.issuedSecrets().some((secret) => text.includes(secret));
    const others = [...this.#otherSecrets]
      .filter(([, secret]) => text.includes(secret))
      .map(([what]) => what);
    return [...(issued ? ['a token or client secret of Genesys Cloud'] : []), ...others];
  }
}
