import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock';
import { AwsError } from '../service';
import { invalidRequest } from './errors';
import type { RotationAttempt, RotationBehaviour, RotationInvoker } from './rotation-contract';
import { parseRotationRules, type RotationWindow } from './rotation-schedule';
import { invokeSteps } from './rotation-steps';
import { findStage, findVersion, type RotationConfiguration, type Secret, STAGE } from './secret';
import { registerPendingVersion, removeStage, removeVersion } from './staging';
import type { SecretStore } from './store';

/** Rotation work that has not ended for one secret. */
interface UnfinishedRotation {
  readonly versionId: string;
  readonly kind: RotationAttempt['kind'];
  readonly attempts: number;
  readonly retryAtMs: number;
}

interface RotationsOptions extends RotationBehaviour {
  readonly clock: Clock;
  readonly store: SecretStore;
}

const notInvocable: RotationInvoker = async () => ({
  ok: false,
  errorType: 'AccessDeniedException',
  errorMessage: 'no rotation function can be invoked',
});

/**
 * Runs rotations as Secrets Manager does: asynchronously, step by step, the whole again after a failure.
 *
 * Nothing here waits for a time to come: {@link runDue} runs what the clock has made due.
 */
export class Rotations {
  readonly #clock: Clock;
  readonly #store: SecretStore;
  readonly #behaviour: Required<RotationBehaviour>;
  readonly #unfinished = new Map<string, UnfinishedRotation>();
  readonly #running = new Map<string, Promise<RotationAttempt>>();
  readonly #attempts: RotationAttempt[] = [];
  #invoke: RotationInvoker = notInvocable;
  #mayInvoke: (functionArn: string, secretArn: string) => boolean = () => false;

  constructor({
    clock,
    store,
    retryDelayMs = 300_000,
    pendingStageAfterSuccess = 'removed',
  }: RotationsOptions) {
    this.#clock = clock;
    this.#store = store;
    this.#behaviour = { retryDelayMs, pendingStageAfterSuccess };
  }

  /** Every attempt that has ended, oldest first. */
  get attempts(): readonly RotationAttempt[] {
    return this.#attempts;
  }

  /** Says how rotation functions are invoked, and which secret may invoke which function. */
  useInvoker(invoke: RotationInvoker, mayInvoke: (functionArn: string, secretArn: string) => boolean): void {
    this.#invoke = invoke;
    this.#mayInvoke = mayInvoke;
  }

  /** @throws AwsError `AccessDeniedException` where the function's policy does not let Secrets Manager invoke it. */
  checkPermission(functionArn: string, secretArn: string): void {
    if (!this.#mayInvoke(functionArn, secretArn)) {
      throw new AwsError(
        'AccessDeniedException',
        'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the principal secretsmanager.amazonaws.com.',
      );
    }
  }

  /** Whether a version is one that a rotation is at work on, or that one has brought to its end. */
  knows(secretArn: string, versionId: string): boolean {
    return (
      this.#unfinished.get(secretArn)?.versionId === versionId ||
      this.#attempts.some((attempt) => attempt.secretArn === secretArn && attempt.versionId === versionId)
    );
  }

