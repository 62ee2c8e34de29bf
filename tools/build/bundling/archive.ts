import { zipSync } from 'fflate';

/** The first moment that a zip can hold. Read in local time by fflate, so it is the same bytes in every time zone. */
const EPOCH_OF_ZIP = new Date(1980, 0, 1);

/** `os` of a zip entry whose attributes are Unix modes. */
const UNIX = 3;

/** A regular file that all may read: Lambda needs no more. */
const READABLE_FILE_MODE = 0o100644;

/**
 * Makes a function's zip: its one file, `index.js`.
 *
 * The bytes depend on the code alone: time, mode and order are fixed, and fflate deflates in JavaScript, so they do not
 * change with the zlib of the Node version either.
 */
export const archiveFunction = (code: Uint8Array): Uint8Array =>
  zipSync({
    'index.js': [code, { level: 9, mtime: EPOCH_OF_ZIP, os: UNIX, attrs: READABLE_FILE_MODE << 16 }],
  });
