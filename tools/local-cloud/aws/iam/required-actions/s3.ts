import { XMLParser } from 'fast-xml-parser';
import * as v from 'valibot';
import { policyHolder } from '../arn';
import type { RequestContext } from '../condition';
import type { Call, DescribeResource, RequiredAction, ServiceActions } from './call';
import { type KmsOperation, keyArnOf, viaKms } from './kms';

const header = ({ headers }: Call, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value.join(',') : value;
};

const SSE = 'x-amz-server-side-encryption';

/** The service itself makes headers and parameters known; this is what every request to S3 has besides. */
const requestContext = ({ context, query, accountId }: Call): RequestContext => ({
  ...context,
  's3:authType': query.has('X-Amz-Signature') ? 'REST-QUERY-STRING' : 'REST-HEADER',
  's3:signatureversion': 'AWS4-HMAC-SHA256',
  's3:ResourceAccount': accountId,
});

const tagContext = (tagging: string): RequestContext => {
  const tags = [...new URLSearchParams(tagging)];
  return {
    's3:RequestObjectTagKeys': tags.map(([key]) => key),
    ...Object.fromEntries(tags.map(([key, value]) => [`s3:RequestObjectTag/${key}`, value])),
  };
};

/** How an object is going to be encrypted, from the request or else from the bucket's default. */
const newObjectKey = (
  call: Call,
  describe: DescribeResource,
): { readonly keyArn: string | undefined; readonly usesBucketKey: boolean } => {
  const bucket = describe(policyHolder(call.resource));
  const algorithm = header(call, SSE);
  const keyId = header(call, `${SSE}-aws-kms-key-id`);
  const bucketKeyHeader = header(call, `${SSE}-bucket-key-enabled`);
  const usesBucketKey =
    bucketKeyHeader === undefined ? bucket?.bucketKeyEnabled === true : bucketKeyHeader === 'true';
  if (algorithm === undefined) {
    return { keyArn: bucket?.kmsKeyArn, usesBucketKey };
  }
  // Without a key id S3 takes the key that AWS manages for it: S3 API Reference, "PutObject".
  return { keyArn: keyId === undefined ? undefined : keyArnOf(call, keyId), usesBucketKey };
};

/** With a bucket key the encryption context is the bucket, else the object. */
const s3Kms = (
  call: Call,
  { keyArn, usesBucketKey }: ReturnType<typeof newObjectKey>,
  ...operations: readonly KmsOperation[]
): readonly RequiredAction[] =>
  viaKms(
    call,
    keyArn,
    { 'aws:s3:arn': usesBucketKey ? policyHolder(call.resource) : call.resource },
    operations,
  );

/** The right to write, and the one that tags ask for besides. */
const write = (call: Call): readonly RequiredAction[] => {
  const { resource } = call;
  const context = requestContext(call);
  const tagging = header(call, 'x-amz-tagging');
  return [
    { action: 's3:PutObject', resource, context },
    ...(tagging === undefined
      ? []
      : [{ action: 's3:PutObjectTagging', resource, context: { ...context, ...tagContext(tagging) } }]),
  ];
};

const onObject =
  (action: string, actionOnVersion = action) =>
  (call: Call): readonly RequiredAction[] => [
    {
      action: `s3:${call.query.has('versionId') ? actionOnVersion : action}`,
      resource: call.resource,
      context: requestContext(call),
    },
  ];

const onBucket =
  (action: string) =>
  (call: Call): readonly RequiredAction[] => [
    { action: `s3:${action}`, resource: policyHolder(call.resource), context: requestContext(call) },
  ];

/** The key of an object that is there: its own where it is known, else the bucket's default. */
const read =
  (needsKey: (call: Call) => boolean) =>
  (call: Call, describe: DescribeResource): readonly RequiredAction[] => {
    const bucket = describe(policyHolder(call.resource));
    const facts = { ...bucket, ...describe(call.resource) };
    const key = { keyArn: facts.kmsKeyArn, usesBucketKey: facts.bucketKeyEnabled === true };
    return [
      ...onObject('GetObject', 'GetObjectVersion')(call),
      ...(needsKey(call) ? s3Kms(call, key, 'Decrypt') : []),
    ];
  };

