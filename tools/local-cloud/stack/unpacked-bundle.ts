import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { unzipSync } from 'fflate';
import { StackError } from './errors';

/**
 * Unpacks a function's zip as Lambda does.
 *
 * @returns the folder: the function's task root.
 * @throws StackError for an entry that would leave the folder.
 */
export const unpackBundle = (zipPath: string, folder: string, address: string): string => {
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zipPath)))) {
    const path = join(folder, name);
    if (!path.startsWith(folder + sep)) {
      throw new StackError(
        address,
        `its zip holds ${JSON.stringify(name)}, which lies outside the function's folder`,
      );
    }
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  return folder;
};
