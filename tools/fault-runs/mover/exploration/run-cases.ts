import { join } from 'node:path';
import type { CommandOutput } from '../../command';
import { WorkerPool } from '../../worker-pool';
import { caseId } from './case/case-id';
import type { CaseResult } from './evaluate';
import { explore, type Scope } from './exploration';

/** Room for what a case makes and forgets, so that little of it is copied. */
const YOUNG_GENERATION_MB = 64;

/** Options of an exploration. */
export interface ExplorationOptions {
  /** The mover, as `bundleForVirtualTime` gives it. */
  readonly code: string;
  readonly scope: Scope;
  readonly output: Pick<CommandOutput, 'say' | 'progress'>;
  /** Number of threads. @default - one for each processor */
  readonly size?: number;
}

/** Explores a mover in threads. */
export const exploreMover = async ({
  code,
  scope,
  output,
  size,
}: ExplorationOptions): Promise<readonly CaseResult[]> => {
  const pool = new WorkerPool<string, CaseResult>({
    entry: join(__dirname, 'worker.ts'),
    data: { code, seed: scope.seed },
    youngGenerationMb: YOUNG_GENERATION_MB,
    ...(size === undefined ? {} : { size }),
  });
  try {
    return await explore(scope, (what, cases) => {
      let done = 0;
      output.say(`${cases.length} cases: ${what}`);
      return pool.run(cases.map(caseId), {
        onResult: ({ id, failures }) => {
          done += 1;
          if (failures.length > 0) {
            output.say(`failed: ${id} (${failures.join(', ')})`);
          }
          output.progress(`  ${done} of ${cases.length}`);
        },
      });
    });
  } finally {
    await pool.close();
  }
};
