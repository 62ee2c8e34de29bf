import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { distance } from 'fastest-levenshtein';
import * as v from 'valibot';
import { describeProblem, placeOf } from '../genesys-voicemail-to-s3';
import { Deployment } from './deployment';
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

type Issue = v.InferIssue<typeof Deployment>;

const keysOf = (issue: Issue): JsonPath =>
  (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));

/** The names that stand beside an unknown one. */
const optionsAround = (path: JsonPath): readonly string[] => {
  const [option, ...rest] = path;
  if (rest.length === 0) {
    return Object.keys(Deployment.entries).filter((name) => name !== '$schema');
  }
  const schema = Object.entries(Deployment.entries).find(([name]) => name === option)?.[1];
  const inner = schema !== undefined && 'wrapped' in schema ? schema.wrapped : schema;
  return inner !== undefined && 'entries' in inner ? Object.keys(inner.entries) : [];
};

const unknownOption = (path: JsonPath, name: string): string => {
  const allowed = optionsAround(path);
  const guess = nearest(name, allowed);
  const help = guess === undefined ? `allowed: ${allowed.join(', ')}` : `did you mean ${guess}?`;
  return `there is no option ${placeOf(path)}; ${help}`;
};

/** What a missing option would have to be, from its own schema. */
const allowedFor = (path: JsonPath, otherwise: string): string => {
  const schema =
    path.length === 1
      ? Object.entries(Deployment.entries).find(([name]) => name === path[0])?.[1]
      : undefined;
  if (schema === undefined) {
    return otherwise;
  }
  const result = v.safeParse(schema, undefined);
  return result.success ? otherwise : result.issues[0].message;
};

const problemOf = (issue: Issue): string => {
  const path = keysOf(issue);
  const name = path.at(-1);
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return unknownOption(path, String(name));
  }
  if (issue.input === undefined) {
    return describeProblem(placeOf(path), undefined, allowedFor(path, issue.message));
  }
  return describeProblem(placeOf(path), issue.input, issue.message);
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
  const result = v.safeParse(Deployment, file.content);
  if (!result.success) {
    const [issue] = result.issues;
    throw new DeploymentInvalidError(file.placeOf(keysOf(issue)), problemOf(issue));
  }
  return { id, deployment: result.output, file };
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
