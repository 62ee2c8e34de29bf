import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Construct } from 'constructs';
import type { Surroundings } from './module-context';
import { policyDocument } from './policy';

/** What the key is told. */
export interface EncryptionKeyProps {
  readonly surroundings: Surroundings;
  /** ARNs of the log groups that CloudWatch Logs may encrypt with the key. */
  readonly logGroupArns: readonly string[];
  readonly existingKeyArn: string | undefined;
}

/** The one customer key that encrypts secret, bucket, queues, logs and environments. */
export class EncryptionKey extends Construct {
  readonly arn: string;

  constructor(
    scope: Construct,
    id: string,
    { surroundings, logGroupArns, existingKeyArn }: EncryptionKeyProps,
  ) {
    super(scope, id);
    if (existingKeyArn !== undefined) {
      this.arn = existingKeyArn;
      return;
    }
    const { accountId, partition, region } = surroundings;
    const key = new KmsKey(this, 'key', {
      description: `Encrypts everything of ${surroundings.named('to-s3')}`,
      enableKeyRotation: true,
      deletionWindowInDays: 30,
      policy: policyDocument('key policy', [
        {
          Sid: 'AccountDecidesByIam',
          Effect: 'Allow',
          Principal: { AWS: `arn:${partition}:iam::${accountId}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
        {
          Sid: 'LogsOfTheFunctions',
          Effect: 'Allow',
          Principal: { Service: `logs.${region}.amazonaws.com` },
          // The list of "Encrypt log data in CloudWatch Logs using KMS" in its user guide.
          Action: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
          Resource: '*',
          Condition: { ArnLike: { 'kms:EncryptionContext:aws:logs:arn': logGroupArns } },
        },
        {
          // Without this EventBridge cannot send to an encrypted queue, and the events are gone after a day.
          Sid: 'EventsToTheQueues',
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: '*',
          Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
        },
      ]),
      ...surroundings.tags,
      ...surroundings.destroyGuard,
    });
    new KmsAlias(this, 'alias', { name: `alias/${surroundings.named('to-s3')}`, targetKeyId: key.keyId });
    this.arn = key.arn;
  }
}
