import { Console } from 'node:console';
import fsPromises from 'node:fs/promises';
import { createRequire } from 'node:module';
import { Writable } from 'node:stream';
import timersPromises from 'node:timers/promises';
import { inspect } from 'node:util';
import type { FunctionCode, Surroundings } from './function-code';
import { ContainerMisbehavedError, OutgoingHttp, type ParallelRequests } from './outgoing-http';
import { Pace } from './pace';
import type { CancelTimer, VirtualTime } from './virtual-time';

/** How an invocation ended. */
export type InvocationEnd =
  | { readonly ok: true; readonly payload: unknown }
  | { readonly ok: false; readonly errorType: string; readonly errorMessage: string };

/** Options of a container. */
export interface ContainerOptions {
  readonly code: FunctionCode;
  readonly time: VirtualTime;
  /** Shared by containers that work at once. @default one of its own */
  readonly pace?: Pace;
  readonly environment: Readonly<Record<string, string>>;
  /** @default refused */
  readonly parallelRequests?: ParallelRequests;
}

/** Options of an invocation. */
export interface InvocationOptions {
  /** Milliseconds after which the invocation is ended from outside. */
  readonly timeoutMs: number;
  /** Numbers from 0 to below 1, for the jitter of retries. */
  readonly random: () => number;
  /** Hears of what the exploration cannot follow. */
  readonly misbehaved: (error: ContainerMisbehavedError) => void;
  /** Takes everything that the function prints. */
  readonly print: (text: string) => void;
}

const requireFromHere = createRequire(__filename);

const virtualDate = (time: VirtualTime): DateConstructor =>
  new Proxy(Date, {
    construct: (target, values, newTarget) =>
      Reflect.construct(target, values.length === 0 ? [time.now()] : values, newTarget),
    get: (target, key) => (key === 'now' ? () => time.now() : Reflect.get(target, key)),
  });

/**
 * One Lambda container in this process: the bundle with a memory, a clock, timers, an environment and an output of its own.
 *
 * Its requests go over real HTTP. Time passes for it only while it waits for a timer, or for an answer that never comes.
 */
export class Container {
  readonly #options: ContainerOptions;
  readonly #http: OutgoingHttp;
  readonly #pace: Pace;
  readonly #module: { exports: object } = { exports: {} };
  /** The timers that are set, and how each is taken back. */
  readonly #timers = new Map<unknown, CancelTimer>();
  #invocation: InvocationOptions | undefined;
  #killedBy: InvocationEnd | undefined;

  constructor(options: ContainerOptions) {
    this.#options = options;
    this.#http = new OutgoingHttp(
      (error) => this.#invocation?.misbehaved(error),
      options.parallelRequests ?? 'refused',
    );
    this.#pace = options.pace ?? new Pace(options.time);
    this.#pace.join(this.#http);
    options.code.start(this.#surroundings());
  }

  get isAlive(): boolean {
    return this.#killedBy === undefined;
  }

  /** Whether a call of it is under way. */
  get isCalling(): boolean {
    return this.#http.isBusy;
  }

  /** The call that is under way will not be answered, or not before {@link answerCall}. */
  hangCall(): void {
    this.#http.hang();
  }

  /** The call that hangs is about to be answered. */
  answerCall(): void {
    this.#http.answer();
  }

  /** Ends the process: its memory is gone, what it waits for never comes, and no call of it gets out any more. */
  kill(errorType: string): void {
    this.#killedBy = { ok: false, errorType, errorMessage: 'the process ended' };
    this.#http.cut();
    for (const cancel of this.#timers.values()) {
      cancel();
    }
    this.#timers.clear();
  }

  /** Kills the process, and closes its connections. */
  dispose(): void {
    this.kill('Disposed');
    this.#http.destroy();
    this.#pace.leave(this.#http);
  }

