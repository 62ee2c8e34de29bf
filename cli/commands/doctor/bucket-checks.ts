import {
  GetBucketEncryptionCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { errorCodeOf } from '../../errors';
import { type Check, finding, ok } from './check';

/** The archive. */
export const bucketChecks: readonly Check[] = [
  {
    name: 'bucket',
    needs: [],
    async look({ deployment: { aws, outputs } }) {
      try {
        const { Status } = await aws.s3.send(new GetBucketVersioningCommand({ Bucket: outputs.bucket_name }));
        return Status === 'Enabled'
          ? ok('is there, with versioning')
          : finding(`versioning of ${outputs.bucket_name} is ${Status ?? 'off'}`, 'deploy again');
      } catch (error) {
        if (errorCodeOf(error) === 'NoSuchBucket') {
          return finding(`there is no bucket ${outputs.bucket_name}`, 'deploy again');
        }
        throw error;
      }
    },
  },
  {
    name: 'bucket-encryption',
    needs: ['bucket'],
    async look({ deployment: { aws, outputs } }) {
      const { ServerSideEncryptionConfiguration: configuration } = await aws.s3.send(
        new GetBucketEncryptionCommand({ Bucket: outputs.bucket_name }),
      );
      const byDefault = configuration?.Rules?.[0]?.ApplyServerSideEncryptionByDefault;
      return byDefault?.KMSMasterKeyID === outputs.key_arn
        ? ok("objects are encrypted with the deployment's key")
        : finding(
            `objects are encrypted with ${byDefault?.KMSMasterKeyID ?? byDefault?.SSEAlgorithm ?? 'nothing'} by default instead of ${outputs.key_arn}`,
            'deploy again',
          );
    },
  },
  {
    name: 'bucket-public-access',
    needs: ['bucket'],
    async look({ deployment: { aws, outputs } }) {
      const remedy = 'deploy again';
      try {
        const { PublicAccessBlockConfiguration: block } = await aws.s3.send(
          new GetPublicAccessBlockCommand({ Bucket: outputs.bucket_name }),
        );
        const isWhole =
          block?.BlockPublicAcls === true &&
          block.BlockPublicPolicy === true &&
          block.IgnorePublicAcls === true &&
          block.RestrictPublicBuckets === true;
        return isWhole ? ok('is blocked') : finding('public access is not blocked in all four ways', remedy);
      } catch (error) {
        if (errorCodeOf(error) === 'NoSuchPublicAccessBlockConfiguration') {
          return finding('public access is not blocked', remedy);
        }
        throw error;
      }
    },
  },
];
