import { distance } from 'fastest-levenshtein';
import * as v from 'valibot';
import {
  combinationProblems,
  describeProblem,
  type OptionTable,
  placeOf,
  type Rule,
} from '../genesys-voicemail-to-s3/options';
import { ofWhichPlace, type TextRule } from '../genesys-voicemail-to-s3/options/rule';
import { partitionOf } from './aws-regions';
import { DEPLOYMENT_OPTIONS, type Deployment, DeploymentSchema } from './deployment';
import type { JsonPath } from './deployment-file';

/** Something that is wrong in a deployment file, and where. */
export interface FileProblem {
  readonly path: JsonPath;
  /** Says what is wrong and what is allowed, on one line. */
  readonly problem: string;
}

/** How far a misspelt name may be from the one that was meant, in edits: of a short one little would be left. */
const nearestDistance = (name: string): number => Math.min(4, Math.floor(name.length / 3));

const nearest = (name: string, allowed: readonly string[]): string | undefined =>
  allowed
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= nearestDistance(name))
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

const allowedBeside = (path: JsonPath): readonly string[] =>
  Object.keys(tableAround(path)).filter((option) => option !== '$schema');

/** The option that somebody may have meant by a name that is none: what it lacks is told only once, as a misspelling. */
const meant = (path: JsonPath): string | undefined => nearest(String(path.at(-1)), allowedBeside(path));

const isUnknown = (issue: Issue): boolean => issue.type === 'strict_object' && issue.expected === 'never';

const unknownOption = (path: JsonPath): string => {
  const allowed = allowedBeside(path);
  const guess = meant(path);
  const help = guess === undefined ? `allowed: ${allowed.join(', ')}` : `did you mean ${guess}?`;
  return `there is no option ${placeOf(path)}; ${help}`;
};

const problemOf = (issue: Issue): string => {
  const path = keysOf(issue);
  const name = path.at(-1);
  if (isUnknown(issue)) {
    return unknownOption(path);
  }
  if (issue.input === undefined) {
    const missing = tableAround(path)[String(name)];
    return describeProblem(placeOf(path), undefined, missing?.rule.allowed ?? issue.message);
  }
  return describeProblem(placeOf(path), issue.input, issue.message);
};

interface PlacedArn {
  readonly path: JsonPath;
  readonly arn: string;
  readonly of: NonNullable<TextRule['arn']>;
}

const arnsIn = (rule: Rule, value: unknown, path: JsonPath): readonly PlacedArn[] => {
  if (rule.kind === 'text' && rule.arn !== undefined && typeof value === 'string') {
    return [{ path, arn: value, of: rule.arn }];
  }
  return rule.kind === 'list' && Array.isArray(value)
    ? value.flatMap((entry, index) => arnsIn(rule.of, entry, [...path, index]))
    : [];
};

const isOfPlace = (
  { arn, of }: PlacedArn,
  { awsRegion, awsAccountId }: { readonly awsRegion: string; readonly awsAccountId: string },
): boolean => {
  const [, partition, , region = '', account = ''] = arn.split(':');
  return (
    partition === partitionOf(awsRegion) &&
    (!of.ofRegion || ['', awsRegion].includes(region)) &&
    (!of.ofAccount || ['', 'aws', awsAccountId].includes(account))
  );
};

/** The ARNs of another place than the deployment's. */
const placeProblems = (deployment: Deployment): readonly FileProblem[] => {
  const elsewhere = Object.entries(DEPLOYMENT_OPTIONS)
    .flatMap(([name, { rule }]) => arnsIn(rule, Reflect.get(deployment, name), [name]))
    .filter((placed) => !isOfPlace(placed, deployment));
  const { backend, awsAccountId } = deployment;
  const path = ['backend', 'kmsKeyArn'];
  const key = { path, arn: backend?.kmsKeyArn ?? '', of: { ofRegion: true, ofAccount: false } };
  return [
    ...elsewhere.map(({ path: place, arn, of }) => ({
      path: place,
      problem: describeProblem(
        placeOf(place),
        arn,
        `${ofWhichPlace(of)}: ${deployment.awsRegion}${of.ofAccount ? `, ${awsAccountId}` : ''}`,
      ),
    })),
    ...(backend === undefined || partitionOf(backend.region) === partitionOf(deployment.awsRegion)
      ? []
      : [
          {
            path: ['backend', 'region'],
            problem: describeProblem(
              'backend.region',
              backend.region,
              `a region of the partition of ${deployment.awsRegion}, because one sign-in reaches no other`,
            ),
          },
        ]),
    ...(backend?.kmsKeyArn === undefined || isOfPlace(key, { awsRegion: backend.region, awsAccountId })
      ? []
      : [
          {
            path,
            problem: describeProblem(
              placeOf(path),
              backend.kmsKeyArn,
              `a key of the region of the bucket (${backend.region}), because S3 encrypts with no other`,
            ),
          },
        ]),
  ];
};

const isObject = (content: unknown): content is object => typeof content === 'object' && content !== null;

/** Whether each option that is there is allowed by itself; those that have to be given may be missing. */
const isPartOfDeployment = (content: object): content is Partial<Deployment> =>
  v.is(v.partial(DeploymentSchema), content);

/** Whether a value is a deployment: type and check are made from the same table. */
const isDeployment = (content: object): content is Deployment => v.is(DeploymentSchema, content);

const withoutRepeats = (problems: readonly FileProblem[]): readonly FileProblem[] =>
  problems.filter(({ problem }, index) => problems.findIndex((other) => other.problem === problem) === index);

/** A checked deployment, or all that is wrong with it. */
export type CheckedDeployment =
  | { readonly deployment: Deployment; readonly problems: readonly [] }
  | { readonly deployment: undefined; readonly problems: readonly FileProblem[] };

/** Checks what a deployment file holds: each option, then what they say together. */
export const checkDeployment = (content: unknown): CheckedDeployment => {
  const issues = v.safeParse(DeploymentSchema, content).issues ?? [];
  const misspelt = issues.flatMap((issue) => (isUnknown(issue) ? (meant(keysOf(issue)) ?? []) : []));
  const single = issues
    .filter(({ input, path = [] }) => input !== undefined || !misspelt.includes(String(path.at(-1)?.key)))
    .map((issue) => ({ path: keysOf(issue), problem: problemOf(issue) }));
  const refused = new Set([...single.map(({ path }) => String(path[0])), ...misspelt]);
  const allowed = Object.fromEntries(
    Object.entries(isObject(content) ? content : {}).filter(([name]) => !refused.has(name)),
  );
  const together = isPartOfDeployment(allowed)
    ? combinationProblems(allowed, refused).map(({ option, received, allowed: what }) => ({
        path: option.split('.'),
        problem: describeProblem(option, received, what),
      }))
    : [];
  const elsewhere = isDeployment(allowed) ? placeProblems(allowed) : [];
  const problems = withoutRepeats([...single, ...together, ...elsewhere]);
  return problems.length === 0 && isDeployment(allowed)
    ? { deployment: allowed, problems: [] }
    : { deployment: undefined, problems };
};
