import { cpSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { buildFunctions } from '../../build/bundling';
import type { SynthesizedStack } from '../../local-cloud/stack';
import { applyPatch, type Mutant } from './mutants';

/** Builds the functions from a patched copy of their sources, for as long as `use` takes. */
export const withMutatedStack = async <Result>(
  projectFolder: string,
  stack: SynthesizedStack,
  { patches }: Mutant,
  use: (stack: SynthesizedStack) => Promise<Result>,
): Promise<Result> => {
  const folder = await mkdtemp(join(tmpdir(), 'mutant-'));
  try {
    for (const sources of ['functions', 'tools/build/bundling']) {
      cpSync(join(projectFolder, sources), join(folder, sources), { recursive: true });
    }
    symlinkSync(join(projectFolder, 'node_modules'), join(folder, 'node_modules'));
    for (const patch of patches) {
      const path = join(folder, 'functions', patch.file);
      writeFileSync(path, applyPatch(readFileSync(path, 'utf8'), patch));
    }
    const built = join(folder, 'built');
    await buildFunctions({ root: folder, outputFolder: built });
    return await use(withBundles(stack, built));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** The stack with each function's zip taken from a folder, by its name. */
const withBundles = (stack: SynthesizedStack, folder: string): SynthesizedStack => ({
  ...stack,
  declarations: stack.declarations.map((declaration) => {
    const filename = declaration.arguments['filename'];
    return declaration.kind === 'aws_lambda_function' && typeof filename === 'string'
      ? {
          ...declaration,
          arguments: {
            ...declaration.arguments,
            filename: relative(stack.folder, join(folder, basename(filename))),
          },
        }
      : declaration;
  }),
});
