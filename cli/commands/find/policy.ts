import { type CommandPolicy, listArchive, readFunction, useKeyForArchive } from '../../policy';

/** `find` reads the archive; a link carries its user's right to read. */
export const findPolicy: CommandPolicy = (names) => [
  ...readFunction(names, [names.move_function_arn]),
  listArchive(names),
  { Sid: 'ReadArchive', Effect: 'Allow', Action: ['s3:GetObject'], Resource: `${names.bucket_arn}/*` },
  useKeyForArchive(names, ['kms:Decrypt']),
];
