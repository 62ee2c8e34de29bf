import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctions } from '../../tools/build/bundling';

/** The run's temporary folder begins with this. */
export const TEMPORARY_PREFIX = 'genesys-voicemail-tests-';

/**
 * Builds both functions once per jest run, so that every test drives the bundles that would be deployed, and gives the run a
 * temporary folder of its own: the teardown removes it with all that tests and cdktf leave in it.
 */
export default async (): Promise<void> => {
  process.env['TMPDIR'] = mkdtempSync(join(tmpdir(), TEMPORARY_PREFIX));
  await buildFunctions({ root: join(__dirname, '../..') });
};
