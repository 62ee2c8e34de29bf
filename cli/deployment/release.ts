import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';

/** The root of the package. This file stands two folders below it, and so does the bundle that holds it in a release. */
const ROOT = join(__dirname, '../..');

const manifest = v.object({ version: v.string() });

/** The version of the package that runs. */
export const releaseVersion = (): string =>
  v.parse(manifest, JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))).version;

/**
 * What a person types to run the commands. Outside of a checkout the package's own name with its version: the bare one of
 * the program would be asked of npm, where nobody owns it.
 */
export const commandName = (): string =>
  existsSync(join(ROOT, 'cli/main.ts'))
    ? 'npx genesys-voicemail'
    : `npx genesys-voicemail-to-s3@${releaseVersion()}`;

/** A function by the name of its zip. */
export type FunctionZip = 'move-voicemail-to-s3' | 'refresh-auth-token';

/**
 * The SHA-256 of a function's zip in this release, in base64 as Lambda shows that of the code which it runs.
 *
 * @returns undefined in a checkout where nothing was built.
 */
export const releasedCodeSha256 = (name: FunctionZip): string | undefined => {
  const zip = join(ROOT, 'dist/functions', `${name}.zip`);
  return existsSync(zip) ? createHash('sha256').update(readFileSync(zip)).digest('base64') : undefined;
};
