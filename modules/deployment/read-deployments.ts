import { type Dirent, existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { NamedDeployment } from './deployment';
import { DeploymentFile } from './deployment-file';
import { checkDeployment } from './deployment-problems';
import { DeploymentInvalidError, type DeploymentProblem } from './errors';
import { sharedResources } from './shared-resources';

/** Content of a folder of deployments. */
export interface Deployments {
  readonly deployments: readonly NamedDeployment[];
  /** Files that look like deployments and are none, one line each. */
  readonly passedOver: readonly string[];
}

/** A stack's id is a folder and a part of file names. */
const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

const readDeployment = (folder: string, fileName: string): NamedDeployment => {
  const id = basename(fileName, '.json');
  const name = `${basename(folder)}/${fileName}`;
  if (!ID.test(id)) {
    throw new DeploymentInvalidError({
      place: name,
      problem: 'the name of the file names the stack; allowed: 1 to 64 of a-z 0-9 -, such as production.json',
    });
  }
  const file = new DeploymentFile(name, readFileSync(join(folder, fileName), 'utf8'));
  const { deployment, problems } = checkDeployment(file.content);
  if (deployment === undefined) {
    throw new DeploymentInvalidError(
      ...problems.map(({ path, problem }) => ({ place: file.placeOf(path), problem })),
    );
  }
  return { id, deployment, file };
};

/** The schema for editors, beside the deployments. */
const SCHEMA_FOLDER = 'schema';

/** Files that hold data, so that somebody may have meant a deployment by one. */
const DATA_FILE = /\.(?:json|jsonc|json5|ya?ml|toml|tfvars|hcl)$/i;

const isDeployment = (entry: Dirent): boolean => !entry.isDirectory() && entry.name.endsWith('.json');

const mayBeMeant = (entry: Dirent): boolean =>
  entry.isDirectory()
    ? entry.name !== SCHEMA_FOLDER && !entry.name.startsWith('.')
    : DATA_FILE.test(entry.name);

/**
 * Reads every deployment of a folder: each `.json` file in it, not below it.
 *
 * @throws DeploymentInvalidError for a folder without any, and with all that is wrong in all files.
 */
export const readDeployments = (folder: string): Deployments => {
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : [];
  const fileNames = entries
    .filter(isDeployment)
    .map(({ name }) => name)
    .sort();
  const passedOver = entries
    .filter((entry) => !isDeployment(entry) && mayBeMeant(entry))
    .map(
      (entry) =>
        `${basename(folder)}/${entry.name}${entry.isDirectory() ? '/' : ''} is passed over: a deployment is a file <name>.json in ${basename(folder)}/ itself`,
    )
    .sort();
  if (fileNames.length === 0) {
    const [first] = passedOver;
    throw new DeploymentInvalidError({
      place: basename(folder),
      problem: `there is no deployment here; expected one file <name>.json for each, as in the example of the README${first === undefined ? '' : ` (${first})`}`,
    });
  }
  const deployments: NamedDeployment[] = [];
  const problems: DeploymentProblem[] = [];
  for (const fileName of fileNames) {
    try {
      deployments.push(readDeployment(folder, fileName));
    } catch (error) {
      if (!(error instanceof DeploymentInvalidError)) {
        throw error;
      }
      problems.push(...error.problems);
    }
  }
  problems.push(...sharedResources(deployments));
  if (problems.length > 0) {
    throw new DeploymentInvalidError(...problems);
  }
  return { deployments, passedOver };
};
