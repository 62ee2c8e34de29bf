import { join } from 'node:path';
import type { CommandOutput } from '../../command';
import { withCaseWorkers } from '../../exploration';
import { caseId } from './case/case-id';
import type { CaseResult } from './evaluate';
import { explore, type Scope } from './exploration';

/** Room for what a case makes and forgets, so that little of it is copied. */
const YOUNG_GENERATION_MB = 64;

/**
 * Explores a mover in threads.
 *
 * @param code - the mover, as `bundleForVirtualTime` gives it
 */
export const exploreMover = (
  code: string,
  scope: Scope,
  output: Pick<CommandOutput, 'say' | 'progress'>,
): Promise<readonly CaseResult[]> =>
  withCaseWorkers(
    {
      entry: join(__dirname, 'worker.ts'),
      data: { code, seed: scope.seed },
      caseId,
      output,
      youngGenerationMb: YOUNG_GENERATION_MB,
    },
    (run) => explore(scope, run),
  );
