import { S3Bucket } from '@cdktf/provider-aws/lib/s3-bucket';
import {
  S3BucketLifecycleConfiguration,
  type S3BucketLifecycleConfigurationRule,
} from '@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration';
import { S3BucketLoggingA } from '@cdktf/provider-aws/lib/s3-bucket-logging';
import { S3BucketNotification } from '@cdktf/provider-aws/lib/s3-bucket-notification';
import { S3BucketObjectLockConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-object-lock-configuration';
import { S3BucketOwnershipControls } from '@cdktf/provider-aws/lib/s3-bucket-ownership-controls';
import { S3BucketPolicy } from '@cdktf/provider-aws/lib/s3-bucket-policy';
import { S3BucketPublicAccessBlock } from '@cdktf/provider-aws/lib/s3-bucket-public-access-block';
import { S3BucketServerSideEncryptionConfigurationA } from '@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration';
import { S3BucketVersioningA } from '@cdktf/provider-aws/lib/s3-bucket-versioning';
import { Construct } from 'constructs';
import type { ModuleContext } from './module-context';
import type { ArchiveTransition } from './options/props';
import { denyInsecureTransport, type PolicyStatement, policyDocument } from './policy';

/** Properties of `ArchiveBucket`. */
export interface ArchiveBucketProps {
  readonly context: ModuleContext;
  readonly keyArn: string;
  /** Undefined keeps voicemail for ever. */
  readonly retentionDays: number | undefined;
  readonly noncurrentRetentionDays: number;
  /** Undefined locks nothing. */
  readonly objectLockDays: number | undefined;
  readonly transitions: readonly ArchiveTransition[];
  readonly accessLog: { readonly bucketName: string; readonly prefix: string | undefined } | undefined;
  readonly existingBucketName: string | undefined;
}

/** The bucket that holds the voicemail. */
export class ArchiveBucket extends Construct {
  /** Undefined where the bucket exists already. */
  readonly bucket: S3Bucket | undefined;
  readonly bucketName: string;
  readonly arn: string;

  constructor(scope: Construct, id: string, props: ArchiveBucketProps) {
    super(scope, id);
    const { context, existingBucketName } = props;
    if (existingBucketName !== undefined) {
      this.bucketName = existingBucketName;
      this.arn = `arn:${context.partition}:s3:::${existingBucketName}`;
      return;
    }
    const bucket = new S3Bucket(this, 'bucket', {
      // Bucket names are unique in the world, so account and region are in it.
      bucket: `${context.named(context.accountId)}-${context.region}`,
      ...context.tags,
      ...context.destroyGuard,
    });
    this.bucket = bucket;
    this.bucketName = bucket.bucket;
    this.arn = bucket.arn;
    this.#secure(props);
    this.#keep(props);
  }

  /** Chains the settings: S3 answers 409 when two settings of one bucket arrive at the same time. */
  #secure({ keyArn, accessLog }: ArchiveBucketProps): void {
    const bucket = this.bucketName;
    const publicAccessBlock = new S3BucketPublicAccessBlock(this, 'public_access_block', {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
      // Terraform would remove this block before the bucket, which would be open for a moment.
      skipDestroy: true,
    });
    const policy = new S3BucketPolicy(this, 'policy', {
      bucket,
      policy: policyDocument('bucket policy', this.#denials(keyArn)),
      dependsOn: [publicAccessBlock],
    });
    new S3BucketOwnershipControls(this, 'ownership', {
      bucket,
      rule: { objectOwnership: 'BucketOwnerEnforced' },
      dependsOn: [policy],
    });
    new S3BucketServerSideEncryptionConfigurationA(this, 'encryption', {
      bucket,
      rule: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: 'aws:kms', kmsMasterKeyId: keyArn },
          bucketKeyEnabled: true,
          blockedEncryptionTypes: ['SSE-C'],
        },
      ],
    });
    // The hook for whatever comes after: a transcription, an index, a copy.
    new S3BucketNotification(this, 'notification', { bucket, eventbridge: true });
    if (accessLog !== undefined) {
      new S3BucketLoggingA(this, 'access_log', {
        bucket,
        targetBucket: accessLog.bucketName,
        targetPrefix: accessLog.prefix ?? `${bucket}/`,
      });
    }
  }

  #denials(keyArn: string): readonly PolicyStatement[] {
    const objects = `${this.arn}/*`;
    const denyPut = (Sid: string, Condition: PolicyStatement['Condition'] & object): PolicyStatement => ({
      Sid,
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:PutObject',
      Resource: objects,
      Condition,
    });
    const algorithm = 's3:x-amz-server-side-encryption';
    const keyId = 's3:x-amz-server-side-encryption-aws-kms-key-id';
    return [
      denyInsecureTransport('s3', [this.arn, objects]),
      // A put that names nothing gets the bucket's own encryption; only one that names something else is turned away.
      denyPut('DenyOtherEncryption', {
        Null: { [algorithm]: 'false' },
        StringNotEquals: { [algorithm]: 'aws:kms' },
      }),
      denyPut('DenyForeignKey', { Null: { [keyId]: 'false' }, StringNotEquals: { [keyId]: keyArn } }),
      denyPut('DenyCustomerProvidedKey', {
        Null: { 's3:x-amz-server-side-encryption-customer-algorithm': 'false' },
      }),
    ];
  }

  #keep({ retentionDays, noncurrentRetentionDays, objectLockDays, transitions }: ArchiveBucketProps): void {
    const bucket = this.bucketName;
    const versioning = new S3BucketVersioningA(this, 'versioning', {
      bucket,
      versioningConfiguration: { status: 'Enabled' },
    });
    if (objectLockDays !== undefined) {
      // Turned on by its own resource: as an argument of the bucket it would replace one that is there. Compliance mode is not
      // offered: nobody could erase a voicemail then.
      new S3BucketObjectLockConfigurationA(this, 'object_lock', {
        bucket,
        rule: { defaultRetention: { mode: 'GOVERNANCE', days: objectLockDays } },
        dependsOn: [versioning],
      });
    }
    const rule = (
      id: string,
      actions: Omit<S3BucketLifecycleConfigurationRule, 'id' | 'status' | 'filter'>,
    ): S3BucketLifecycleConfigurationRule => ({
      id,
      status: 'Enabled',
      filter: [{ prefix: '' }],
      ...actions,
    });
    new S3BucketLifecycleConfiguration(this, 'lifecycle', {
      bucket,
      // Written out, so that the documented behaviour does not follow a default that S3 has changed before.
      transitionDefaultMinimumObjectSize: 'all_storage_classes_128K',
      rule: [
        rule('abort-unfinished-uploads', { abortIncompleteMultipartUpload: [{ daysAfterInitiation: 1 }] }),
        rule('expire-noncurrent-versions', {
          noncurrentVersionExpiration: [{ noncurrentDays: noncurrentRetentionDays }],
        }),
        rule('remove-delete-markers', { expiration: [{ expiredObjectDeleteMarker: true }] }),
        ...(retentionDays === undefined ? [] : [rule('expire', { expiration: [{ days: retentionDays }] })]),
        ...(transitions.length === 0
          ? []
          : [
              rule('move-to-cheaper-storage', {
                transition: transitions.map((transition) => ({ ...transition })),
              }),
            ]),
      ],
      dependsOn: [versioning],
    });
  }
}
