import { randomBytes, randomUUID } from 'node:crypto';
import { METRIC } from '../../../../functions/refresh-auth-token/contract/metrics';
import type { RotationAttempt, RotationEvent } from '../../../local-cloud/aws/secrets-manager';
import { AwsError } from '../../../local-cloud/aws/service';
import type { FaultSource, OutsideCall } from '../../../local-cloud/faults';
import type { InvocationEnd } from '../../virtual/container';
import { FunctionOutput } from '../../virtual/output';
import type { VirtualTime } from '../../virtual/virtual-time';
import type { Case, Response } from './case-id';
import type { Containers } from './containers';
import { faultOf, isKill, isStale, OVERLAP_MS, TOKEN_REQUEST } from './fault-kinds';
import { FunctionHost } from './function-host';
import type { Call, History, HistoryEntry } from './history';
import type { Services } from './services';
import { FUNCTION_ARN, MOST_ATTEMPTS, RETRY_DELAY_MS } from './settings';
import { TokenLedger } from './token-ledger';
import { TokenSecret } from './token-secret';

/** Error of the function when only a new login helps. */
const TERMINAL_ERROR = 'ReauthorizationRequiredError';

/** Parts that a case runs with. */
export interface CaseRunParts {
  readonly services: Services;
  readonly time: VirtualTime;
  readonly containers: Containers;
}

/** One case: rotations of each token's secret under the case's faults, until one without faults has succeeded. */
export class CaseRun implements FaultSource {
  readonly #case: Case;
  readonly #parts: CaseRunParts;
  readonly #ledger: TokenLedger;
  readonly #secrets: readonly TokenSecret[];
  /** The second one works only where two runs overlap. */
  readonly #hosts: readonly [FunctionHost, FunctionHost];
  readonly #output = new FunctionOutput();
  readonly #entries: HistoryEntry[] = [];
  readonly #stored = new Set<string>();
  #calls = 0;
  #invocations = 0;
  #attempts = 0;
  /** The run that overlaps. */
  #other: Promise<unknown> | undefined;
  /** The call whose effect has not been looked at yet. */
  #lastCall: { readonly call: Call; readonly leftMs: number } | undefined;
  /** The secret that is rotated. */
  #secret: TokenSecret;

  private constructor(one: Case, parts: CaseRunParts) {
    const { services } = parts;
    this.#case = one;
    this.#parts = parts;
    this.#ledger = new TokenLedger(services.genesys);
    const canary = randomBytes(24).toString('hex');
    this.#output.addSecret('the value of an unknown key', canary);
    const shared = { services, ledger: this.#ledger, canary };
    this.#secret = new TokenSecret(1, shared);
    this.#secrets = [
      this.#secret,
      ...Array.from({ length: one.tokens - 1 }, (_, index) => new TokenSecret(index + 2, shared)),
    ];
    for (const { firstPair } of this.#secrets) {
      const { clientId, clientSecret } = firstPair;
      this.#output.addSecret(
        'the basic credential',
        Buffer.from(`${clientId}:${clientSecret}`).toString('base64'),
      );
    }
    const host = { ...parts, output: this.#output };
    this.#hosts = [new FunctionHost({ ...host, slot: 0 }), new FunctionHost({ ...host, slot: 1 })];
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
      await Promise.all(run.#secrets.map(({ person }) => person.deleteSecret()));
    }
  }

  decide(outside: OutsideCall): ReturnType<FaultSource['decide']> {
    this.#observe();
    this.#calls += 1;
    const { system, operation } = outside;
    const number = this.#calls;
    const kind = this.#case.faults.find((planned) => planned.call === number)?.kind;
    const host = this.#hosts.find(({ isCalling }) => isCalling) ?? this.#hosts[0];
    const call: Call = {
      type: 'call',
      number,
      invocation: host.invocation,
      system,
      operation,
      fault: kind,
    };
    this.#entries.push(call);
    if (kind === 'overlap' || kind === 'slow') {
      return this.#delay(call, host, kind);
    }
    this.#noteCall(call, host.leftMs);
    if (kind === undefined) {
      return undefined;
    }
    if (isStale(kind)) {
      const { secretsManager } = this.#parts.services.aws;
      secretsManager.serveStaleReads(1, kind === 'stale' ? undefined : this.#secret.beforeMove);
    }
    const fault = faultOf(kind, outside);
    if (fault?.answer.kind === 'hang') {
      host.hangCall();
    }
    if (isKill(kind)) {
      host.killAtCall();
    }
    return fault;
  }

  /** Lets the call take effect a while later, and where the runs overlap another container begin the same step meanwhile. */
  async #delay(call: Call, host: FunctionHost, kind: 'overlap' | 'slow'): Promise<undefined> {
    const { event, leftMs } = host;
    const delayMs = kind === 'slow' ? host.longestAnswerMs(call) : OVERLAP_MS;
    host.hangCall();
    if (kind === 'overlap' && event !== undefined && this.#other === undefined) {
      this.#other = this.#invoke(event, this.#hosts[1]);
    }
    await new Promise<void>((resolve) => this.#parts.time.setTimer(delayMs, resolve));
    host.answerCall();
    this.#observe();
    this.#noteCall(call, leftMs);
  }

  async #run(): Promise<History> {
    const { aws, genesys } = this.#parts.services;
    for (const secret of this.#secrets) {
      this.#entries.push(await secret.authorize());
    }
    aws.secretsManager.useRotationInvoker(async (_functionArn, event) => {
      const end = await this.#invoke(event, this.#hosts[0]);
      await this.#other;
      this.#other = undefined;
      return end;
    });
    const isRotated = await this.#rotateAll();
    for (const secret of genesys.issuedSecrets()) {
      this.#output.addSecret('a token or client secret of Genesys Cloud', secret);
    }
    return {
      tokens: this.#case.tokens,
      entries: this.#entries,
      stored: this.#stored,
      end: isRotated ? 'rotated' : 'stuck',
      isReplacementTold: this.#output.includes(METRIC.refusedPairReplaced),
      leaks: this.#output.leaks,
      misbehaviour: this.#hosts.find(({ misbehaviour }) => misbehaviour !== undefined)?.misbehaviour,
    };
  }

