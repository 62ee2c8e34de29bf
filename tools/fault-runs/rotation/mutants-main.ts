import { noticed } from '../exploration';
import { runMutantCommand } from '../mutants';
import { bundleForVirtualTime } from '../virtual/function-code';
import { MUTANTS } from './mutants';
import { exploreRotation } from './run-cases';

void runMutantCommand({
  name: 'npm run faults:rotation:mutants --',
  description:
    'Shows that the checks of faults:rotation can fail: takes one safeguard at a time out of a copy of the rotation function, ' +
    'and runs every single fault. Each time some case has to fail, and none without a change.',
  mutants: MUTANTS,
  tryOut: async (mutant, { progress }) => {
    const code = await bundleForVirtualTime('refresh-auth-token', mutant);
    return noticed(await exploreRotation(code, { kind: 'singles', tokens: 1 }, { say: progress, progress }));
  },
});
