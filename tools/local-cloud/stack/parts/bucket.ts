import type { LocalS3 } from '../../aws/s3';
import * as schemas from '../schemas';
import type { StackResources } from '../stack-resources';

/** Creates the archive with its versioning and encryption. Returns its name. */
export const createBucket = (resources: StackResources, s3: LocalS3): string => {
  const { bucket } = resources.only('aws_s3_bucket', schemas.bucketSchema);
  const versioning = resources.only('aws_s3_bucket_versioning', schemas.versioningSchema);
  const { rule } = resources.only(
    'aws_s3_bucket_server_side_encryption_configuration',
    schemas.encryptionSchema,
  );
  const [lock] = resources.all('aws_s3_bucket_object_lock_configuration', schemas.objectLockSchema);
  s3.createBucket({
    name: bucket,
    versioning: versioning.versioning_configuration.status === 'Enabled',
    encryption: {
      sseAlgorithm: rule.apply_server_side_encryption_by_default.sse_algorithm,
      kmsKeyArn: rule.apply_server_side_encryption_by_default.kms_master_key_id,
      bucketKeyEnabled: rule.bucket_key_enabled,
    },
    lockDays: lock?.rule.default_retention.days,
    blocksPublicAccess:
      resources.all('aws_s3_bucket_public_access_block', schemas.publicAccessBlockSchema).length > 0,
  });
  return bucket;
};