const deletion = v.object({
  Delete: v.object({
    Object: v.array(v.object({ Key: v.string(), VersionId: v.optional(v.string()) })),
  }),
});
const deletionParser = new XMLParser({ isArray: (name) => name === 'Object', parseTagValue: false });

/** To delete what Object Lock keeps asks for a right of its own, beside the one to delete. */
const bypassing = (call: Call, rights: readonly RequiredAction[]): readonly RequiredAction[] =>
  header(call, 'x-amz-bypass-governance-retention') === 'true'
    ? rights.flatMap((right) => [right, { ...right, action: 's3:BypassGovernanceRetention' }])
    : rights;

/** One right for each key. AWS refuses key by key; here one key without the right refuses the whole call. */
const deleteObjects = (call: Call): readonly RequiredAction[] => {
  const result = v.safeParse(deletion, deletionParser.parse(call.body));
  const keys = result.success ? result.output.Delete.Object : [];
  const rights = keys.map(({ Key, VersionId }) => ({
    action: VersionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion',
    resource: `${policyHolder(call.resource)}/${Key}`,
    context: {
      ...requestContext(call),
      ...(VersionId === undefined ? {} : { 's3:VersionId': VersionId }),
    },
  }));
  return bypassing(call, rights);
};

/**
 * Amazon S3.
 *
 * - A conditional write needs no right of its own: S3 User Guide, "Enforce conditional writes on Amazon S3 buckets".
 * - A multipart upload with a KMS key needs GenerateDataKey to begin and Decrypt for its parts and its end: S3 User Guide,
 *   "Multipart upload API and permissions". The key of parts is taken from the bucket's default.
 * - HeadObject decrypts only to show a checksum: S3 API Reference, "HeadObject", `x-amz-checksum-mode`.
 * - The encryption context is the bucket's ARN with an S3 Bucket Key, else the object's: S3 User Guide, "Reducing the cost of
 *   SSE-KMS with Amazon S3 Bucket Keys".
 *
 * Source of the rest: Service Authorization Reference, "Actions, resources, and condition keys for Amazon S3"; S3 User
 * Guide, "Required permissions for Amazon S3 API operations".
 */
export const s3Actions: ServiceActions = {
  PutObject: (call, describe) => [
    ...write(call),
    ...s3Kms(call, newObjectKey(call, describe), 'GenerateDataKey'),
  ],
  CreateMultipartUpload: (call, describe) => [
    ...write(call),
    ...s3Kms(call, newObjectKey(call, describe), 'GenerateDataKey'),
  ],
  UploadPart: (call, describe) => [...write(call), ...s3Kms(call, newObjectKey(call, describe), 'Decrypt')],
  CompleteMultipartUpload: (call, describe) => [
    ...write(call),
    ...s3Kms(call, newObjectKey(call, describe), 'Decrypt'),
  ],
  AbortMultipartUpload: onObject('AbortMultipartUpload'),
  ListMultipartUploads: onBucket('ListBucketMultipartUploads'),
  GetObject: read(() => true),
  HeadObject: read((call) => header(call, 'x-amz-checksum-mode') === 'ENABLED'),
  DeleteObject: (call) => bypassing(call, onObject('DeleteObject', 'DeleteObjectVersion')(call)),
  DeleteObjects: deleteObjects,
  HeadBucket: onBucket('ListBucket'),
  GetBucketVersioning: onBucket('GetBucketVersioning'),
  GetBucketEncryption: onBucket('GetEncryptionConfiguration'),
  GetPublicAccessBlock: onBucket('GetBucketPublicAccessBlock'),
  ListObjectsV2: onBucket('ListBucket'),
  ListObjectVersions: onBucket('ListBucketVersions'),
};
