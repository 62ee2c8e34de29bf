import {
  CreateBucketCommand,
  GetObjectTaggingCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startLocalAws } from '../../../tools/local-cloud/aws';
import { createS3 } from '../../../tools/local-cloud/aws/s3';
import { MovableClock } from '../../../tools/local-cloud/clock';
import type { LambdaCredentials } from '../../../tools/local-cloud/lambda';
import { Relay, type RelayedCall } from '../../functions/refresh-auth-token/relay';
import { driveLocalAws, driveMiniStack, driveMoto, type RotationDriver } from './rotation-drivers';

/** Who can stand in for AWS: our own local AWS, and those whose opinion of it is asked. */
export type StandInName = 'local-aws' | 'ministack' | 'moto';

const REGION = 'eu-central-1';
const ACCOUNT_ID = '123456789012';

/** A key that no stand-in looks up: every write names it, and reads must name it again. */
export const KEY_ARN = `arn:aws:kms:${REGION}:${ACCOUNT_ID}:key/3f0a4e0e-6a52-4c36-9d0e-0c1f7f0f6a10`;

/** An AWS stand-in behind its API: what a scenario makes, reads and checks goes over HTTP, as the functions' calls do. */
export interface StandIn {
  readonly name: StandInName;
  readonly origin: string;
  /** Where the functions send their calls: the origin, or what has to stand before it. */
  readonly functionOrigin: string;
  readonly region: string;
  readonly accountId: string;
  readonly credentials: LambdaCredentials;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly secretsManager: SecretsManagerClient;
  readonly rotation: RotationDriver;
  createBucket(name: string): Promise<void>;
  createQueue(name: string): Promise<{ readonly url: string; readonly arn: string }>;
  /** The tags of an object. */
  tagsOf(bucketName: string, key: string): Promise<Readonly<Record<string, string>>>;
  /** Returns the ARN. */
  createSecret(name: string, text: string): Promise<string>;
  close(): Promise<void>;
}

type Client = Pick<StandIn, 's3' | 'sqs' | 'secretsManager'>;

const clientsOf = (origin: string, credentials: LambdaCredentials): Client => {
  const config = { endpoint: origin, region: REGION, credentials };
  return {
    s3: new S3Client({ ...config, forcePathStyle: true }),
    sqs: new SQSClient(config),
    secretsManager: new SecretsManagerClient(config),
  };
};

const closeClients = ({ s3, sqs, secretsManager }: Client): void => {
  for (const client of [s3, sqs, secretsManager]) {
    client.destroy();
  }
};

const createSecretWith =
  ({ secretsManager }: Client) =>
  async (name: string, text: string): Promise<string> => {
    const { ARN = '' } = await secretsManager.send(
      new CreateSecretCommand({ Name: name, SecretString: text }),
    );
    return ARN;
  };

/** Long enough that a message which comes back within a test was given back by the function. */
const QUEUE_ATTRIBUTES = { VisibilityTimeout: '720', MessageRetentionPeriod: '1209600' };

const startLocalStandIn = async (): Promise<StandIn> => {
  const clock = new MovableClock();
  const s3 = createS3({ clock, accountId: ACCOUNT_ID, region: REGION, kmsKeyArns: () => new Set([KEY_ARN]) });
  const aws = await startLocalAws({ clock, accountId: ACCOUNT_ID, region: REGION, services: [s3] });
  const credentials = aws.issueCredentials(`arn:aws:iam::${ACCOUNT_ID}:role/second-opinion`);
  const clients = clientsOf(aws.origin, credentials);
  return {
    name: 'local-aws',
    origin: aws.origin,
    functionOrigin: aws.origin,
    region: REGION,
    accountId: ACCOUNT_ID,
    credentials,
    ...clients,
    rotation: driveLocalAws(aws),
    createBucket: async (name) => {
      s3.createBucket({ name, versioning: true });
    },
    createQueue: async (name) => aws.sqs.createQueue({ name, attributes: QUEUE_ATTRIBUTES }),
    // The one thing that our local S3 tells in memory only: it has no GetObjectTagging.
    tagsOf: async (bucketName, key) => {
      const object = s3.objects(bucketName).findLast((version) => version.key === key);
      return object === undefined || object.isDeleteMarker ? {} : object.tags;
    },
    createSecret: createSecretWith(clients),
    close: async () => {
      closeClients(clients);
      await aws.close();
    },
  };
};

/**
 * moto overlooks `x-amz-checksum-sha256` unless `x-amz-sdk-checksum-algorithm` names the algorithm as well, which S3 does
 * not ask for. Without a checksum, the mover rightly takes no recording for stored, and moto would have no opinion on
 * anything behind that. So the algorithm is named on the way; a promise of its own shows what moto does without.
 */
const nameChecksumAlgorithm = async ({ headers }: RelayedCall): Promise<void> => {
  if (headers['x-amz-checksum-sha256'] !== undefined) {
    headers['x-amz-sdk-checksum-algorithm'] ??= 'SHA256';
  }
};

const emulatorAt = async (name: 'ministack' | 'moto', origin: string): Promise<StandIn> => {
  // MiniStack takes a request of its own key, which is this one by default, for the account's root; moto takes any.
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test', sessionToken: 'test' };
  const clients = clientsOf(origin, credentials);
  const relay = name === 'moto' ? await Relay.start(origin, nameChecksumAlgorithm) : undefined;
  return {
    name,
    origin,
    functionOrigin: relay?.origin ?? origin,
    region: REGION,
    accountId: ACCOUNT_ID,
    credentials,
    ...clients,
    rotation: (name === 'moto' ? driveMoto : driveMiniStack)(clients.secretsManager),
    createBucket: async (bucketName) => {
      await clients.s3.send(
        new CreateBucketCommand({
          Bucket: bucketName,
          CreateBucketConfiguration: { LocationConstraint: REGION },
        }),
      );
      await clients.s3.send(
        new PutBucketVersioningCommand({
          Bucket: bucketName,
          VersioningConfiguration: { Status: 'Enabled' },
        }),
      );
    },
    createQueue: async (queueName) => {
      const { QueueUrl: url = '' } = await clients.sqs.send(
        new CreateQueueCommand({ QueueName: queueName, Attributes: QUEUE_ATTRIBUTES }),
      );
      const { Attributes = {} } = await clients.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
      );
      return { url, arn: Attributes['QueueArn'] ?? '' };
    },
    tagsOf: async (bucketName, key) => {
      const { TagSet = [] } = await clients.s3.send(
        new GetObjectTaggingCommand({ Bucket: bucketName, Key: key }),
      );
      return Object.fromEntries(TagSet.map(({ Key = '', Value = '' }) => [Key, Value]));
    },
    createSecret: createSecretWith(clients),
    close: async () => {
      closeClients(clients);
      await relay?.close();
    },
  };
};

/** Whose opinion is asked in this process: `SECOND_OPINION_OF`, at `AWS_ENDPOINT_URL`. */
export const openStandIn = async (): Promise<StandIn> => {
  const name = process.env['SECOND_OPINION_OF'];
  const origin = process.env['AWS_ENDPOINT_URL'];
  if (name === undefined || name === 'local-aws') {
    return startLocalStandIn();
  }
  if ((name !== 'ministack' && name !== 'moto') || origin === undefined) {
    throw new Error(
      `SECOND_OPINION_OF is ${JSON.stringify(name)}; expected local-aws, or ministack or moto with AWS_ENDPOINT_URL`,
    );
  }
  return emulatorAt(name, origin);
};
