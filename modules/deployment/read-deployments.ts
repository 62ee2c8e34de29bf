import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { distance } from 'fastest-levenshtein';
import * as v from 'valibot';
import { describeProblem, type OptionTable, placeOf } from '../genesys-voicemail-to-s3/options';
import { DEPLOYMENT_OPTIONS, type Deployment, DeploymentSchema, isDeployment } from './deployment';
import { DeploymentFile, type JsonPath } from './deployment-file';
import { DeploymentInvalidError } from './errors';

/** A checked deployment and the file it came from. */
export interface NamedDeployment {
  /** The file's name without `.json`; also the stack's. */
  readonly id: string;
  readonly deployment: Deployment;
  readonly file: DeploymentFile;
}

/** A stack's id is a folder and a part of file names. */
const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;

/** How far a misspelt name may be from the one that was meant, in edits. */
const NEAREST_DISTANCE = 4;

const nearest = (name: string, allowed: readonly string[]): string | undefined =>
  allowed
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= NEAREST_DISTANCE)
    .sort((one, other) => one.edits - other.edits)[0]?.candidate;

type Issue = v.InferIssue<typeof DeploymentSchema>;

const keysOf = (issue: Issue): JsonPath =>
  (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));

/** The options among which the last name of a path stands. */
const tableAround = (path: JsonPath): OptionTable =>
  path
    .slice(0, -1)
    .filter((key) => typeof key === 'string')
    .reduce<OptionTable>((table, key) => {
      const rule = table[key]?.rule;
      const inner = rule?.kind === 'list' ? rule.of : rule;
      return inner?.kind === 'object' ? inner.fields : {};
    }, DEPLOYMENT_OPTIONS);

const unknownOption = (path: JsonPath, name: string): string => {
  const allowed = Object.keys(tableAround(path)).filter((option) => option !== '$schema');
  const guess = nearest(name, allowed);
  const help = guess === undefined ? `allowed: ${allowed.join(', ')}` : `did you mean ${guess}?`;
  return `there is no option ${placeOf(path)}; ${help}`;
};

const problemOf = (issue: Issue): string => {
  const path = keysOf(issue);
  const name = path.at(-1);
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return unknownOption(path, String(name));
  }
  if (issue.input === undefined) {
    const missing = tableAround(path)[String(name)];
    return describeProblem(placeOf(path), undefined, missing?.rule.allowed ?? issue.message);
  }
  return describeProblem(placeOf(path), issue.input, issue.message);
};

const deploymentIn = (file: DeploymentFile): Deployment => {
  const { content } = file;
  if (isDeployment(content)) {
    return content;
  }
  const [issue] = v.safeParse(DeploymentSchema, content).issues ?? [];
  throw issue === undefined
    ? new Error('a deployment is refused without a reason')
    : new DeploymentInvalidError(file.placeOf(keysOf(issue)), problemOf(issue));
};

const readDeployment = (folder: string, fileName: string): NamedDeployment => {
  const id = basename(fileName, '.json');
  const name = `${basename(folder)}/${fileName}`;
  if (!ID.test(id)) {
    throw new DeploymentInvalidError(
      name,
      'the name of the file names the stack; allowed: a-z 0-9 -, such as production.json',
    );
  }
  const file = new DeploymentFile(name, readFileSync(join(folder, fileName), 'utf8'));
  return { id, deployment: deploymentIn(file), file };
};

/**
 * Reads every deployment of a folder: each `.json` file in it, not below it.
 *
 * @throws DeploymentInvalidError for a folder without any, and for the first file that is not a deployment.
 */
export const readDeployments = (folder: string): readonly NamedDeployment[] => {
  const fileNames = existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name.endsWith('.json'))
        .map(({ name }) => name)
        .sort()
    : [];
  if (fileNames.length === 0) {
    throw new DeploymentInvalidError(
      basename(folder),
      'there is no deployment here; expected one file <name>.json for each, as in the example of the README',
    );
  }
  return fileNames.map((fileName) => readDeployment(folder, fileName));
};
