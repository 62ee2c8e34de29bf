import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildFunctions } from '../../tools/build/bundling';
import { bundleCommandLine } from '../../tools/build/package/command-line';
import { COMMAND_LINE_VARIABLE } from './command-line-bundle';

/** The run's temporary folder begins with this. */
export const TEMPORARY_PREFIX = 'genesys-voicemail-tests-';

const PROJECT = join(__dirname, '../..');

/** Bundles the commands as the npm package holds them: they start three times faster than their source. */
const writeCommandLine = async (folder: string): Promise<string> => {
  const path = join(folder, 'dist/package/command-line.js');
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, (await bundleCommandLine(PROJECT)).code);
  cpSync(join(PROJECT, 'package.json'), join(folder, 'package.json'));
  return path;
};

/**
 * Builds functions and commands once per jest run, so that every test drives the bundles that would be deployed and
 * released, and gives the run a temporary folder of its own: the teardown removes it with all that tests and cdktf leave in it.
 */
export default async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), TEMPORARY_PREFIX));
  process.env['TMPDIR'] = folder;
  await buildFunctions({ root: PROJECT });
  process.env[COMMAND_LINE_VARIABLE] = await writeCommandLine(join(folder, 'command-line'));
};
