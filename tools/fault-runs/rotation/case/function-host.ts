import { createHash } from 'node:crypto';
import type { RotationEvent } from '../../../local-cloud/aws/secrets-manager';
import type { Container, InvocationEnd } from '../../virtual/container';
import type { FunctionOutput } from '../../virtual/output';
import type { VirtualTime } from '../../virtual/virtual-time';
import type { Containers, Slot } from './containers';
import { type CallSite, TOKEN_REQUEST } from './fault-kinds';
import { FUNCTION_TIMEOUT_MS, LIMITS } from './settings';

/** Numbers from 0 to below 1, the same ones in every case. */
const jitter = (slot: Slot): (() => number) => {
  let counter = 0;
  return () => {
    counter += 1;
    return createHash('sha256').update(`jitter ${slot} ${counter}`).digest().readUInt32BE(0) / 2 ** 32;
  };
};

/** Options of a host. */
export interface FunctionHostOptions {
  readonly containers: Containers;
  readonly slot: Slot;
  readonly time: VirtualTime;
  readonly output: FunctionOutput;
}

/** Milliseconds by which a slow answer comes before it is given up. */
const SLOW_MARGIN_MS = 100;

/** Invokes the rotation function for one case, and ends its process where the case says so. */
export class FunctionHost {
  readonly #options: FunctionHostOptions;
  readonly #random: () => number;
  #container: Container | undefined;
  #event: RotationEvent | undefined;
  #invocation = 0;
  #deadlineMs = 0;
  #misbehaviour: string | undefined;

  constructor(options: FunctionHostOptions) {
    this.#options = options;
    this.#random = jitter(options.slot);
    for (const [what, secret] of options.containers.secrets) {
      options.output.addSecret(what, secret);
    }
  }

  /** The event of the invocation. */
  get event(): RotationEvent | undefined {
    return this.#event;
  }

  /** The place of the invocation in the history. */
  get invocation(): number {
    return this.#invocation;
  }

  /** Whether a call of it is under way. */
  get isCalling(): boolean {
    return this.#container?.isCalling === true;
  }

  /** Milliseconds that are left of the invocation. */
  get leftMs(): number {
    return this.#deadlineMs - this.#options.time.now();
  }

  /** Acts that the exploration cannot follow. */
  get misbehaviour(): string | undefined {
    return this.#misbehaviour;
  }

  async invoke(event: RotationEvent, invocation: number): Promise<InvocationEnd> {
    const { containers, slot, time, output } = this.#options;
    this.#event = event;
    this.#invocation = invocation;
    output.addSecret('the rotation token', event.RotationToken);
    this.#deadlineMs = time.now() + FUNCTION_TIMEOUT_MS;
    try {
      this.#container = containers.next(slot);
      return await this.#container.invoke(event, {
        timeoutMs: FUNCTION_TIMEOUT_MS,
        random: this.#random,
        misbehaved: (error) => this.#noteMisbehaviour(error),
        print: (text) => output.print(text),
      });
    } catch (error) {
      this.#noteMisbehaviour(error);
      return { ok: false, errorType: 'Misbehaviour', errorMessage: 'the exploration itself failed' };
    }
  }

  /** The call that is under way will not be answered, or not before {@link answerCall}. */
  hangCall(): void {
    this.#container?.hangCall();
  }

  /** The call that hangs is about to be answered. */
  answerCall(): void {
    this.#container?.answerCall();
  }

  /** Milliseconds after which an answer comes just in time. */
  longestAnswerMs({ system, operation }: CallSite): number {
    const { leftMs } = this;
    const limitMs = system === 'aws' ? LIMITS.SECRETS_MANAGER_TIMEOUT_MS : LIMITS.GENESYS_TIMEOUT_MS;
    const margin = LIMITS.DEADLINE_MARGIN_MS;
    const waitMs =
      operation === TOKEN_REQUEST
        ? leftMs - LIMITS.WRITE_BUDGET_MS
        : Math.min(limitMs, Math.max(leftMs - margin, margin / 2));
    return Math.max(0, waitMs - SLOW_MARGIN_MS);
  }

  /** Kills the process at the call that is under way; the call's effect, where it has one, comes first. */
  killAtCall(): void {
    const container = this.#container;
    setImmediate(() => container?.kill('Runtime.ExitError'));
  }

  #noteMisbehaviour(error: unknown): void {
    this.#misbehaviour ??= error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}