  /** Rotates each secret, and the first one once more, which shows that nothing is stuck. */
  async #rotateAll(): Promise<boolean> {
    for (const [index, secret] of [...this.#secrets, ...this.#secrets.slice(0, 1)].entries()) {
      if (index > 0) {
        this.#entries.push(secret.act('the rotation is over; the next one starts'));
      }
      this.#secret = secret;
      if (!(await this.#rotateUntilDone())) {
        return false;
      }
    }
    return true;
  }

  /** A rotation with its repeats, and what people do about it. Returns whether it came to a good end. */
  async #rotateUntilDone(): Promise<boolean> {
    for (let failures = 0; failures < MOST_ATTEMPTS; failures += 1) {
      const { outcome, errorType } = await this.#nextAttempt();
      if (outcome === 'succeeded') {
        return true;
      }
      if (errorType === TERMINAL_ERROR && !this.#secret.isPairReachable) {
        await this.#respond('authorize');
      } else if (failures === 0) {
        await this.#respond(this.#case.response);
      }
    }
    return false;
  }

  async #respond(response: Response): Promise<void> {
    const secret = this.#secret;
    switch (response) {
      case 'retry':
        return;
      case 'release':
        await secret.person.releasePending();
        this.#entries.push(secret.act('an operator takes AWSPENDING away'));
        return;
      case 'authorize':
        this.#entries.push(await secret.logIn(['AWSCURRENT', 'LATEST_GRANT']));
        await secret.person.releasePending();
        return;
      case 'reseed':
        this.#entries.push(await secret.logIn(['AWSCURRENT']));
        return;
    }
  }

  /** Secrets Manager's next attempt: at the version that is pending, or at a new one where none is. */
  async #nextAttempt(): Promise<Pick<RotationAttempt, 'outcome' | 'errorType'>> {
    const { secretsManager } = this.#parts.services.aws;
    this.#attempts += 1;
    this.#parts.time.advance(this.#attempts === 1 ? 0 : RETRY_DELAY_MS);
    const { outcome, errorType } =
      (await secretsManager.retryRotation(this.#secret.arn)) ?? (await this.#startRotation());
    this.#observe();
    this.#entries.push({
      type: 'attempt-end',
      attempt: this.#attempts,
      outcome,
      errorType,
      isPairReachable: this.#secret.isPairReachable,
      hasLiveToken: this.#secrets.some(({ isInUseLive }) => isInUseLive),
      isAsUsual: this.#secret.view.isAsUsual,
    });
    return errorType === undefined ? { outcome } : { outcome, errorType };
  }

  async #startRotation(): Promise<Pick<RotationAttempt, 'outcome' | 'errorType'>> {
    const { secretsManager } = this.#parts.services.aws;
    const versionId = randomUUID();
    try {
      secretsManager.rotateSecret({
        SecretId: this.#secret.arn,
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

  async #invoke(event: RotationEvent, host: FunctionHost): Promise<InvocationEnd> {
    this.#invocations += 1;
    const index = this.#invocations;
    const end = await host.invoke(event, index);
    this.#observe();
    this.#entries.push({
      type: 'invocation',
      index,
      attempt: this.#attempts,
      versionId: event.ClientRequestToken,
      step: event.Step,
      end,
      isPairReachable: this.#secret.isPairReachable,
    });
    return end;
  }

  #noteCall(call: Call, leftMs: number): void {
    this.#lastCall = { call, leftMs };
    this.#secret.lookBeforeCall();
  }

  /** Notes what the last call did outside. One call takes effect at a time, so that whatever has changed is its doing. */
  #observe(): void {
    if (this.#lastCall === undefined) {
      return;
    }
    const { call, leftMs } = this.#lastCall;
    this.#lastCall = undefined;
    if (call.system === 'aws') {
      for (const token of this.#secret.stored) {
        this.#stored.add(token);
      }
      const promotion = this.#secret.observe();
      if (promotion !== undefined) {
        this.#entries.push(promotion);
      }
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
}
