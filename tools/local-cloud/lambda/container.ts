import { randomUUID } from 'node:crypto';
import type { MovableClock } from '../clock';
import { ContainerProcess, exitReason, type ProcessEnd } from './container-process';
import { functionArnOf, type LambdaFunctionConfiguration } from './function-configuration';
import {
  functionError,
  type InvocationOutcome,
  type InvocationRequest,
  type InvocationResult,
  platformError,
  type RuntimeError,
} from './invocation';
import type { RuntimeApi, RuntimeApiClient, RuntimeInvocation } from './runtime-api';
import { newTraceId } from './trace-id';

/** Settings that the containers of a host share. */
export interface ContainerSurroundings {
  readonly runtimeApi: RuntimeApi;
  readonly clock: MovableClock;
  /** Path of the Node.js binary. */
  readonly nodePath: string;
  /** Seconds that the init phase may take. */
  readonly initTimeoutSeconds: number;
  /** Called with every line that a container writes, at once. */
  readonly onLog: (line: string) => void;
}

/** The invocation that a container works on. */
interface Assignment {
  readonly request: InvocationRequest;
  readonly coldStart: boolean;
  readonly resolve: (result: InvocationResult) => void;
  readonly reject: (error: Error) => void;
  /** When the runtime took the invocation; until then the container is starting. */
  startedAtMs?: number;
  timer?: NodeJS.Timeout;
  /** Answer of the runtime. */
  outcome?: InvocationOutcome;
  /** Whether the runtime ends its process after this answer. */
  exits?: boolean;
  /** Whether every line that the invocation wrote has been read. */
  isRead?: boolean;
}

const MEBIBYTE = 1024 * 1024;
const MEMORY_POLL_MS = 25;

/**
 * One execution environment: a Node.js process with the runtime and the bundle in it, which works on one invocation at a
 * time.
 *
 * Unlike Lambda's it is not frozen between invocations: timers and sockets that a handler leaves behind go on.
 */
export class Container implements RuntimeApiClient {
  readonly #configuration: LambdaFunctionConfiguration;
  readonly #clock: MovableClock;
  readonly #process: ContainerProcess;
  readonly #spawnedAtMs = performance.now();
  readonly #initTimer: NodeJS.Timeout;
  #initDurationMs: number | undefined;
  #initError: RuntimeError | undefined;
  #waitingRuntime: ((invocation: RuntimeInvocation) => void) | undefined;
  #assignment: Assignment | undefined;
  #lines: string[] = [];
  /** Why this host ended the process, where it did so for a limit. */
  #limitReached: { readonly errorType: string; readonly reason: string } | undefined;

  /** Resolves when the process and its streams have ended; never rejects. */
  readonly exited: Promise<void>;

