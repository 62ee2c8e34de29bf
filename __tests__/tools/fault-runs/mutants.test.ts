import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { MUTANTS as MOVER_MUTANTS } from '../../../tools/fault-runs/mover/exploration/mutants';
import { MUTANTS as SEEDED_MUTANTS } from '../../../tools/fault-runs/mover/seeded/mutants';
import { applyPatch, PatchDoesNotApplyError } from '../../../tools/fault-runs/mutants';
import { MUTANTS as ROTATION_MUTANTS } from '../../../tools/fault-runs/rotation/mutants';

const FUNCTIONS = join(__dirname, '../../../functions');

test.each([...MOVER_MUTANTS, ...SEEDED_MUTANTS, ...ROTATION_MUTANTS])(
  'the mutant $name can still be had',
  ({ patches }) => {
    for (const patch of patches) {
      const source = readFileSync(join(FUNCTIONS, patch.file), 'utf8');
      expect(applyPatch(source, patch)).not.toBe(source);
    }
  },
);

test('a patch whose text is gone, or there twice, is refused, so that it never passes for one that was missed', () => {
  const patch = { file: 'a.ts', find: 'lock()', replace: '' };
  expect(() => applyPatch('nothing', patch)).toThrow(PatchDoesNotApplyError);
  expect(() => applyPatch('lock(); lock();', patch)).toThrow('2 times instead of once');
});
