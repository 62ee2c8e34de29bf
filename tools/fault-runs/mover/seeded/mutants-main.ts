import { runMutantCommand } from '../../mutants';
import { MUTANTS } from './mutants';
import { prepareStack, withMutatedStack } from './prepared-stack';
import { describeProgress, shortcomings } from './report';
import { runFaults } from './worlds';

/** Enough for each of the faults that a mutant has to stumble over, few enough for six runs in a row. */
const RUN = { events: 300, seed: 1, faults: 0.2 } as const;

void runMutantCommand({
  name: 'npm run faults:mutants --',
  description: `Proves that the fault run can fail: takes one safeguard at a time away from a copy of the mover, and expects a run of ${RUN.events} events to notice.`,
  mutants: MUTANTS,
  tryOut: async (mutant, { progress }) => {
    const { stack, remove } = await prepareStack();
    try {
      return await withMutatedStack(stack, mutant, async (mutated) =>
        shortcomings(
          await runFaults({
            stack: mutated,
            ...RUN,
            onProgress: (state) => progress(describeProgress(state)),
          }),
        ),
      );
    } finally {
      remove();
    }
  },
});
