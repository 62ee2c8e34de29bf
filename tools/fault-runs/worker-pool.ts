import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { parentPort, Worker, workerData } from 'node:worker_threads';

/** A worker has no TypeScript of its own: tsx translates what it requires. */
const START =
  "const { tsx, entry } = require('node:worker_threads').workerData; require(tsx); require(entry);";
const TSX = createRequire(__filename).resolve('tsx/cjs');

/** Answers of a worker to a task: any number of progress texts, then its result. */
type Answer<Result, Progress> =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'result'; readonly result: Result };

/** Options of a {@link WorkerPool}. */
export interface WorkerPoolOptions {
  /** Absolute path of the file that calls {@link serveTasks}. */
  readonly entry: string;
  /** Handed to every worker before its first task. @default - nothing */
  readonly data?: unknown;
  /** Number of threads. @default - one for each processor */
  readonly size?: number;
  /** Megabytes of V8's young generation in each thread. @default - V8's own */
  readonly youngGenerationMb?: number;
}

/** Listener of the tasks' progress. */
export interface TaskListeners<Result, Progress> {
  readonly onResult?: (result: Result) => void;
  /** Hears the progress of a task, with its place in the list of tasks. */
  readonly onProgress?: (progress: Progress, index: number) => void;
}

/** Threads that each carry out one task after the other. */
export class WorkerPool<Task, Result, Progress = never> {
  readonly #workers: readonly Worker[];

  constructor({ entry, data, size = availableParallelism(), youngGenerationMb }: WorkerPoolOptions) {
    this.#workers = Array.from(
      { length: size },
      () =>
        new Worker(START, {
          eval: true,
          workerData: { tsx: TSX, entry, data },
          ...(youngGenerationMb === undefined
            ? {}
            : { resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMb } }),
        }),
    );
  }

  /**
   * Carries out tasks. The results come in the order of the tasks.
   *
   * @throws what ended a worker: a defect of the fault run itself.
   */
  async run(
    tasks: readonly Task[],
    { onResult, onProgress }: TaskListeners<Result, Progress> = {},
  ): Promise<readonly Result[]> {
    const results = new Map<number, Result>();
    const waiting = tasks.map((task, index) => ({ task, index })).reverse();
    const serve = async (worker: Worker): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const { task, index } = next;
        const result = await ask<Task, Result, Progress>(worker, task, (progress) =>
          onProgress?.(progress, index),
        );
        results.set(index, result);
        onResult?.(result);
      }
    };
    await Promise.all(this.#workers.map(serve));
    return [...results].sort(([one], [other]) => one - other).map(([, result]) => result);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}

const ask = <Task, Result, Progress>(
  worker: Worker,
  task: Task,
  onProgress: (progress: Progress) => void,
): Promise<Result> =>
  new Promise((resolve, reject) => {
    const onExit = () => reject(new Error('a worker of the fault run ended without a result'));
    const onMessage = (answer: Answer<Result, Progress>) => {
      if (answer.kind === 'progress') {
        onProgress(answer.progress);
        return;
      }
      worker.off('message', onMessage).off('error', reject).off('exit', onExit);
      resolve(answer.result);
    };
    worker.on('message', onMessage).once('error', reject).once('exit', onExit);
    worker.postMessage(task);
  });

/** Data that the pool handed to this worker before its first task. */
export const dataOfWorker = (): unknown => workerData.data;

/** Carries out tasks in a worker, one after the other. What `carryOut` throws ends the whole run. */
export const serveTasks = <Task, Result, Progress = never>(
  carryOut: (task: Task, tell: (progress: Progress) => void) => Promise<Result>,
): void => {
  const answer = (message: Answer<Result, Progress>): void => parentPort?.postMessage(message);
  parentPort?.on('message', (task: Task) => {
    carryOut(task, (progress) => answer({ kind: 'progress', progress })).then(
      (result) => answer({ kind: 'result', result }),
      (error: unknown) => {
        // Becomes the worker's error event.
        setImmediate(() => {
          throw error;
        });
      },
    );
  });
};
