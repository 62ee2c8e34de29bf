import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { applyPatch, MUTANTS, PatchDoesNotApplyError } from '../../../../tools/fault-runs/mover/mutants';

const FUNCTIONS = join(__dirname, '../../../../functions');

test.each(MUTANTS)('the mover can still be had without $without', ({ patches }) => {
  for (const patch of patches) {
    const source = readFileSync(join(FUNCTIONS, patch.file), 'utf8');
    expect(applyPatch(source, patch)).not.toBe(source);
  }
});

test('a patch whose text is gone, or there twice, is refused', () => {
  const patch = { file: 'a.ts', find: 'lock()', replace: '' };
  expect(() => applyPatch('nothing', patch)).toThrow(PatchDoesNotApplyError);
  expect(() => applyPatch('lock(); lock();', patch)).toThrow('2 times, not once');
});
