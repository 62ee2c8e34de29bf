import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import * as v from 'valibot';
import { buildFunctions, writeWhole } from '../bundling';
import { bundleCommandLine } from './command-line';
import { bundleConstruct } from './construct';
import { declarationsOf, rollUpDeclarations } from './declarations';
import { ENTRIES } from './entries';
import { thirdPartyNotices } from './notices';

const manifest = v.object({ peerDependencies: v.record(v.string(), v.string()) });

/** Files that a build of the package wrote. */
export interface WrittenPackage {
  readonly files: readonly PackageFile[];
  /** esbuild's records of what ships as code: the functions by their names, `construct` and `command-line`. */
  readonly metafiles: ReadonlyMap<string, Metafile>;
}

/** A file of the package that the build wrote. */
export interface PackageFile {
  /** Relative to the root of the project. */
  readonly path: string;
  readonly bytes: number;
}

/**
 * Writes what the npm package holds beside hand-written files: `dist/package` with the construct's two entries, their types
 * and the commands, and `dist/functions` with the functions' zips. `npm pack` puts them into the archive.
 *
 * @throws ForeignTypeError where the types need a package that is no peer.
 * @throws esbuild's `BuildFailure` where something cannot be bundled.
 */
export const writePackage = async (root: string): Promise<WrittenPackage> => {
  const { peerDependencies } = v.parse(
    manifest,
    JSON.parse(await readFile(join(root, 'package.json'), 'utf8')),
  );
  const [functions, commandLine, declarations, ...constructs] = await Promise.all([
    buildFunctions({ root }),
    bundleCommandLine(root),
    rollUpDeclarations(root),
    ...ENTRIES.map((entry) => bundleConstruct(root, entry, peerDependencies)),
  ]);
  const files = new Map<string, Uint8Array>([['command-line.js', commandLine.code]]);
  ENTRIES.forEach((entry, index) => {
    files.set(`${entry.name}.js`, constructs[index]?.code ?? new Uint8Array());
    files.set(`${entry.name}.d.ts`, Buffer.from(declarationsOf(declarations, entry)));
  });
  const records = [...functions, commandLine, ...constructs].map(({ metafile }) => metafile);
  files.set('THIRD-PARTY-NOTICES.txt', Buffer.from(await thirdPartyNotices(root, records)));
  const folder = join(root, 'dist/package');
  await Promise.all([...files].map(([name, content]) => writeWhole(join(folder, name), content)));
  // Removes an earlier build's files: they would be packed too.
  const left = (await readdir(folder)).filter((name) => !files.has(name));
  await Promise.all(left.map((name) => rm(join(folder, name), { recursive: true, force: true })));
  const [construct] = constructs;
  return {
    files: [...files].map(([name, { byteLength: bytes }]) => ({ path: `dist/package/${name}`, bytes })),
    metafiles: new Map([
      ...functions.map(({ name, metafile }) => [name, metafile] as const),
      ...(construct === undefined ? [] : [['construct', construct.metafile] as const]),
      ['command-line', commandLine.metafile],
    ]),
  };
};
