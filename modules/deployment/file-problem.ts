/** Calls of the file system. A socket fails with the same codes, and is none. */
const FILE_CALL =
  /^(?:open|read|write|mkdir|rename|copyfile|cp|unlink|rm|rmdir|scandir|stat|lstat|access|symlink|chmod|ftruncate|fsync)/;

/** What a person can do something about, by the system's code. */
const WORDS: Readonly<Record<string, string>> = {
  EACCES: 'you may not write or read there',
  EDQUOT: 'your quota is used up',
  EEXIST: 'something of this name is there already',
  EISDIR: 'it is a folder',
  ENOENT: 'it is not there',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is no folder',
  EPERM: 'you may not write or read there',
  EROFS: 'the file system is read-only',
};

/**
 * What keeps a file from being written or read, in one line.
 *
 * @returns undefined where the error is none of the file system's.
 */
export const fileProblem = (error: unknown): string | undefined => {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) {
    return undefined;
  }
  const code = String(error.code);
  // Of a copy, what it was to write.
  const file = 'dest' in error ? error.dest : 'path' in error ? error.path : undefined;
  const path = file === undefined ? '' : `${String(file)}: `;
  return FILE_CALL.test(String(error.syscall)) ? `${path}${WORDS[code] ?? 'it failed'} (${code})` : undefined;
};
