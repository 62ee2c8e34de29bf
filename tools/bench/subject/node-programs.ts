import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { installPackages } from '../baseline/install';

/** The Node major that the module deploys on (`nodejs24.x`), and a version of it that npm has. */
const DEPLOYED = { major: 24, version: '24.21.0' } as const;

/** A Node.js program, and its major version in the form `node-24`. */
export interface NodeProgram {
  readonly name: string;
  readonly path: string;
}

/** The Node that runs this process: the machine's own. */
export const ownNode = (): NodeProgram => ({
  name: `node-${process.versions.node.split('.')[0]}`,
  path: process.execPath,
});

/**
 * The machine's own Node, and the one that the module deploys, which npm has as a package for this platform.
 *
 * @throws InstallFailedError where that package cannot be had.
 */
export const nodePrograms = async (projectFolder: string): Promise<readonly NodeProgram[]> => {
  const own = ownNode();
  const name = `node-${DEPLOYED.major}`;
  if (own.name === name) {
    return [own];
  }
  const packageName = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const folder = await installPackages(projectFolder, { [packageName]: DEPLOYED.version });
  const unixPath = join(folder, 'node_modules', packageName, 'bin/node');
  return [own, { name, path: existsSync(unixPath) ? unixPath : `${unixPath}.exe` }];
};
