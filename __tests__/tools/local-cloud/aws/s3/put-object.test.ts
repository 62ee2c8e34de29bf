import { createHash } from 'node:crypto';
import { PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { Bucket, keyArn, refusal, type S3Fixture, startS3, stopAll } from './s3-fixture';

const Key = 'voicemail/queue_id=q-1/v-1.webm';
const Body = Buffer.from('some audio');
const digest = (algorithm: string, encoding: 'base64' | 'hex' = 'base64') =>
  createHash(algorithm).update(Body).digest(encoding);

let fixture: S3Fixture;
beforeEach(async () => {
  fixture = await startS3();
});
afterEach(stopAll);

const put = (input: Partial<PutObjectCommandInput> = {}) =>
  fixture.client.send(new PutObjectCommand({ Bucket, Key, Body, ...input }));

describe('PutObject', () => {
  it.each([
    ['ChecksumSHA256', createHash('sha256').update('other').digest('base64')],
    ['ChecksumCRC32', 'AAAAAA=='],
  ])('refuses a wrong %s and stores nothing', async (name, value) => {
    expect(await refusal(put({ [name]: value }))).toEqual(['BadDigest', 400]);
    expect(fixture.stored()).toEqual([]);
  });

  it('refuses a body that is not the one whose SHA-256 was signed', async () => {
    const lying = fixture.clientThat((request) => {
      request.headers['x-amz-content-sha256'] = '0'.repeat(64);
    });
    expect(await refusal(lying.send(new PutObjectCommand({ Bucket, Key, Body })))).toEqual([
      'XAmzContentSHA256Mismatch',
      400,
    ]);
  });
});

describe('a conditional PutObject', () => {
  it('with If-Match needs the present ETag: 412 for another, 404 where nothing is', async () => {
    expect(await refusal(put({ IfMatch: '"x"' }))).toEqual(['NoSuchKey', 404]);
    const { ETag } = await put();
    expect(await refusal(put({ IfMatch: '"x"' }))).toEqual(['PreconditionFailed', 412]);
    await put({ IfMatch: ETag, Body: 'next' });
    expect(fixture.stored()).toHaveLength(2);
  });
});

describe('encryption', () => {
  it('under KMS gives an ETag that is no MD5', async () => {
    const { ETag } = await put({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn });
    expect(ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(ETag).not.toBe(`"${digest('md5', 'hex')}"`);
  });

  it('refuses a key that does not exist, a key without KMS, and other algorithms', async () => {
    const unknown = `${keyArn.slice(0, -1)}2`;
    expect(await refusal(put({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: unknown }))).toEqual([
      'KMS.NotFoundException',
      400,
    ]);
    expect(await refusal(put({ ServerSideEncryption: 'AES256', SSEKMSKeyId: keyArn }))).toEqual([
      'InvalidArgument',
      400,
    ]);
    expect(await refusal(put({ ServerSideEncryption: 'aws:kms:dsse' }))).toEqual(['InvalidArgument', 400]);
    expect(fixture.stored()).toEqual([]);
  });
});

describe('the limits of an object', () => {
  it('are 2 KB of metadata, names and values together', async () => {
    await put({ Metadata: { name: 'x'.repeat(2044) } });
    expect(await refusal(put({ Metadata: { name: 'x'.repeat(2045) } }))).toEqual(['MetadataTooLarge', 400]);
  });

  it('are ten tags with different keys, 128 characters of key and 256 of value', async () => {
    const tags = (count: number) => Array.from({ length: count }, (_, n) => `k${n}=v`).join('&');
    await put({ Tagging: tags(10) });
    expect(await refusal(put({ Tagging: tags(11) }))).toEqual(['BadRequest', 400]);
    expect(await refusal(put({ Tagging: 'k=1&k=2' }))).toEqual(['InvalidArgument', 400]);
    expect(await refusal(put({ Tagging: `${'k'.repeat(129)}=v` }))).toEqual(['InvalidTag', 400]);
    expect(await refusal(put({ Tagging: `k=${'v'.repeat(257)}` }))).toEqual(['InvalidTag', 400]);
  });

  it.each([
    ['a token that nobody resolved', { team: '${aws_s3_bucket.archive.id}' }],
    ['a bracket in a key', { 'team[1]': 'a' }],
    ['a control character', { team: 'a\u0007' }],
    ['a reserved prefix', { 'aws:team': 'a' }],
  ])(
    'do not include tags of other characters than letters, digits, spaces and _.:/=+-@: %s',
    async (_, tags) => {
      const Tagging = new URLSearchParams(tags).toString();
      expect(await refusal(put({ Tagging }))).toEqual(['InvalidTag', 400]);
      expect(fixture.stored()).toEqual([]);
    },
  );

  it('include tags in any language, and empty values', async () => {
    await put({ Tagging: new URLSearchParams({ Stadt: 'Köln 1', 'a_b.c:d/e=f+g-h@i': '' }).toString() });
    expect(fixture.stored()[0]?.tags).toEqual({ Stadt: 'Köln 1', 'a_b.c:d/e=f+g-h@i': '' });
  });
});
