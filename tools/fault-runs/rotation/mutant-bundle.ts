import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunction } from '../../build/bundling';
import { prepareBundle } from './function-code';
import { type Mutation, mutate } from './mutations';

const PROJECT = join(__dirname, '../../..');

/**
 * Bundles the rotation function from a copy of its sources, with one safeguard taken out.
 *
 * @param mutation - `undefined` for the sources as they are
 * @throws MutationOutdatedError where the sources have changed, so that the mutation does not fit them any more.
 */
export const bundleWith = async (mutation: Mutation | undefined): Promise<string> => {
  const root = await mkdtemp(join(tmpdir(), 'rotation-mutant-'));
  try {
    for (const folder of ['functions', 'tools/build/bundling']) {
      await cp(join(PROJECT, folder), join(root, folder), { recursive: true });
    }
    await cp(join(PROJECT, 'tsconfig.json'), join(root, 'tsconfig.json'));
    await symlink(join(PROJECT, 'node_modules'), join(root, 'node_modules'), 'dir');
    if (mutation !== undefined) {
      const path = join(root, mutation.patch.file);
      await writeFile(path, mutate(mutation, await readFile(path, 'utf8')));
    }
    const { code } = await bundleFunction({ root, entryPoint: 'functions/refresh-auth-token/handler.ts' });
    return await prepareBundle(Buffer.from(code).toString('utf8'));
  } finally {
    await rm(root, { recursive: true });
  }
};
