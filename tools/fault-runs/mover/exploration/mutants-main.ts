import { noticed } from '../../exploration';
import { runMutantCommand } from '../../mutants';
import { bundleForVirtualTime } from '../../virtual/function-code';
import { MUTANTS } from './mutants';
import { exploreMover } from './run-cases';

const ALL_SCENARIOS = [...new Set(MUTANTS.flatMap(({ scenarios }) => scenarios))];

void runMutantCommand({
  name: 'npm run faults:mover:mutants --',
  description:
    'Shows that the checks of faults:mover can fail: takes one safeguard at a time out of a copy of the mover, and runs every ' +
    'single fault of the scenarios that show it. Each time some case has to fail, and none without a change.',
  mutants: MUTANTS,
  tryOut: async (mutant, { progress }) => {
    const code = await bundleForVirtualTime('move-voicemail-to-s3', mutant);
    const scenarios = MUTANTS.find(({ name }) => name === mutant?.name)?.scenarios ?? ALL_SCENARIOS;
    const scope = { hasPairs: false, seed: 1, scenarios };
    return noticed(await exploreMover(code, scope, { say: progress, progress }));
  },
});
