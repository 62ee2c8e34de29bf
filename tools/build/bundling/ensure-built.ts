import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildOptions, buildFunctions, FUNCTION_NAMES } from './build-functions';

/** Folders whose every file decides the bytes of the bundles: the sources, and how they are bundled. */
const SOURCE_FOLDERS = ['functions', 'tools/build/bundling'];

/** Files that do as well: what esbuild reads of the project, and what npm installed. */
const SOURCE_FILES = [
  'package.json',
  'tsconfig.json',
  'package-lock.json',
  'node_modules/.package-lock.json',
];

const filesIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
        .sort()
    : [];

/** Names and bytes of files in one hash; a file that is not there counts as that. */
const digest = (root: string, paths: readonly string[]): string => {
  const hash = createHash('sha256');
  for (const path of paths.filter((candidate) => existsSync(candidate))) {
    const bytes = readFileSync(path);
    hash.update(`${path.slice(root.length)}\0${bytes.length}\0`).update(bytes);
  }
  return hash.digest('hex');
};

const sourcesDigest = (root: string): string =>
  digest(root, [
    ...SOURCE_FOLDERS.flatMap((folder) => filesIn(join(root, folder))),
    ...SOURCE_FILES.map((file) => join(root, file)),
  ]);

/** By their names: what else lies there may be the unfinished file of a build beside this one. */
const outputDigest = (root: string): string =>
  digest(
    root,
    FUNCTION_NAMES.flatMap((name) => [`${name}/index.js`, `${name}/index.js.map`, `${name}.zip`]).map(
      (file) => join(root, 'dist/functions', file),
    ),
  );

/**
 * Builds both functions into `dist/functions`, unless what lies there was built from the very same: a synth takes half as
 * long without (0.6 s instead of 1.2 s). An edit within `node_modules` goes unseen; `buildFunctions` always builds.
 *
 * @throws what {@link buildFunctions} throws.
 */
export const ensureFunctionsBuilt = async ({ root }: Pick<BuildOptions, 'root'>): Promise<void> => {
  const recordPath = join(root, 'dist/functions.sha256');
  // Taken before the build, so that an edit meanwhile is seen by the next one.
  const sources = sourcesDigest(root);
  const record = (): string => `${sources}  sources\n${outputDigest(root)}  dist/functions\n`;
  if (existsSync(recordPath) && readFileSync(recordPath, 'utf8') === record()) {
    return;
  }
  await buildFunctions({ root });
  writeFileSync(recordPath, record());
};
