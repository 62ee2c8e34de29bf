import {
  CopyObjectCommand,
  GetBucketPolicyCommand,
  GetObjectAclCommand,
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsCommand,
  PutObjectCommand,
  SelectObjectContentCommand,
} from '@aws-sdk/client-s3';
import { accountId, Bucket, errorOf, keyArn, refusal, type S3Fixture, startS3, stopAll } from './s3-fixture';

let fixture: S3Fixture;
beforeAll(async () => {
  fixture = await startS3();
});
afterAll(stopAll);

const Key = 'a';

describe('the local S3 refuses what it does not have', () => {
  it.each([
    ['ListBuckets', () => fixture.client.send(new ListBucketsCommand({}))],
    ['ListObjects', () => fixture.client.send(new ListObjectsCommand({ Bucket }))],
    ['GetBucketPolicy', () => fixture.client.send(new GetBucketPolicyCommand({ Bucket }))],
    ['GetObjectAcl', () => fixture.client.send(new GetObjectAclCommand({ Bucket, Key }))],
    [
      'CopyObject',
      () => fixture.client.send(new CopyObjectCommand({ Bucket, Key, CopySource: `${Bucket}/b` })),
    ],
    [
      'SelectObjectContent',
      () =>
        fixture.client.send(
          new SelectObjectContentCommand({
            Bucket,
            Key,
            Expression: 'x',
            ExpressionType: 'SQL',
            InputSerialization: {},
            OutputSerialization: {},
          }),
        ),
    ],
    ['an ACL', () => fixture.client.send(new PutObjectCommand({ Bucket, Key, ACL: 'public-read' }))],
    [
      'a storage class',
      () => fixture.client.send(new PutObjectCommand({ Bucket, Key, StorageClass: 'GLACIER' })),
    ],
    [
      'a legal hold',
      () => fixture.client.send(new PutObjectCommand({ Bucket, Key, ObjectLockLegalHoldStatus: 'ON' })),
    ],
    ['a part number', () => fixture.client.send(new GetObjectCommand({ Bucket, Key, PartNumber: 1 }))],
    [
      'a condition on time',
      () => fixture.client.send(new GetObjectCommand({ Bucket, Key, IfModifiedSince: new Date() })),
    ],
  ])('%s', async (_, call) => {
    expect(await refusal(call())).toEqual(['NotImplemented', 501]);
  });

  it('a parameter and a header that nobody knows, by name', async () => {
    const withParameter = fixture.clientThat((request) => {
      request.query = { ...request.query, surprise: '1' };
    });
    const withHeader = fixture.clientThat((request) => {
      request.headers['x-amz-surprise'] = '1';
    });
    for (const client of [withParameter, withHeader]) {
      const error = await errorOf(client.send(new PutObjectCommand({ Bucket, Key, Body: 'x' })));
      expect([error.name, error.message]).toEqual(['NotImplemented', expect.stringContaining('surprise')]);
    }
    expect(fixture.stored()).toEqual([]);
  });
});

it('the journal holds what a policy could look at', async () => {
  await fixture.client.send(
    new PutObjectCommand({
      Bucket,
      Key: 'p/1',
      Body: 'x',
      IfNoneMatch: '*',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: keyArn,
    }),
  );
  expect(fixture.aws.journal.entries.at(-1)).toMatchObject({
    operation: 'PutObject',
    resource: `arn:aws:s3:::${Bucket}/p/1`,
    principal: `arn:aws:iam::${accountId}:role/mover`,
    context: {
      's3:if-none-match': '*',
      's3:x-amz-server-side-encryption': 'aws:kms',
      's3:x-amz-server-side-encryption-aws-kms-key-id': keyArn,
      's3:ObjectCreationOperation': 'true',
    },
  });
});
