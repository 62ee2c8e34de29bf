import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What a folder holds. */
export interface FolderSize {
  readonly files: number;
  readonly bytes: number;
}

/** Adds up the files below a folder; links count as themselves. */
export const folderSize = (folder: string): FolderSize => {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name));
  return {
    files: paths.length,
    bytes: paths.reduce((bytes, path) => bytes + lstatSync(path).size, 0),
  };
};
