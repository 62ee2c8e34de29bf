export type { ObjectAttributes } from './attributes';
export type { BucketDefinition, DeleteMarker, MultipartUpload, ObjectVersion, Part, Version } from './bucket';
export type { ChecksumAlgorithm, ChecksumType, StoredChecksum } from './checksum';
export type { BucketEncryption, ObjectEncryption } from './encryption';
export { createS3, type LocalS3 } from './s3';
export { S3Error } from './s3-error';
