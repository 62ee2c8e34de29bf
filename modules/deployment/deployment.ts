import * as v from 'valibot';
import type { GenesysVoicemailToS3Props } from '../genesys-voicemail-to-s3';
import { OPTIONS, type OptionTable, schemasOf } from '../genesys-voicemail-to-s3/options';
import { arn, type ObjectRule, text } from '../genesys-voicemail-to-s3/options/rule';

const awsRegion = text('[a-z]{2,4}(?:-[a-z]+)+-[0-9]', 'an AWS region such as eu-central-1');

const backend: ObjectRule = {
  kind: 'object',
  name: 'DeploymentBackend',
  doc: 'Where the state is kept.',
  fields: {
    bucket: {
      doc: 'The name of the bucket.',
      rule: text('[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]', 'the name of an S3 bucket'),
    },
    region: { doc: 'The AWS region of the bucket.', rule: awsRegion },
    key: {
      doc: 'The key of the state.',
      rule: text('.+', 'a key of 1 to 1024 characters', 1_024),
      leftOut: 'genesys-voicemail-to-s3/<name of the file>.tfstate',
    },
    kmsKeyArn: {
      doc: 'The ARN of the KMS key that encrypts the state.',
      rule: arn('kms:[a-z0-9-]+:[0-9]{12}:key/.+', 'the ARN of a KMS key'),
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
    rule: awsRegion,
  },
  awsAccountId: {
    doc: 'The only AWS account that this may be deployed to.',
    rule: text('[0-9]{12}', 'an AWS account id: 12 digits, as a text'),
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

/** Whether a value is a deployment: type and check are made from the same table. */
export const isDeployment = (content: unknown): content is Deployment => v.is(DeploymentSchema, content);
