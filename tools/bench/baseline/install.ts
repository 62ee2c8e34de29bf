import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The functions that a peer has. */
export type FunctionName = 'mover' | 'rotation';

/** Which packages a baseline stands on: the blueprint's pinned ones, or those of today. */
export type Generation = 'blueprint' | 'today';

/**
 * The packages by generation. `blueprint` are the versions that the replaced blueprint pins; `today` are the newest ones
 * when the project's own SDK was chosen.
 */
const PACKAGES = {
  blueprint: {
    mover: {
      '@aws-sdk/client-s3': '3.58.0',
      '@aws-sdk/client-secrets-manager': '3.58.0',
      axios: '0.26.1',
      'purecloud-platform-client-v2': '133.0.0',
    },
    rotation: {
      '@aws-sdk/client-secrets-manager': '3.58.0',
      'purecloud-platform-client-v2': '133.0.0',
    },
  },
  today: {
    mover: {
      '@aws-sdk/client-s3': '3.1173.0',
      '@aws-sdk/client-secrets-manager': '3.1164.0',
      axios: '1.21.1',
      'purecloud-platform-client-v2': '262.0.0',
    },
    rotation: {
      '@aws-sdk/client-secrets-manager': '3.1164.0',
      'purecloud-platform-client-v2': '262.0.0',
    },
  },
} as const satisfies Readonly<Record<Generation, Readonly<Record<FunctionName, object>>>>;

/** Packages for the bench could not be installed. */
export class InstallFailedError extends Error {
  override readonly name = 'InstallFailedError';

  constructor(names: readonly string[], options: ErrorOptions) {
    super(
      `npm could not install ${names.join(', ')}; the bench needs a package registry on its first run`,
      options,
    );
  }
}

const folderOf = (projectFolder: string, content: object): string => {
  const hash = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 16);
  return join(projectFolder, 'node_modules/.cache/bench', hash);
};

/**
 * Installs packages for the bench alone, once, under `node_modules/.cache`: they are old, and some have known flaws, so that
 * neither `package.json` nor a lockfile of this project should name them.
 *
 * @returns the folder that holds `node_modules`
 * @throws InstallFailedError
 */
export const installPackages = async (
  projectFolder: string,
  packages: Readonly<Record<string, string>>,
): Promise<string> => {
  const folder = folderOf(projectFolder, packages);
  if (existsSync(folder)) {
    return folder;
  }
  const unfinished = `${folder}.${process.pid}`;
  try {
    await mkdir(unfinished, { recursive: true });
    await writeFile(
      join(unfinished, 'package.json'),
      JSON.stringify({ private: true, dependencies: packages }),
    );
    const command = [
      'install',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--no-package-lock',
      '--force',
    ];
    await promisify(execFile)('npm', command, { cwd: unfinished });
    await rename(unfinished, folder);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw new InstallFailedError(Object.keys(packages), { cause: error });
  }
  return folder;
};

/**
 * A baseline function with its packages beside it, as the blueprint zips it: `index.js` and `node_modules`.
 *
 * @returns its folder
 * @throws InstallFailedError where its packages cannot be had.
 */
export const installBaseline = async (
  projectFolder: string,
  functionName: FunctionName,
  generation: Generation = 'blueprint',
): Promise<string> => {
  const folder = await installPackages(projectFolder, PACKAGES[generation][functionName]);
  const source = join(__dirname, `${functionName}.cjs`);
  const target = join(folder, 'index.js');
  if (!existsSync(target) || !(await readFile(target)).equals(await readFile(source))) {
    await copyFile(source, target);
  }
  return folder;
};
