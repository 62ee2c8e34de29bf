import { chmod, cp, mkdir, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gzipSync } from 'fflate';
import { create } from 'tar';

/** The time that npm gives every file of a package. */
const NPM_TIME = new Date('1985-10-26T08:15:00Z');

const EXECUTABLE = 0o755;
const READABLE = 0o644;

/** Files of an archive. */
export interface ArchiveOptions {
  /** A folder that is empty, or not there: the files are put together in it. */
  readonly stagingFolder: string;
  readonly from: string;
  /** Paths relative to `from`. */
  readonly files: readonly string[];
  /** The folder that the archive has around them. @default - none */
  readonly prefix?: string;
  /** Files that may be run, as paths relative to `from`. @default - none */
  readonly executables?: readonly string[];
}

/**
 * Makes a .tar.gz whose bytes depend on the content alone: not on times, owners, umask or the order in a folder; and, since
 * fflate deflates in JavaScript, not on the zlib of the Node version either.
 */
export const archive = async ({
  stagingFolder,
  from,
  files,
  prefix = '',
  executables = [],
}: ArchiveOptions): Promise<Uint8Array> => {
  const sorted = [...files].sort();
  for (const file of sorted) {
    const target = join(stagingFolder, file);
    await mkdir(dirname(target), { recursive: true });
    await cp(join(from, file), target, { dereference: true });
    await chmod(target, executables.includes(file) ? EXECUTABLE : READABLE);
  }
  const stream = create(
    { cwd: stagingFolder, portable: true, noDirRecurse: true, mtime: NPM_TIME, prefix },
    sorted,
  );
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    chunks.push(chunk);
  }
  await rm(stagingFolder, { recursive: true, force: true });
  return gzipSync(Buffer.concat(chunks), { level: 9, mtime: 0 });
};

/** Every file below a folder, as paths relative to it. */
export const filesBelow = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
