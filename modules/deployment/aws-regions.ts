/** The part of AWS that a region belongs to: ARNs begin with its name, and accounts are of one. */
export type Partition =
  | 'aws'
  | 'aws-cn'
  | 'aws-us-gov'
  | 'aws-eusc'
  | 'aws-iso'
  | 'aws-iso-b'
  | 'aws-iso-e'
  | 'aws-iso-f';

/**
 * Every region of AWS, by its partition.
 *
 * Source: the partitions of the AWS SDK for JavaScript that this project pins.
 */
export const AWS_REGIONS: Readonly<Record<Partition, readonly string[]>> = {
  aws: [
    'af-south-1',
    'ap-east-1',
    'ap-east-2',
    'ap-northeast-1',
    'ap-northeast-2',
    'ap-northeast-3',
    'ap-south-1',
    'ap-south-2',
    'ap-southeast-1',
    'ap-southeast-2',
    'ap-southeast-3',
    'ap-southeast-4',
    'ap-southeast-5',
    'ap-southeast-6',
    'ap-southeast-7',
    'ca-central-1',
    'ca-west-1',
    'eu-central-1',
    'eu-central-2',
    'eu-north-1',
    'eu-south-1',
    'eu-south-2',
    'eu-west-1',
    'eu-west-2',
    'eu-west-3',
    'il-central-1',
    'me-central-1',
    'me-south-1',
    'me-west-1',
    'mx-central-1',
    'sa-east-1',
    'sa-west-1',
    'us-east-1',
    'us-east-2',
    'us-west-1',
    'us-west-2',
  ],
  'aws-cn': ['cn-north-1', 'cn-northwest-1'],
  'aws-us-gov': ['us-gov-east-1', 'us-gov-west-1'],
  'aws-eusc': ['eusc-de-east-1'],
  'aws-iso': ['us-iso-east-1', 'us-iso-west-1'],
  'aws-iso-b': ['us-isob-east-1', 'us-isob-west-1'],
  'aws-iso-e': ['eu-isoe-west-1'],
  'aws-iso-f': ['us-isof-east-1', 'us-isof-south-1'],
};

/** The partitions in which Genesys can make a partner event source: the organizations of Genesys Cloud are in these. */
const WITH_GENESYS: readonly Partition[] = ['aws', 'aws-eusc'];

/** The regions that can have an event source of Genesys. */
export const GENESYS_SOURCE_REGIONS: readonly string[] = WITH_GENESYS.flatMap(
  (partition) => AWS_REGIONS[partition],
);

/** The partition of a region; undefined for one that AWS does not have. */
export const partitionOf = (region: string): string | undefined =>
  Object.entries(AWS_REGIONS).find(([, regions]) => regions.includes(region))?.[0];
