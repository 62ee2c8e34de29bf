import * as v from 'valibot';
import type { GenesysVoicemailToS3Props } from '../genesys-voicemail-to-s3';
import { OPTIONS, type OptionTable, schemasOf } from '../genesys-voicemail-to-s3/options';
import {
  arn,
  choice,
  KMS_KEY,
  type ObjectRule,
  RESERVED_BUCKET_NAMES,
  type TextRule,
  text,
} from '../genesys-voicemail-to-s3/options/rule';
import { AWS_REGIONS, GENESYS_SOURCE_REGIONS } from './aws-regions';
import type { DeploymentFile } from './deployment-file';

const stateBucket: TextRule = {
  ...text(
    '[a-z0-9](?:[a-z0-9-]|\\.[a-z0-9]){1,61}[a-z0-9]|[a-z0-9][a-z0-9-][a-z0-9]',
    'the name of a bucket as S3 takes it: 3 to 63 of a-z 0-9 - and single dots, not in the form of an IP address, and without what S3 reserves (xn--, sthree-, amzn-s3-demo- at the beginning, -s3alias, --ol-s3, .mrap, --x-s3, --table-s3 at the end)',
    63,
  ),
  excluded: `${RESERVED_BUCKET_NAMES}|^[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+$`,
};

const stateKey: TextRule = {
  ...text(
    '[^/](?:.*[^/])?',
    'a key of at most 1,017 characters, to which the lock adds .tflock, without a slash at either end, two together, or a folder . or .., which terraform init refuses, without control characters, and not ending in .tflock',
    1_017,
  ),
  excluded: '//|(?:^|/)\\.{1,2}(?:/|$)|\\.tflock$|\\p{Cc}',
};

const backend: ObjectRule = {
  kind: 'object',
  name: 'DeploymentBackend',
  doc: 'Where the state is kept.',
  fields: {
    bucket: { doc: 'The name of the bucket.', rule: stateBucket },
    region: {
      doc: 'The AWS region of the bucket.',
      rule: choice(Object.values(AWS_REGIONS).flat(), 'a region of AWS such as eu-central-1'),
    },
    key: {
      doc: 'The key of the state.',
      rule: stateKey,
      leftOut: 'genesys-voicemail-to-s3/<name of the file>.tfstate',
    },
    kmsKeyArn: {
      doc: 'The ARN of the KMS key that encrypts the state.',
      rule: arn(KMS_KEY, 'the ARN of a KMS key, not of an alias'),
      leftOut: "the bucket's own encryption",
    },
  },
  allowed: 'an object with bucket, region, and if wanted key and kmsKeyArn',
};

/** Where the module is deployed. */
const PLACE_OPTIONS = {
  $schema: {
    doc: 'The path of the schema that editors check this file by.',
    rule: text('.*', 'the path of the schema'),
    leftOut: 'editors do not check this file',
  },
  awsRegion: {
    doc: 'The AWS region of everything, the partner event bus included.',
    rule: choice(
      GENESYS_SOURCE_REGIONS,
      'a region of AWS that can have an event source of Genesys, such as eu-central-1; China, GovCloud and the isolated regions cannot',
    ),
  },
  awsAccountId: {
    doc: 'The only AWS account that this may be deployed to.',
    rule: text('[0-9]{12}', 'an AWS account id: 12 digits, as a text in quotes'),
  },
  backend: {
    doc: 'The S3 bucket that keeps the state.',
    rule: backend,
    leftOut: 'a file beside the project, for trying out',
  },
} as const satisfies OptionTable;

/** Everything that a deployment file can hold, by name. */
export const DEPLOYMENT_OPTIONS: OptionTable = {
  ...PLACE_OPTIONS,
  ...Object.fromEntries(Object.entries(OPTIONS).filter(([, option]) => !('notInFile' in option))),
};

/** The check of a deployment file. */
export const DeploymentSchema = v.strictObject(schemasOf(DEPLOYMENT_OPTIONS));

/** A file in `deployments/`: where the module is deployed, and the module's options. */
export interface Deployment extends Omit<GenesysVoicemailToS3Props, 'functionsFolder'> {
  readonly $schema?: string;
  readonly awsRegion: string;
  readonly awsAccountId: string;
  readonly backend?: {
    readonly bucket: string;
    readonly region: string;
    readonly key?: string;
    readonly kmsKeyArn?: string;
  };
}

/** The key of the state of a deployment in its bucket. */
export const stateKeyOf = (id: string, { key }: NonNullable<Deployment['backend']>): string =>
  key ?? `genesys-voicemail-to-s3/${id}.tfstate`;

/** A checked deployment and the file it came from. */
export interface NamedDeployment {
  /** The file's name without `.json`; also the stack's. */
  readonly id: string;
  readonly deployment: Deployment;
  readonly file: DeploymentFile;
}
