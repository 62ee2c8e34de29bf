import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { Bucket, errorOf, refusal, type S3Fixture, startS3, stopAll } from './s3-fixture';

const Key = 'v-1.webm';
const text = 'abcdefghij';

let fixture: S3Fixture;
let etag: string;
let firstVersion: string;
beforeAll(async () => {
  fixture = await startS3();
  const first = await fixture.client.send(new PutObjectCommand({ Bucket, Key, Body: 'older' }));
  const second = await fixture.client.send(
    new PutObjectCommand({
      Bucket,
      Key,
      Body: text,
      ContentType: 'audio/webm',
      ContentDisposition: 'inline',
      Metadata: { 'voicemail-id': 'v-1' },
      Tagging: 'a=1&b=2',
      ChecksumAlgorithm: 'SHA256',
    }),
  );
  firstVersion = first.VersionId ?? '';
  etag = second.ETag ?? '';
});
afterAll(stopAll);

const get = async (input: object = {}) => {
  const answer = await fixture.client.send(new GetObjectCommand({ Bucket, Key, ...input }));
  return { ...answer, text: await answer.Body?.transformToString() };
};
const head = (input: object = {}) => fixture.client.send(new HeadObjectCommand({ Bucket, Key, ...input }));

describe('GetObject and HeadObject', () => {
  it('give back what was stored', async () => {
    const expected = {
      ContentLength: 10,
      ContentType: 'audio/webm',
      ContentDisposition: 'inline',
      Metadata: { 'voicemail-id': 'v-1' },
      ETag: etag,
      AcceptRanges: 'bytes',
      ServerSideEncryption: 'AES256',
    };
    expect(await get()).toMatchObject({ ...expected, text, TagCount: 2 });
    expect(await head()).toMatchObject(expected);
  });

  it('show the checksum only when asked', async () => {
    expect((await head()).ChecksumSHA256).toBeUndefined();
    const value = 'cjmSUvRmYE6C8U7p4u0fyjMLBSOiAn1zDKeIfBEUJgA=';
    expect((await head({ ChecksumMode: 'ENABLED' })).ChecksumSHA256).toHaveLength(value.length);
    expect(await get({ ChecksumMode: 'ENABLED' })).toMatchObject({ text, ChecksumType: 'FULL_OBJECT' });
  });

  it('find an older version by its id', async () => {
    expect(await get({ VersionId: firstVersion })).toMatchObject({ text: 'older', VersionId: firstVersion });
    expect(await refusal(get({ VersionId: 'unknown' }))).toEqual(['NoSuchVersion', 404]);
  });

  it.each([
    ['bytes=0-0', 'a', 'bytes 0-0/10'],
    ['bytes=2-4', 'cde', 'bytes 2-4/10'],
    ['bytes=7-', 'hij', 'bytes 7-9/10'],
    ['bytes=-3', 'hij', 'bytes 7-9/10'],
    ['bytes=-99', text, 'bytes 0-9/10'],
    ['bytes=8-99', 'ij', 'bytes 8-9/10'],
  ])('give the range %s', async (Range, expected, ContentRange) => {
    expect(await get({ Range })).toMatchObject({
      text: expected,
      ContentRange,
      ContentLength: expected.length,
    });
  });

  it('refuse a range beyond the end, and several ranges', async () => {
    expect(await refusal(get({ Range: 'bytes=10-' }))).toEqual(['InvalidRange', 416]);
    expect(await refusal(get({ Range: 'bytes=0-1,3-4' }))).toEqual(['NotImplemented', 501]);
  });

  it('heed conditions on the ETag', async () => {
    expect(await get({ IfMatch: etag })).toMatchObject({ text });
    expect(await refusal(get({ IfMatch: '"x"' }))).toEqual(['PreconditionFailed', 412]);
    expect(await get({ IfNoneMatch: '"x"' })).toMatchObject({ text });
    expect((await errorOf(get({ IfNoneMatch: etag }))).$metadata.httpStatusCode).toBe(304);
  });

  it('answer a key that is not there with 404, HeadObject without a body', async () => {
    expect(await refusal(get({ Key: 'none' }))).toEqual(['NoSuchKey', 404]);
    expect(await refusal(head({ Key: 'none' }))).toEqual(['NotFound', 404]);
  });

  it('can be told which type to answer with', async () => {
    expect(await get({ ResponseContentType: 'text/plain' })).toMatchObject({ ContentType: 'text/plain' });
  });

  it('read an empty object', async () => {
    await fixture.client.send(new PutObjectCommand({ Bucket, Key: 'empty', Body: '' }));
    expect(await get({ Key: 'empty' })).toMatchObject({ text: '', ContentLength: 0 });
  });

  it('do not see past a delete marker, which has a version of its own', async () => {
    await fixture.client.send(new PutObjectCommand({ Bucket, Key: 'gone', Body: text }));
    const { VersionId, DeleteMarker } = await fixture.client.send(
      new DeleteObjectCommand({ Bucket, Key: 'gone' }),
    );
    expect(DeleteMarker).toBe(true);
    const error = await errorOf(get({ Key: 'gone' }));
    expect([error.name, error.$metadata.httpStatusCode]).toEqual(['NoSuchKey', 404]);
    expect(error.$response?.headers).toMatchObject({
      'x-amz-delete-marker': 'true',
      'x-amz-version-id': VersionId,
    });
    expect(await refusal(get({ Key: 'gone', VersionId }))).toEqual(['MethodNotAllowed', 405]);
  });
});