  constructor(configuration: LambdaFunctionConfiguration, surroundings: ContainerSurroundings) {
    const { runtimeApi, clock, nodePath, initTimeoutSeconds, onLog } = surroundings;
    this.#configuration = configuration;
    this.#clock = clock;
    const containerId = randomUUID();
    runtimeApi.register(containerId, this);
    this.#process = new ContainerProcess(configuration, {
      containerId,
      runtimeApiAddress: runtimeApi.address,
      clock,
      nodePath,
      onLine: (line) => {
        this.#lines.push(line);
        onLog(line);
      },
      onInvocationRead: () => this.#markRead(),
    });
    this.#initTimer = setTimeout(() => this.#timeOut(initTimeoutSeconds), initTimeoutSeconds * 1000);
    const memoryPoll = setInterval(() => this.#enforceMemoryWhileRunning(), MEMORY_POLL_MS);
    this.exited = this.#process.ended.then((end) => {
      clearInterval(memoryPoll);
      clearTimeout(this.#initTimer);
      runtimeApi.unregister(containerId);
      this.#settleAfter(end);
    });
  }

  /** Whether the container can take an invocation: it works on none, and nothing has ended it. */
  get isIdle(): boolean {
    return this.#assignment === undefined && !this.#process.isDoomed;
  }

  /** The request id of the invocation that runs here. */
  get requestId(): string | undefined {
    return this.#assignment?.request.requestId;
  }

  /**
   * Runs one invocation, once the container is ready for it.
   *
   * @throws ContainerStartError
   */
  run(request: InvocationRequest, coldStart: boolean): Promise<InvocationResult> {
    return new Promise((resolve, reject) => {
      this.#assignment = { request, coldStart, resolve, reject };
      this.#deliver();
    });
  }

  /** Ends the process at once (SIGKILL); a running invocation ends with `Runtime.ExitError`. */
  kill(): void {
    this.#process.kill();
  }

  next(): Promise<RuntimeInvocation> {
    if (this.#initDurationMs === undefined) {
      clearTimeout(this.#initTimer);
      this.#initDurationMs = performance.now() - this.#spawnedAtMs;
    }
    return new Promise((resolve) => {
      this.#waitingRuntime = resolve;
      this.#deliver();
    });
  }

  succeed(requestId: string, body: string): boolean {
    return this.#answer(requestId, { outcome: 'success', payload: JSON.parse(body) }, false);
  }

  fail(requestId: string, error: RuntimeError, exits: boolean): boolean {
    return this.#answer(requestId, functionError(error), exits);
  }

  failInit(error: RuntimeError): void {
    this.#initError = error;
  }

  /**
   * Hands the invocation over as soon as both it and the runtime are there. Once: the runtime may ask for the next one
   * while the last lines of this one are still on their way.
   */
  #deliver(): void {
    const assignment = this.#assignment;
    const runtime = this.#waitingRuntime;
    if (assignment === undefined || assignment.startedAtMs !== undefined || runtime === undefined) {
      return;
    }
    this.#waitingRuntime = undefined;
    const { timeoutSeconds } = this.#configuration;
    assignment.startedAtMs = performance.now();
    assignment.timer = setTimeout(() => this.#timeOut(timeoutSeconds), timeoutSeconds * 1000);
    runtime({
      headers: {
        'Lambda-Runtime-Aws-Request-Id': assignment.request.requestId,
        'Lambda-Runtime-Deadline-Ms': String(this.#clock.now() + timeoutSeconds * 1000),
        'Lambda-Runtime-Invoked-Function-Arn': functionArnOf(this.#configuration),
        'Lambda-Runtime-Trace-Id': newTraceId(this.#clock.now()),
        'Local-Clock-Offset-Ms': String(this.#clock.offsetMs),
      },
      body: assignment.request.body,
    });
  }

  #answer(requestId: string, outcome: InvocationOutcome, exits: boolean): boolean {
    const assignment = this.#assignment;
    const isRunning = assignment?.startedAtMs !== undefined && assignment.outcome === undefined;
    if (!isRunning || assignment.request.requestId !== requestId) {
      return false;
    }
    assignment.outcome = outcome;
    assignment.exits = exits;
    this.#settleWhenComplete();
    return true;
  }

  #markRead(): void {
    if (this.#assignment !== undefined) {
      this.#assignment.isRead = true;
      this.#settleWhenComplete();
    }
  }

  /**
   * Settles an answered invocation once every line that it wrote has been read. A process that ends itself settles it by
   * its end instead, so that it is not given another invocation meanwhile.
   */
  #settleWhenComplete(): void {
    const { outcome, exits, isRead } = this.#assignment ?? {};
    if (outcome === undefined || exits || !isRead) {
      return;
    }
    this.#enforceMemoryWhileRunning();
    if (this.#limitReached === undefined) {
      this.#settle(outcome);
    }
  }

  #enforceMemoryWhileRunning(): void {
    const peak = this.#assignment && this.#process.peakMemoryBytes;
    if (peak !== undefined && peak > this.#configuration.memorySizeMb * MEBIBYTE) {
      this.#endForLimit('Runtime.OutOfMemory', exitReason(null, 'SIGKILL'));
    }
  }

  #timeOut(seconds: number): void {
    this.#endForLimit('Sandbox.Timedout', `Task timed out after ${seconds.toFixed(2)} seconds`);
  }

  #endForLimit(errorType: string, reason: string): void {
    this.#limitReached ??= { errorType, reason };
    this.kill();
  }

  #settleAfter(end: ProcessEnd): void {
    if (this.#assignment === undefined) {
      return;
    }
    const { request, outcome, reject } = this.#assignment;
    if ('startError' in end) {
      this.#assignment = undefined;
      reject(end.startError);
    } else if (this.#limitReached !== undefined) {
      const { errorType, reason } = this.#limitReached;
      this.#settle(platformError(errorType, request.requestId, reason));
    } else if (outcome !== undefined) {
      this.#settle(outcome);
    } else if (this.#initError !== undefined) {
      this.#settle(functionError(this.#initError));
    } else {
      this.#settle(platformError('Runtime.ExitError', request.requestId, end.reason));
    }
  }

  #settle(outcome: InvocationOutcome): void {
    if (this.#assignment === undefined) {
      return;
    }
    const { request, coldStart, startedAtMs, timer, resolve } = this.#assignment;
    this.#assignment = undefined;
    clearTimeout(timer);
    const logs = this.#lines;
    this.#lines = [];
    const peakBytes = this.#process.peakMemoryBytes;
    resolve({
      ...outcome,
      requestId: request.requestId,
      logs,
      durationMs: startedAtMs === undefined ? 0 : performance.now() - startedAtMs,
      ...(coldStart && this.#initDurationMs !== undefined && { initDurationMs: this.#initDurationMs }),
      ...(peakBytes !== undefined && { maxMemoryUsedMb: Math.ceil(peakBytes / MEBIBYTE) }),
      coldStart,
    });
  }
}
