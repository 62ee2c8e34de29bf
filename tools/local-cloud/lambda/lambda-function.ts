import { randomUUID } from 'node:crypto';
import { Container, type ContainerSurroundings } from './container';
import { LambdaHostClosedError, TooManyRequestsError } from './errors';
import { functionArnOf, type LambdaFunctionConfiguration } from './function-configuration';
import type { InvocationResult } from './invocation';

/** How one invocation is asked for. */
export interface InvokeOptions {
  /**
   * Ends the wait for the result. As with a client that hangs up on Lambda, the invocation itself goes on: `kill` ends
   * it.
   */
  readonly signal?: AbortSignal;
  /** The request id; a retry of an asynchronous invocation has that of the first attempt. @default - a new one */
  readonly requestId?: string;
}

/** Waits for `result` until `signal` aborts. */
const untilAborted = <T>(result: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    result.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });

/** A function of a {@link LambdaHost}: its containers, warm and cold. */
export class LambdaFunction {
  readonly #configuration: LambdaFunctionConfiguration;
  readonly #surroundings: ContainerSurroundings;
  readonly #containers = new Set<Container>();
  #closed = false;

  /** @internal Use `LambdaHost.createFunction`. */
  constructor(configuration: LambdaFunctionConfiguration, surroundings: ContainerSurroundings) {
    this.#configuration = configuration;
    this.#surroundings = surroundings;
  }

  get functionName(): string {
    return this.#configuration.functionName;
  }

  get functionArn(): string {
    return functionArnOf(this.#configuration);
  }

  /**
   * Invokes the function and waits for its end (`RequestResponse`). A warm container is used again; where all are busy,
   * a new one starts.
   *
   * A failed init phase is reported at once; Lambda would try it a second time first.
   *
   * @throws TooManyRequestsError where the reserved concurrency is used up.
   * @throws LambdaHostClosedError after `LambdaHost.close`.
   * @throws ContainerStartError where Node cannot be started.
   * @throws the reason of `signal` once it aborts.
   */
  async invoke(event: unknown, options: InvokeOptions = {}): Promise<InvocationResult> {
    const { signal, requestId = randomUUID() } = options;
    signal?.throwIfAborted();
    if (this.#closed) {
      throw new LambdaHostClosedError();
    }
    const { reservedConcurrency } = this.#configuration;
    if (reservedConcurrency !== undefined && this.runningRequestIds.length >= reservedConcurrency) {
      throw new TooManyRequestsError(this.functionName, reservedConcurrency);
    }

    const warm = [...this.#containers].find((container) => container.isIdle);
    const container = warm ?? this.#startContainer();
    const body = JSON.stringify(event) ?? 'null';
    const result = container.run({ requestId, body }, warm === undefined);
    return signal === undefined ? result : untilAborted(result, signal);
  }

  /** The request ids of the invocations that run now. */
  get runningRequestIds(): readonly string[] {
    return [...this.#containers].flatMap(({ requestId }) => requestId ?? []);
  }

  /**
   * Kills containers at once (SIGKILL), whatever they are doing: the signals are sent before this returns. Running
   * invocations end with `Runtime.ExitError` ("signal: killed").
   *
   * @param requestId - kill only the container that runs this invocation. @default - all containers
   * @returns when the processes have ended and their streams are read.
   */
  async kill(requestId?: string): Promise<void> {
    const doomed = [...this.#containers].filter(
      (container) => requestId === undefined || container.requestId === requestId,
    );
    for (const container of doomed) {
      container.kill();
    }
    await Promise.all(doomed.map((container) => container.exited));
  }

  /** @internal Use `LambdaHost.close`. */
  close(): Promise<void> {
    this.#closed = true;
    return this.kill();
  }

  #startContainer(): Container {
    const container = new Container(this.#configuration, this.#surroundings);
    this.#containers.add(container);
    container.exited.then(() => this.#containers.delete(container));
    return container;
  }
}
