import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SQSClient } from '@aws-sdk/client-sqs';
import { STSClient } from '@aws-sdk/client-sts';

/** How AWS is reached. */
export interface AwsAccess {
  readonly region: string;
  /** @default - AWS's own, or `AWS_ENDPOINT_URL` */
  readonly endpoint?: string;
  /** @default - the SDK's chain: environment, profile, single sign-on, role */
  readonly credentials?: {
    readonly accessKeyId: string;
    readonly secretAccessKey: string;
    readonly sessionToken?: string;
  };
}

/** The AWS services that commands use. */
export interface AwsClients {
  readonly secretsManager: SecretsManagerClient;
  readonly s3: S3Client;
  readonly sqs: SQSClient;
  readonly lambda: LambdaClient;
  readonly eventBridge: EventBridgeClient;
  readonly cloudWatch: CloudWatchClient;
  readonly sts: STSClient;
}

/** Makes the clients; each connects when it is first used. */
export const createAwsClients = (access: AwsAccess): AwsClients => {
  const config = { ...access, maxAttempts: 5 };
  return {
    secretsManager: new SecretsManagerClient(config),
    s3: new S3Client(config),
    sqs: new SQSClient(config),
    lambda: new LambdaClient(config),
    eventBridge: new EventBridgeClient(config),
    cloudWatch: new CloudWatchClient(config),
    sts: new STSClient(config),
  };
};

/** Ends every connection. */
export const destroyClients = (clients: AwsClients): void => {
  for (const client of Object.values(clients)) {
    client.destroy();
  }
};
