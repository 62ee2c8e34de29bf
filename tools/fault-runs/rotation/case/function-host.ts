import { createHash } from 'node:crypto';
import type { RotationEvent } from '../../../local-cloud/aws/secrets-manager';
import type { Container, InvocationEnd } from '../../virtual/container';
import type { FunctionOutput } from '../../virtual/output';
import type { VirtualTime } from '../../virtual/virtual-time';
import type { Containers } from './containers';
import { FUNCTION_TIMEOUT_MS } from './settings';

/** Numbers from 0 to below 1, the same ones in every case. */
const jitter = (): (() => number) => {
  let counter = 0;
  return () => {
    counter += 1;
    return createHash('sha256').update(`jitter ${counter}`).digest().readUInt32BE(0) / 2 ** 32;
  };
};

/** Options of a host. */
export interface FunctionHostOptions {
  readonly containers: Containers;
  readonly time: VirtualTime;
  readonly output: FunctionOutput;
}

/** Invokes the rotation function for one case, and ends its process where the case says so. */
export class FunctionHost {
  readonly #options: FunctionHostOptions;
  readonly #random = jitter();
  #container: Container | undefined;
  #deadlineMs = 0;
  #misbehaviour: string | undefined;

  constructor(options: FunctionHostOptions) {
    this.#options = options;
    for (const [what, secret] of options.containers.secrets) {
      options.output.addSecret(what, secret);
    }
  }

  /** Milliseconds that are left of the invocation. */
  get leftMs(): number {
    return this.#deadlineMs - this.#options.time.now();
  }

  /** Acts that the exploration cannot follow. */
  get misbehaviour(): string | undefined {
    return this.#misbehaviour;
  }

  async invoke(event: RotationEvent): Promise<InvocationEnd> {
    const { containers, time, output } = this.#options;
    output.addSecret('the rotation token', event.RotationToken);
    this.#deadlineMs = time.now() + FUNCTION_TIMEOUT_MS;
    try {
      this.#container = containers.next();
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

  /** The call that is under way will never be answered. */
  hangCall(): void {
    this.#container?.hangCall();
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
