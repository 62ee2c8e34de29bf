import { describeProblem, OPTIONS } from '../genesys-voicemail-to-s3/options';
import { partitionOf } from './aws-regions';
import type { NamedDeployment } from './deployment';
import { stateKeyOf } from './deployment';
import type { JsonPath } from './deployment-file';
import type { DeploymentProblem } from './errors';

/** Something that only one deployment can have. */
interface Exclusive {
  /** The option that says it. */
  readonly path: JsonPath;
  /** Two deployments must not share this; undefined where one has none. */
  readonly of: (named: NamedDeployment) => string | undefined;
  /** They may where this is the same. @default - never */
  readonly unless?: (named: NamedDeployment) => string;
  readonly shown: (named: NamedDeployment) => unknown;
  /** Says what is allowed and why, as a phrase. */
  readonly allowed: string;
}

const nameOf = ({ deployment }: NamedDeployment): string => deployment.name ?? OPTIONS.name.byDefault;

const EXCLUSIVE: readonly Exclusive[] = [
  {
    path: ['backend', 'key'],
    // A bucket's name is unique in the world, so its region says nothing.
    of: ({ id, deployment: { backend } }) =>
      backend === undefined ? undefined : `${backend.bucket}/${stateKeyOf(id, backend)}`,
    shown: ({ id, deployment: { backend } }) => backend && stateKeyOf(id, backend),
    allowed:
      'another key, or none, in which the name of the file is: two deployments with one state would destroy each other',
  },
  {
    path: ['name'],
    of: (named) => `${named.deployment.awsAccountId} ${nameOf(named)}`,
    shown: nameOf,
    allowed:
      'another name in the same account, such as one with the region in it: the names of IAM roles and policies are global to the account, whatever the region',
  },
  {
    path: ['eventSourceName'],
    of: ({ deployment: { awsAccountId, awsRegion, eventSourceName } }) =>
      eventSourceName && `${awsAccountId} ${awsRegion} ${eventSourceName}`,
    shown: ({ deployment }) => deployment.eventSourceName,
    allowed:
      'another source, or existingEventBusName with the same value in all deployments but one: a source feeds one bus, which one deployment makes',
  },
  {
    path: ['existingSecretArn'],
    of: ({ deployment }) => deployment.existingSecretArn,
    shown: ({ deployment }) => deployment.existingSecretArn,
    allowed: 'another secret: one that two functions rotate loses its refresh token to one of them',
  },
  ...(['existingBucketName', 'accessLogBucketName'] as const).map(
    (option): Exclusive => ({
      path: [option],
      of: ({ deployment }) => deployment[option],
      unless: ({ deployment: { awsAccountId, awsRegion } }) => `${awsAccountId} ${awsRegion}`,
      shown: ({ deployment }) => deployment[option],
      allowed:
        "a bucket of the deployment's own account and region: a name is that of one bucket in the world",
    }),
  ),
  {
    path: ['backend', 'region'],
    of: ({ deployment }) => deployment.backend?.bucket,
    unless: ({ deployment }) => deployment.backend?.region ?? '',
    shown: ({ deployment }) => deployment.backend?.region,
    allowed: 'the same region for the same bucket',
  },
];

/** Something that a deployment makes for itself, so that none can have it as existing. */
interface Own {
  readonly path: readonly string[];
  readonly taken: (named: NamedDeployment) => string | undefined;
  readonly makes: (named: NamedDeployment) => readonly string[];
  readonly allowed: string;
}

const archiveOf = (named: NamedDeployment): readonly string[] => {
  const { awsRegion, awsAccountId, existingBucketName } = named.deployment;
  return existingBucketName === undefined ? [`${nameOf(named)}-${awsAccountId}-${awsRegion}`] : [];
};

const OWN: readonly Own[] = [
  {
    path: ['existingSecretArn'],
    taken: ({ deployment }) => deployment.existingSecretArn,
    makes: (named) => {
      const {
        awsRegion,
        awsAccountId,
        tokens = OPTIONS.tokens.byDefault,
        existingSecretArn,
      } = named.deployment;
      const token = `arn:${partitionOf(awsRegion)}:secretsmanager:${awsRegion}:${awsAccountId}:secret:${nameOf(named)}-token`;
      return Array.from({ length: tokens }, (_, index) =>
        index === 0 ? token : `${token}-${index + 1}`,
      ).slice(existingSecretArn === undefined ? 0 : 1);
    },
    allowed:
      'a secret that no deployment makes: one that two functions rotate loses its refresh token to one of them',
  },
  {
    path: ['existingBucketName'],
    taken: ({ deployment }) => deployment.existingBucketName,
    makes: archiveOf,
    allowed: 'a bucket that no deployment makes: the policy of such a one refuses every key but its own',
  },
  {
    path: ['accessLogBucketName'],
    taken: ({ deployment }) => deployment.accessLogBucketName,
    makes: archiveOf,
    allowed: 'a bucket that no deployment makes: S3 writes no log into one that a key of KMS encrypts',
  },
  {
    path: ['backend', 'bucket'],
    taken: ({ deployment }) => deployment.backend?.bucket,
    makes: archiveOf,
    allowed: 'a bucket that no deployment makes: the state has to be kept before the first archive is there',
  },
];

/** Secrets Manager ends the ARN of a secret with a hyphen and six characters of its own. */
const withoutSuffix = (value: string): string =>
  value.startsWith('arn:') ? value.replace(/-.{6}$/, '') : value;

const takenFromMakers = (deployments: readonly NamedDeployment[]): readonly DeploymentProblem[] =>
  deployments.flatMap((taker) =>
    OWN.flatMap(({ path, taken, makes, allowed }) => {
      const existing = taken(taker);
      const maker = deployments.find(
        (other) => existing !== undefined && makes(other).includes(withoutSuffix(existing)),
      );
      return maker === undefined
        ? []
        : [
            {
              place: taker.file.placeOf(path),
              problem: describeProblem(path.join('.'), existing, `${allowed}; ${maker.file.name} makes it`),
            },
          ];
    }),
  );

/** Finds what two deployments would take from each other. The later one is told, or the one that takes. */
export const sharedResources = (deployments: readonly NamedDeployment[]): readonly DeploymentProblem[] => [
  ...takenFromMakers(deployments),
  ...deployments.flatMap((named, index) =>
    EXCLUSIVE.flatMap(({ path, of, unless, shown, allowed }) => {
      const mine = of(named);
      const owner = deployments
        .slice(0, index)
        .find(
          (other) =>
            mine !== undefined &&
            of(other) === mine &&
            (unless === undefined || unless(other) !== unless(named)),
        );
      return owner === undefined
        ? []
        : [
            {
              place: named.file.placeOf(path),
              problem: describeProblem(path.join('.'), shown(named), `${allowed}; ${owner.file.name} has it`),
            },
          ];
    }),
  ),
];
