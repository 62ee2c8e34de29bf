import { describeProblem, OPTIONS } from '../genesys-voicemail-to-s3/options';
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

/** Finds what two deployments would take from each other; the later one is told. */
export const sharedResources = (deployments: readonly NamedDeployment[]): readonly DeploymentProblem[] =>
  deployments.flatMap((named, index) =>
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
  );
