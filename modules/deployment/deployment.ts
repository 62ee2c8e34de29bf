import * as v from 'valibot';
import { GenesysVoicemailToS3Options } from '../genesys-voicemail-to-s3';

const text = (pattern: RegExp, allowed: string) => v.pipe(v.string(allowed), v.regex(pattern, allowed));

const awsRegion = text(/^[a-z]{2,4}(?:-[a-z]+)+-\d$/, 'an AWS region such as eu-central-1');

const backend = v.strictObject(
  {
    bucket: text(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'the name of an S3 bucket'),
    region: awsRegion,
    key: v.exactOptional(
      v.pipe(v.string('a key'), v.nonEmpty('a key'), v.maxLength(1_024, 'a key of at most 1024 bytes')),
    ),
    kmsKeyArn: v.exactOptional(
      text(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/.+$/, 'the ARN of a KMS key'),
    ),
  },
  'an object with bucket, region, and if wanted key and kmsKeyArn',
);

/** A file in `deployments/`: where the module is deployed, and the module's options. */
export const Deployment = v.strictObject({
  $schema: v.exactOptional(v.string('the path of the schema')),
  awsRegion: v.pipe(
    awsRegion,
    v.description('The AWS region of everything, the partner event bus included.'),
  ),
  awsAccountId: v.pipe(
    text(/^\d{12}$/, 'an AWS account id: 12 digits, as a text'),
    v.description('The only AWS account that this may be deployed to.'),
  ),
  backend: v.exactOptional(
    v.pipe(
      backend,
      v.description(
        'The S3 bucket that keeps the state. Default: a file beside the project, for trying out.',
      ),
    ),
  ),
  ...GenesysVoicemailToS3Options,
});

/** One deployment, checked. */
export type Deployment = v.InferOutput<typeof Deployment>;
