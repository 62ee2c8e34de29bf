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
];

/** Something that one deployment makes for itself, so that no other can have it as existing. */
interface Own {
  readonly option: 'accessLogBucketName' | 'existingBucketName' | 'existingSecretArn';
  /** What an option names, whoever says it. */
  readonly named: (existing: string) => string;
  readonly makes: (named: NamedDeployment) => readonly string[];
  readonly allowed: string;
}

const archiveOf = (named: NamedDeployment): readonly string[] => {
  const { awsRegion, awsAccountId, existingBucketName } = named.deployment;
  return existingBucketName === undefined ? [`${nameOf(named)}-${awsAccountId}-${awsRegion}`] : [];
};

const OWN: readonly Own[] = [
  {
    option: 'existingSecretArn',
    // Secrets Manager ends the ARN with a hyphen and six characters of its own.
    named: (arn) => arn.replace(/-.{6}$/, ''),
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
    option: 'existingBucketName',
    named: (name) => name,
    makes: archiveOf,
    allowed: 'a bucket that no deployment makes: the policy of such a one refuses every key but its own',
  },
  {
    option: 'accessLogBucketName',
    named: (name) => name,
    makes: archiveOf,
    allowed: 'a bucket that no deployment makes: S3 writes no log into one that a key of KMS encrypts',
  },
];

const takenFromOthers = (deployments: readonly NamedDeployment[]): readonly DeploymentProblem[] =>
  deployments.flatMap((taker) =>
    OWN.flatMap(({ option, named, makes, allowed }) => {
      const existing = taker.deployment[option];
      const maker = deployments.find(
        (other) => other !== taker && existing !== undefined && makes(other).includes(named(existing)),
      );
      return maker === undefined
        ? []
        : [
            {
              place: taker.file.placeOf([option]),
              problem: describeProblem(option, existing, `${allowed}; ${maker.file.name} makes it`),
            },
          ];
    }),
  );

/** Finds what two deployments would take from each other. The later one is told, or the one that takes. */
export const sharedResources = (deployments: readonly NamedDeployment[]): readonly DeploymentProblem[] => [
  ...takenFromOthers(deployments),
  ...deployments.flatMap((named, index) =>
    EXCLUSIVE.flatMap(({ path, of, shown, allowed }) => {
      const mine = of(named);
      const owner = deployments.slice(0, index).find((other) => mine !== undefined && of(other) === mine);
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