  /**
   * Registers the pending version, and starts the first attempt in the background.
   *
   * A test-only run gets the current value, where there is one, in its temporary version.
   *
   * @param configuration - takes the place of the secret's own; by default that stays
   * @throws AwsError `InvalidRequestException` while an earlier rotation is not complete; nothing has changed then.
   */
  start(
    secretArn: string,
    versionId: string,
    kind: RotationAttempt['kind'],
    configuration?: RotationConfiguration,
  ): void {
    this.#store.update(secretArn, (secret) => ({
      ...registerPendingVersion(
        secret,
        versionId,
        kind === 'test' ? findStage(secret, STAGE.current)?.value : undefined,
        this.#clock.now(),
      ),
      rotation: configuration ?? secret.rotation,
    }));
    this.#unfinished.set(secretArn, { versionId, kind, attempts: 0, retryAtMs: this.#clock.now() });
    this.#attempt(secretArn);
  }

  /** The first window of a secret's schedule after now. */
  nextWindow(secret: Secret): RotationWindow | undefined {
    return parseRotationRules(secret.rotation?.rules ?? {})?.nextWindow(this.#clock.now());
  }

  /** Resolves once no attempt is running. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) {
      await Promise.all(this.#running.values());
    }
  }

  /**
   * Attempts a secret's unfinished rotation again at once, with the same version; waits for the attempt that is running
   * first.
   *
   * @returns the attempt, or `undefined` where nothing is left to retry.
   */
  async retry(secretArn: string): Promise<RotationAttempt | undefined> {
    await this.#running.get(secretArn);
    this.#dropAbandoned(secretArn);
    return this.#unfinished.has(secretArn) ? this.#attempt(secretArn) : undefined;
  }

  /** The earliest moment at which a retry or a scheduled rotation is due, in milliseconds since the Unix epoch. */
  nextDueAt(): number | undefined {
    const moments = this.#store.arns.flatMap((arn) => this.#dueAt(arn) ?? []);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }

  /** Runs every retry and scheduled rotation that is due, one after the other, and waits for them. */
  async runDue(): Promise<readonly RotationAttempt[]> {
    await this.idle();
    const done: RotationAttempt[] = [];
    for (const arn of this.#store.arns) {
      const dueAt = this.#dueAt(arn);
      if (dueAt !== undefined && dueAt <= this.#clock.now()) {
        done.push(await (this.#unfinished.has(arn) ? this.#attempt(arn) : this.#startScheduled(arn)));
      }
    }
    return done;
  }

  #dueAt(arn: string): number | undefined {
    this.#dropAbandoned(arn);
    const unfinished = this.#unfinished.get(arn);
    if (unfinished !== undefined) {
      return this.#running.has(arn) ? undefined : unfinished.retryAtMs;
    }
    const next = this.#store.find(arn).rotation?.next;
    // AWS promises no moment within the window; here it is the first.
    return next?.startsAtMs;
  }

  async #startScheduled(arn: string): Promise<RotationAttempt> {
    const versionId = randomUUID();
    const startedAtMs = this.#clock.now();
    try {
      this.start(arn, versionId, 'rotation');
    } catch (error) {
      if (!(error instanceof AwsError)) {
        throw error;
      }
      this.#scheduleNext(arn);
      return this.#note({
        secretArn: arn,
        versionId,
        kind: 'rotation',
        attempt: 1,
        startedAtMs,
        outcome: 'failed',
        errorType: error.code,
        errorMessage: error.message,
      });
    }
    const attempt = this.#running.get(arn);
    if (attempt === undefined) {
      throw new TypeError('a rotation that has started is running');
    }
    return attempt;
  }

  #attempt(arn: string): Promise<RotationAttempt> {
    const attempt = this.#runSteps(arn).finally(() => this.#running.delete(arn));
    this.#running.set(arn, attempt);
    return attempt;
  }

  async #runSteps(arn: string): Promise<RotationAttempt> {
    const unfinished = this.#unfinished.get(arn);
    const functionArn = this.#store.find(arn).rotation?.functionArn;
    if (unfinished === undefined || functionArn === undefined) {
      throw invalidRequest('No rotation is in progress.');
    }
    const { versionId, kind } = unfinished;
    const attempt = unfinished.attempts + 1;
    const begun = { secretArn: arn, versionId, kind, attempt, startedAtMs: this.#clock.now() };
    // RotateSecret answers before the first step begins.
    await new Promise(setImmediate);
    const failed = await invokeSteps(this.#invoke, functionArn, begun);
    if (failed !== undefined) {
      this.#afterFailure(arn, { ...unfinished, attempts: attempt });
      return this.#note({ ...begun, outcome: 'failed', ...failed });
    }
    return this.#afterLastStep(arn, { ...unfinished, attempts: attempt }, begun);
  }

  #afterLastStep(
    arn: string,
    unfinished: UnfinishedRotation,
    begun: Omit<RotationAttempt, 'outcome'>,
  ): RotationAttempt {
    if (unfinished.kind === 'test') {
      this.#endTest(arn, unfinished.versionId);
      return this.#note({ ...begun, outcome: 'succeeded' });
    }
    const secret = this.#store.lookUp(arn);
    const isPromoted = secret && findStage(secret, STAGE.current)?.versionId === unfinished.versionId;
    if (!isPromoted) {
      this.#afterFailure(arn, unfinished);
      return this.#note({
        ...begun,
        outcome: 'failed',
        errorType: 'NotPromoted',
        errorMessage: 'finishSecret returned, but AWSCURRENT is not on the pending version',
      });
    }
    this.#unfinished.delete(arn);
    this.#store.update(arn, (current) => ({
      ...(this.#behaviour.pendingStageAfterSuccess === 'removed'
        ? removeStage(current, STAGE.pending)
        : current),
      lastRotatedAtMs: this.#clock.now(),
      lastChangedAtMs: this.#clock.now(),
    }));
    this.#scheduleNext(arn);
    return this.#note({ ...begun, outcome: 'succeeded' });
  }

  #afterFailure(arn: string, unfinished: UnfinishedRotation): void {
    if (unfinished.kind === 'test') {
      this.#endTest(arn, unfinished.versionId);
      return;
    }
    this.#unfinished.set(arn, {
      ...unfinished,
      retryAtMs: this.#clock.now() + this.#behaviour.retryDelayMs,
    });
  }

  #endTest(arn: string, versionId: string): void {
    this.#unfinished.delete(arn);
    if (this.#store.lookUp(arn) !== undefined) {
      this.#store.update(arn, (secret) => removeVersion(secret, versionId));
    }
  }

  /** A rotation ends, unsuccessful, once AWSPENDING has left its version: by the function itself or by a person. */
  #dropAbandoned(arn: string): void {
    const unfinished = this.#unfinished.get(arn);
    if (unfinished === undefined || this.#running.has(arn)) {
      return;
    }
    const secret = this.#store.lookUp(arn);
    const version = secret && findVersion(secret, unfinished.versionId);
    if (version?.stages.includes(STAGE.pending) !== true) {
      this.#unfinished.delete(arn);
      if (secret !== undefined) {
        this.#scheduleNext(arn);
      }
    }
  }

  #scheduleNext(arn: string): void {
    this.#store.annotate(arn, (secret) =>
      secret.rotation === undefined
        ? secret
        : { ...secret, rotation: { ...secret.rotation, next: this.nextWindow(secret) } },
    );
  }

  #note(attempt: RotationAttempt): RotationAttempt {
    this.#attempts.push(attempt);
    return attempt;
  }
}
