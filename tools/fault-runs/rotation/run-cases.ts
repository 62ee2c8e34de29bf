import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { WorkerPool } from '../worker-pool';
import { type Case, caseId } from './case/case-id';
import type { CaseResult } from './evaluate';

/** Runs cases, in any order; the results come in the order of the cases. */
export type RunCases = (
  cases: readonly Case[],
  onResult?: (result: CaseResult) => void,
) => Promise<readonly CaseResult[]>;

/**
 * Starts threads that run cases of a function, for as long as `use` takes.
 *
 * @param code - the function, as `bundleForVirtualTime` gives it
 * @param size - number of threads; one for each processor by default
 */
export const withCaseWorkers = async <Result>(
  code: string,
  use: (run: RunCases) => Promise<Result>,
  size?: number,
): Promise<Result> => {
  // Every fifth case kills a container, so that much of the function runs for the first time: 12 % less CPU in the threads.
  setFlagsFromString('--always-sparkplug');
  const pool = new WorkerPool<string, CaseResult>({
    entry: join(__dirname, 'worker.ts'),
    data: code,
    ...(size === undefined ? {} : { size }),
  });
  try {
    return await use((cases, onResult = () => {}) => pool.run(cases.map(caseId), { onResult }));
  } finally {
    await pool.close();
  }
};
