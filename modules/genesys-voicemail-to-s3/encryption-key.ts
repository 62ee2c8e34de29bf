import { KmsAlias } from '@cdktf/provider-aws/lib/kms-alias';
import { KmsKey } from '@cdktf/provider-aws/lib/kms-key';
import { Construct } from 'constructs';
import type { ModuleContext } from './module-context';
import { type PolicyStatement, policyDocument } from './policy';

/** Properties of `EncryptionKey`. */
export interface EncryptionKeyProps {
  readonly context: ModuleContext;
  /** ARNs of the log groups that CloudWatch Logs may encrypt with the key. */
  readonly logGroupArns: readonly string[];
  readonly existingKeyArn: string | undefined;
  /** Statements for what options encrypt with it. */
  readonly more: readonly PolicyStatement[];
}

/**
 * Lets EventBridge encrypt a bus and its archives. Nothing but the encryption context tells which one it is.
 *
 * Source: the key policies of "Encrypting event buses" and "Encrypting archives" in the user guide of EventBridge.
 */
export const eventsOnTheBus = (busArn: string): readonly PolicyStatement[] => [
  {
    Sid: 'SeeKeyForTheBus',
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: 'kms:DescribeKey',
    Resource: '*',
  },
  {
    Sid: 'EventsOnTheBus',
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncrypt*'],
    Resource: '*',
    Condition: { StringEquals: { 'kms:EncryptionContext:aws:events:event-bus:arn': busArn } },
  },
];

/** The one customer key that encrypts secret, bucket, queues, logs and environments. */
export class EncryptionKey extends Construct {
  /** Undefined where the key exists already. */
  readonly key: KmsKey | undefined;
  readonly arn: string;

  constructor(
    scope: Construct,
    id: string,
    { context, logGroupArns, existingKeyArn, more }: EncryptionKeyProps,
  ) {
    super(scope, id);
    if (existingKeyArn !== undefined) {
      this.arn = existingKeyArn;
      return;
    }
    const { accountId, partition, region } = context;
    const key = new KmsKey(this, 'key', {
      description: `Encrypts everything of ${context.named('to-s3')}`,
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
          // EventBridge needs this to send to an encrypted queue. Without it, it drops the events after a day of tries.
          Sid: 'EventsToTheQueues',
          Effect: 'Allow',
          Principal: { Service: 'events.amazonaws.com' },
          Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
          Resource: '*',
          Condition: { StringEquals: { 'aws:SourceAccount': accountId } },
        },
        ...more,
      ]),
      ...context.tags,
      ...context.destroyGuard,
    });
    new KmsAlias(this, 'alias', { name: `alias/${context.named('to-s3')}`, targetKeyId: key.keyId });
    this.key = key;
    this.arn = key.arn;
  }
}
