import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { CommandOutput } from '../command';
import { withCaseWorkers } from '../exploration';
import { caseId } from './case/case-id';
import type { CaseResult } from './evaluate';
import { explore, type Scope } from './exploration';

/**
 * Explores a rotation function in threads.
 *
 * @param code - the function, as `bundleForVirtualTime` gives it
 */
export const exploreRotation = (
  code: string,
  scope: Scope,
  output: Pick<CommandOutput, 'say' | 'progress'>,
): Promise<readonly CaseResult[]> => {
  // Every fifth case kills a container, so that much of the function runs for the first time: 12 % less CPU in the threads.
  setFlagsFromString('--always-sparkplug');
  return withCaseWorkers({ entry: join(__dirname, 'worker.ts'), data: code, caseId, output }, (run) =>
    explore(scope, run),
  );
};
