import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename } from 'node:path';
import { TEMPORARY_PREFIX } from './global-setup';

/** Removes the run's temporary folder, and only one that the setup has made. */
export default (): void => {
  if (basename(tmpdir()).startsWith(TEMPORARY_PREFIX)) {
    rmSync(tmpdir(), { recursive: true, force: true, maxRetries: 5 });
  }
};
