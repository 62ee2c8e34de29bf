import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { MovableClock } from '../clock';
import { ContainerStartError } from './errors';
import { containerEnvironment, type LambdaFunctionConfiguration } from './function-configuration';
import { readLogLines } from './log-lines';
import { peakMemoryBytes } from './memory';

/** Settings of a container's process beside the function's configuration. */
export interface ContainerProcessOptions {
  /** The id by which the process makes itself known to the Runtime API. */
  readonly containerId: string;
  /** `host:port` of the Runtime API. */
  readonly runtimeApiAddress: string;
  readonly clock: MovableClock;
  /** Path of the Node.js binary. */
  readonly nodePath: string;
  readonly onLine: (line: string) => void;
  /** Called when all that an invocation wrote, on both streams, has been passed to `onLine`. */
  readonly onInvocationRead: () => void;
}

/** How a process ended: in the words of Lambda's platform, or by never having started. */
export type ProcessEnd = { readonly reason: string } | { readonly startError: ContainerStartError };

const RUNTIME_PATH = join(__dirname, 'runtime', 'main.cjs');

// Lambda's platform is written in Go; these are Go's words for signals.
const SIGNAL_WORDS: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

/** How Lambda words the end of a runtime. */
export const exitReason = (exitCode: number | null, signal: string | null): string => {
  if (signal !== null) {
    return `Runtime exited with error: signal: ${SIGNAL_WORDS[signal] ?? signal}`;
  }
  return exitCode === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${exitCode}`;
};

const logStreamName = (epochMs: number): string => {
  const day = new Date(epochMs).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[$LATEST]${randomBytes(16).toString('hex')}`;
};

/** The Node.js process of a container, with the runtime in it. */
export class ContainerProcess {
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;

  /** How the process ended, once its streams have been read to their end; never rejects. */
  readonly ended: Promise<ProcessEnd>;

  constructor(configuration: LambdaFunctionConfiguration, options: ContainerProcessOptions) {
    const { clock, nodePath } = options;
    const memoryMb = configuration.memorySizeMb;
    const endMark = `\u001e${randomUUID()}\u001e`;
    this.#child = spawn(
      nodePath,
      [
        // The heap gets nine tenths of the memory; the rest is for what lives outside it.
        `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
        `--max-semi-space-size=${Math.floor(memoryMb * 0.05)}`,
        RUNTIME_PATH,
        options.containerId,
        String(clock.offsetMs),
        endMark,
      ],
      {
        cwd: configuration.codePath,
        env: containerEnvironment(configuration, {
          runtimeApi: options.runtimeApiAddress,
          logStreamName: logStreamName(clock.now()),
        }),
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    this.#readStreams(endMark, options);
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve({ startError: new ContainerStartError(nodePath, error) }));
      this.#child.once('close', (exitCode, signal) => resolve({ reason: exitReason(exitCode, signal) }));
    });
  }

  /** Whether the process has ended, or been told to. */
  get isDoomed(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null || this.#child.killed;
  }

  /** Peak resident memory in bytes; `undefined` where the system does not tell, or the process has ended. */
  get peakMemoryBytes(): number | undefined {
    return this.#child.pid === undefined ? undefined : peakMemoryBytes(this.#child.pid);
  }

  /** Ends the process at once (SIGKILL). */
  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #readStreams(endMark: string, { onLine, onInvocationRead }: ContainerProcessOptions): void {
    const streams = [this.#child.stdout, this.#child.stderr];
    let marks = 0;
    for (const stream of streams) {
      readLogLines(stream, endMark, {
        onLine,
        onMark: () => {
          marks += 1;
          if (marks % streams.length === 0) {
            onInvocationRead();
          }
        },
      });
    }
  }
}
