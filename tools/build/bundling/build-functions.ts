import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Metafile, Plugin } from 'esbuild';
import { archiveFunction } from './archive';
import { bundleFunction } from './bundle';

/** The functions that are built, by the names of their folders. */
export const FUNCTION_NAMES = ['refresh-auth-token', 'move-voicemail-to-s3'] as const;

/** Files that one function's build wrote. */
export interface BuiltFunction {
  readonly name: string;
  /** Size of `index.js`. */
  readonly bundleBytes: number;
  /** Size of the zip. */
  readonly zipBytes: number;
  /** esbuild's own record of what went into the bundle. */
  readonly metafile: Metafile;
}

/** Options of a build. */
export interface BuildOptions {
  /** The folder that holds `functions/`. */
  readonly root: string;
  /**
   * The folder that receives `<name>/index.js`, its map and `<name>.zip`.
   *
   * @default - `dist/functions` in `root`
   */
  readonly outputFolder?: string;
  /** As for a bundle. @default - none */
  readonly plugins?: readonly Plugin[];
}

/** A function without its entry point. */
export class FunctionSourceMissingError extends Error {
  override readonly name = 'FunctionSourceMissingError';
  /** The missing file, relative to the root. */
  readonly entryPoint: string;

  constructor(entryPoint: string) {
    super(`no function at ${entryPoint}; expected a file that exports handler`);
    this.entryPoint = entryPoint;
  }
}

const sameBytes = async (path: string, bytes: Uint8Array): Promise<boolean> =>
  existsSync(path) && Buffer.compare(await readFile(path), bytes) === 0;

/** Writes a file in one step, so that a process which reads it meanwhile sees the old or the new one. */
export const writeWhole = async (path: string, bytes: Uint8Array): Promise<void> => {
  if (await sameBytes(path, bytes)) {
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  try {
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  } finally {
    await rm(unfinished, { force: true });
  }
};

const buildFunction = async (
  name: string,
  { root, outputFolder, plugins }: Required<BuildOptions>,
): Promise<BuiltFunction> => {
  const entryPoint = `functions/${name}/handler.ts`;
  if (!existsSync(join(root, entryPoint))) {
    throw new FunctionSourceMissingError(entryPoint);
  }
  const { code, sourceMap, metafile } = await bundleFunction({ root, entryPoint, plugins });
  const zip = archiveFunction(code);
  await writeWhole(join(outputFolder, name, 'index.js'), code);
  await writeWhole(join(outputFolder, name, 'index.js.map'), sourceMap);
  await writeWhole(join(outputFolder, `${name}.zip`), zip);
  return { name, bundleBytes: code.byteLength, zipBytes: zip.byteLength, metafile };
};

/**
 * Builds both functions.
 *
 * @throws FunctionSourceMissingError where a function has no `handler.ts`.
 * @throws esbuild's `BuildFailure` where one cannot be bundled.
 */
export const buildFunctions = async ({
  root,
  outputFolder = join(root, 'dist/functions'),
  plugins = [],
}: BuildOptions): Promise<readonly BuiltFunction[]> =>
  Promise.all(FUNCTION_NAMES.map((name) => buildFunction(name, { root, outputFolder, plugins })));
