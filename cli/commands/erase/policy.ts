import { type CommandPolicy, listArchive, readFunction, readToken, useKeyForArchive } from '../../policy';

/** `erase` deletes versions and writes tombstones; only this command's user may delete anything in the archive. */
export const erasePolicy: CommandPolicy = (names) => [
  ...readFunction(names, [names.move_function_arn]),
  ...readToken(names),
  listArchive(names),
  { Sid: 'ListVersions', Effect: 'Allow', Action: ['s3:ListBucketVersions'], Resource: names.bucket_arn },
  {
    Sid: 'EraseVersions',
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:DeleteObjectVersion'],
    Resource: `${names.bucket_arn}/*`,
  },
  {
    Sid: 'WriteTombstones',
    Effect: 'Allow',
    Action: ['s3:PutObject'],
    Resource: `${names.bucket_arn}/*.tombstone`,
  },
  useKeyForArchive(names, ['kms:Decrypt', 'kms:GenerateDataKey']),
];
