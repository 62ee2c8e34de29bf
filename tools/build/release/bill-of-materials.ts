import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Metafile } from 'esbuild';

const execute = promisify(execFile);

/** Stand-in of the build for a module that is never reached: it is no package. */
const isPackage = ([path]: readonly [string, unknown]): boolean => !path.startsWith('unreached:');

const withoutStandIns = ({ inputs, outputs }: Metafile): Metafile => ({
  inputs: Object.fromEntries(
    Object.entries(inputs)
      .filter(isPackage)
      .map(([path, input]) => [
        path,
        { ...input, imports: input.imports.filter((imported) => isPackage([imported.path, imported])) },
      ]),
  ),
  outputs: Object.fromEntries(
    Object.entries(outputs).map(([path, output]) => [
      path,
      { ...output, inputs: Object.fromEntries(Object.entries(output.inputs).filter(isPackage)) },
    ]),
  ),
});

/**
 * Lists the packages inside a bundle as CycloneDX 1.6, with the texts of their licenses, from esbuild's own record: a list
 * made from the lockfile names packages that no bundle holds, and misses those that others bring.
 */
export const billOfMaterials = async (root: string, metafile: Metafile): Promise<Uint8Array> => {
  const folder = await mkdtemp(join(tmpdir(), 'bill-of-materials-'));
  try {
    const record = join(folder, 'metafile.json');
    const bill = join(folder, 'bom.json');
    await writeFile(record, JSON.stringify(withoutStandIns(metafile)));
    await execute(
      process.execPath,
      [
        join(root, 'node_modules/@cyclonedx/cyclonedx-esbuild/bin/cyclonedx-esbuild-cli.js'),
        '--output-reproducible',
        '--gather-license-texts',
        '--spec-version=1.6',
        `--build-working-dir=${root}`,
        `--output-file=${bill}`,
        record,
      ],
      { cwd: root },
    );
    return await readFile(bill);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
