import type { AwsResponse } from '../service';
import type { OperationContext } from './request';
import { S3Error } from './s3-error';
import { xmlResponse } from './xml';

/** `GetBucketVersioning`: an answer without a status stands for a bucket that never had versioning. */
export const getBucketVersioning = ({ bucket }: OperationContext): AwsResponse =>
  xmlResponse('VersioningConfiguration', { Status: bucket.versioning ? 'Enabled' : undefined });

/** `GetBucketEncryption` */
export const getBucketEncryption = ({ bucket: { encryption } }: OperationContext): AwsResponse => {
  const isKms = encryption.sseAlgorithm === 'aws:kms';
  return xmlResponse('ServerSideEncryptionConfiguration', {
    Rule: {
      ApplyServerSideEncryptionByDefault: {
        SSEAlgorithm: encryption.sseAlgorithm,
        ...(isKms && encryption.kmsKeyArn !== undefined ? { KMSMasterKeyID: encryption.kmsKeyArn } : {}),
      },
      BucketKeyEnabled: isKms && encryption.bucketKeyEnabled === true,
    },
  });
};

/** `GetPublicAccessBlock` */
export const getPublicAccessBlock = ({ bucket }: OperationContext): AwsResponse => {
  if (!bucket.blocksPublicAccess) {
    throw new S3Error(
      'NoSuchPublicAccessBlockConfiguration',
      404,
      'The public access block configuration was not found',
    );
  }
  return xmlResponse('PublicAccessBlockConfiguration', {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  });
};