  /** Invokes the handler, and lets time pass until it ends. */
  async invoke(event: unknown, options: InvocationOptions): Promise<InvocationEnd> {
    const { time } = this.#options;
    const { timeoutMs } = options;
    this.#invocation = options;
    const deadlineMs = time.now() + timeoutMs;
    const cancelDeadline = time.setTimer(timeoutMs, () => this.kill('Sandbox.Timedout'));
    let end: InvocationEnd | undefined;
    this.#handle(event, { getRemainingTimeInMillis: () => deadlineMs - time.now() }).then((reached) => {
      end = reached;
    });
    await this.#pace.until(() => end !== undefined || this.#killedBy !== undefined);
    cancelDeadline();
    return this.#killedBy ?? end ?? { ok: true, payload: undefined };
  }

  async #handle(event: unknown, context: object): Promise<InvocationEnd> {
    try {
      const handler: unknown = Reflect.get(this.#module.exports, 'handler');
      if (typeof handler !== 'function') {
        throw new ContainerMisbehavedError('the bundle exports no handler');
      }
      return { ok: true, payload: await handler(event, context) };
    } catch (error) {
      // The Lambda runtime prints what is thrown, its cause and its other properties included.
      this.#print(inspect(error, { depth: 8, breakLength: Number.POSITIVE_INFINITY }));
      return error instanceof Error
        ? { ok: false, errorType: error.name, errorMessage: error.message }
        : { ok: false, errorType: typeof error, errorMessage: String(error) };
    }
  }

  #print(text: string): void {
    if (this.isAlive) {
      this.#invocation?.print(text);
    }
  }

  #surroundings(): Surroundings {
    const { time, environment } = this.#options;
    const stream = new Writable({
      decodeStrings: false,
      write: (chunk, _encoding, done) => {
        this.#print(String(chunk));
        done();
      },
    });
    const ownProcess: NodeJS.Process = Object.create(process, {
      env: { value: { ...environment } },
      stdout: { value: stream },
      stderr: { value: stream },
    });
    const modules: Readonly<Record<string, unknown>> = {
      process: ownProcess,
      http: this.#http.http,
      https: this.#http.https,
      'fs/promises': {
        ...fsPromises,
        // The SDK looks for shared configuration; a Lambda container has none, and a real look would take real time.
        readFile: async (path: unknown) => {
          throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
        },
      },
      'timers/promises': {
        ...timersPromises,
        setTimeout: (ms: number, value: unknown) =>
          new Promise((resolve) => this.#setTimeout(() => resolve(value), ms)),
      },
    };
    return {
      exports: this.#module.exports,
      module: this.#module,
      require: (specifier) => {
        const name = specifier.replace(/^node:/, '');
        return Object.hasOwn(modules, name) ? modules[name] : requireFromHere(specifier);
      },
      process: ownProcess,
      console: new Console({ stdout: stream, stderr: stream }),
      globalThis: Object.create(globalThis),
      setTimeout: (callback, ms, ...values) => this.#setTimeout(() => callback(...values), ms ?? 0),
      clearTimeout: (timer) => {
        this.#timers.get(timer)?.();
        this.#timers.delete(timer);
      },
      Date: virtualDate(time),
      AbortSignal: new Proxy(AbortSignal, {
        get: (target, key) =>
          key === 'timeout' ? (ms: number) => this.#timeoutSignal(ms) : Reflect.get(target, key),
      }),
      performance: { now: () => time.now() },
      Math: Object.create(Math, { random: { value: () => this.#invocation?.random() ?? 0 } }),
    };
  }

  #setTimeout(fire: () => void, ms: number): object {
    const start = () => {
      this.#timers.get(timer)?.();
      if (this.isAlive) {
        const cancel = this.#options.time.setTimer(ms, () => {
          this.#timers.delete(timer);
          fire();
        });
        this.#timers.set(timer, cancel);
      }
      return timer;
    };
    const timer = { ref: () => timer, unref: () => timer, hasRef: () => true, refresh: start };
    return start();
  }

  #timeoutSignal(ms: number): AbortSignal {
    const controller = new AbortController();
    this.#setTimeout(() => {
      controller.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError'));
    }, ms);
    return controller.signal;
  }
}
