import { runMutantCommand } from '../mutants';
import { bundleForVirtualTime } from '../virtual/function-code';
import { explore } from './exploration';
import { MUTANTS } from './mutants';
import { withCaseWorkers } from './run-cases';

void runMutantCommand({
  name: 'npm run faults:rotation:mutants --',
  description:
    'Shows that the checks of faults:rotation can fail: takes one safeguard at a time out of a copy of the rotation function, ' +
    'and runs every single fault. Each time some case has to fail, and none without a change.',
  mutants: MUTANTS,
  tryOut: async (mutant, { progress }) => {
    const code = await bundleForVirtualTime('refresh-auth-token', mutant);
    const results = await withCaseWorkers(code, (run) =>
      explore({ kind: 'singles', tokens: 1 }, run, progress),
    );
    const failed = results.filter(({ failures }) => failures.length > 0);
    const checks = [...new Set(failed.flatMap(({ failures }) => failures))].sort();
    return failed.length === 0 ? [] : [`${failed.length} of ${results.length} cases fail`, ...checks];
  },
});
