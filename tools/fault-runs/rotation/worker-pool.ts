import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { type Case, caseId } from './case-id';
import type { CaseResult } from './evaluate';

/** A worker has no TypeScript of its own: tsx translates what it requires. */
const START =
  "const { tsx, entry } = require('node:worker_threads').workerData; require(tsx); require(entry);";
const ENTRY = { tsx: createRequire(__filename).resolve('tsx/cjs'), entry: join(__dirname, 'worker.ts') };

/** Threads, each with an AWS, a Genesys Cloud and containers of its own, which run cases one after the other. */
export class WorkerPool {
  readonly #workers: readonly Worker[];

  /**
   * @param code - the function, as `prepareBundle` gives it
   * @param size - one thread for each processor by default
   */
  constructor(code: string, size: number = availableParallelism()) {
    this.#workers = Array.from(
      { length: size },
      () => new Worker(START, { eval: true, workerData: { ...ENTRY, code } }),
    );
  }

  /**
   * Runs cases. The results come in the order of the cases.
   *
   * @throws what ended a worker: a defect of the exploration itself.
   */
  async run(
    cases: readonly Case[],
    onResult: (result: CaseResult) => void = () => {},
  ): Promise<readonly CaseResult[]> {
    const results = new Map<number, CaseResult>();
    const waiting = cases.map((one, index) => ({ id: caseId(one), index })).reverse();
    const serve = async (worker: Worker): Promise<void> => {
      for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
        const result = await this.#ask(worker, next.id);
        results.set(next.index, result);
        onResult(result);
      }
    };
    await Promise.all(this.#workers.map(serve));
    return [...results].sort(([one], [other]) => one - other).map(([, result]) => result);
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  #ask(worker: Worker, id: string): Promise<CaseResult> {
    return new Promise((resolve, reject) => {
      worker.once('error', reject);
      worker.once('message', (result: CaseResult) => {
        worker.off('error', reject);
        resolve(result);
      });
      worker.postMessage(id);
    });
  }
}
