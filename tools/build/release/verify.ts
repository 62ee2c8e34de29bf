import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ADVISORIES, CHECKSUMS, makeRelease } from './write-release';

/** Result of the look at one file of a release. */
export interface FileVerdict {
  readonly file: string;
  readonly verdict:
    | 'equal'
    /** A rebuild of this checkout has other bytes. */
    | 'differs'
    /** Its bytes are not those that SHA256SUMS tells. */
    | 'wrong checksum'
    | 'not in SHA256SUMS'
    /** A rebuild makes it, and the release lacks it. */
    | 'missing'
    /** The release has it, and no rebuild makes it. */
    | 'not made by this checkout';
}

/** A folder that holds no release. */
export class ReleaseUnreadableError extends Error {
  override readonly name = 'ReleaseUnreadableError';

  constructor(folder: string) {
    super(`${folder} holds no ${CHECKSUMS}; expected the files of one release, as they were downloaded`);
  }
}

const readChecksums = async (folder: string): Promise<ReadonlyMap<string, string>> => {
  const path = join(folder, CHECKSUMS);
  if (!existsSync(path)) {
    throw new ReleaseUnreadableError(folder);
  }
  const lines = (await readFile(path, 'utf8')).split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [, checksum = '', name = ''] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
      return [name, checksum];
    }),
  );
};

/**
 * Compares a release with what this checkout makes.
 *
 * @throws ReleaseUnreadableError
 */
export const compareRelease = async (
  folder: string,
  rebuilt: ReadonlyMap<string, Uint8Array>,
): Promise<readonly FileVerdict[]> => {
  const told = await readChecksums(folder);
  const present = new Set(await readdir(folder));
  const verdictOf = async (file: string): Promise<FileVerdict['verdict']> => {
    if (!present.has(file)) {
      return 'missing';
    }
    const content = await readFile(join(folder, file));
    if (file !== CHECKSUMS) {
      const checksum = told.get(file);
      if (checksum === undefined) {
        return 'not in SHA256SUMS';
      }
      if (createHash('sha256').update(content).digest('hex') !== checksum) {
        return 'wrong checksum';
      }
    }
    const wanted = rebuilt.get(file);
    if (wanted === undefined) {
      return 'not made by this checkout';
    }
    return content.equals(wanted) ? 'equal' : 'differs';
  };
  const files = [...new Set([...rebuilt.keys(), ...told.keys(), ...present])].sort();
  return Promise.all(files.map(async (file) => ({ file, verdict: await verdictOf(file) })));
};

/**
 * Rebuilds a release from this checkout and compares every byte.
 *
 * @throws ReleaseUnreadableError
 */
export const verifyRelease = async (root: string, folder: string): Promise<readonly FileVerdict[]> => {
  await readChecksums(folder);
  const told = join(folder, ADVISORIES);
  const advisories = existsSync(told) ? { advisories: await readFile(told, 'utf8') } : {};
  return compareRelease(folder, await makeRelease({ root, ...advisories }));
};
