import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import * as v from 'valibot';
import type { ServiceCounts } from '../service/server';
import type { Service } from '../service/service';

/** Work to run in a fresh process. */
export interface SubjectTask {
  /** The file that exports `handler`. */
  readonly handlerPath: string;
  /** Every event is one invocation, one after the other. */
  readonly events: readonly object[];
  /**
   * Index of the first invocation whose calls count.
   *
   * @default 0
   */
  readonly measuredFrom?: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Path of the Node.js program. */
  readonly nodePath: string;
  /**
   * Memory of the function, in MiB: the heap is limited as the local Lambda host limits it.
   *
   * @default - Node's own limits, and a function that is told the module's default memory
   */
  readonly memoryMb?: number;
}

/** Cost of one piece of work. Times are in milliseconds; CPU is that of all threads. */
export interface Cost {
  readonly wallMs: number;
  readonly cpuMs: number;
}

/** Cost of a process. */
export interface SubjectReport {
  readonly load: Cost;
  readonly invocations: readonly Cost[];
  readonly peakMemoryBytes: number;
  /** Requests to the service from `measuredFrom` on. */
  readonly counts: ServiceCounts;
}

/** A peer did not do its job, so that its figures would mean nothing. */
export class SubjectFailedError extends Error {
  override readonly name = 'SubjectFailedError';
  readonly handlerPath: string;

  constructor(handlerPath: string, what: string) {
    super(`${handlerPath} did not do its job: ${what}`);
    this.handlerPath = handlerPath;
  }
}

const cost = v.object({ wallMs: v.number(), cpuMs: v.number() });
const report = v.object({ load: cost, invocations: v.array(cost), peakMemoryBytes: v.number() });

/** Default environment that the module gives the mover. */
const DEFAULT_MEMORY_MB = 512;

const MAIN = join(__dirname, 'main.cjs');

/** As the local Lambda host has it: nine tenths for the heap, a twentieth for its young generation. */
const heapLimits = (memoryMb: number): readonly string[] => [
  `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
  `--max-semi-space-size=${Math.floor(memoryMb * 0.05)}`,
];

const isReadable = (stream: unknown): stream is Readable =>
  typeof stream === 'object' && stream !== null && 'on' in stream;

/** Reads a process' report; calls `onMark` when the process asks to go on. */
const readReport = async (child: ChildProcess, onMark: () => Promise<void>): Promise<string> => {
  const results = child.stdio[3];
  let text = '';
  let hasMark = false;
  if (isReadable(results)) {
    for await (const chunk of results) {
      text += chunk;
      if (text.startsWith('\n') && !hasMark) {
        hasMark = true;
        await onMark();
      }
    }
  }
  return text.trim();
};

/**
 * Runs a handler in a process of its own.
 *
 * @throws SubjectFailedError where the handler fails, or asks for something that the service refuses.
 */
export const runSubject = async (task: SubjectTask, service: Service): Promise<SubjectReport> => {
  const { handlerPath, events, measuredFrom = 0, environment, nodePath, memoryMb } = task;
  await service.takeCounts();
  const child = spawn(
    nodePath,
    [
      ...(memoryMb === undefined ? [] : heapLimits(memoryMb)),
      MAIN,
      JSON.stringify({ handlerPath, events, ...(measuredFrom > 0 ? { measuredFrom } : {}) }),
    ],
    {
      env: { ...environment, AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb ?? DEFAULT_MEMORY_MB) },
      stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
    },
  );
  let errors = '';
  child.stderr?.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve);
  });
  const text = await readReport(child, async () => {
    await service.takeCounts();
    child.stdin?.end();
  });
  const exitCode = await ended;
  const counts = await service.takeCounts();
  if (exitCode !== 0) {
    throw new SubjectFailedError(handlerPath, errors.trim().slice(-2000) || `exit code ${exitCode}`);
  }
  if (counts.refused.length > 0) {
    throw new SubjectFailedError(handlerPath, counts.refused.join('; '));
  }
  return { ...v.parse(report, JSON.parse(text)), counts };
};
