import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { HeadObjectCommand, PutObjectCommand, type PutObjectCommandInput } from '@aws-sdk/client-s3';
import { accountId, Bucket, errorOf, keyArn, refusal, type S3Fixture, startS3, stopAll } from './s3-fixture';

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
  it('stores the bytes with type, metadata and tags, and answers with ETag, checksum and version', async () => {
    const answer = await put({
      ContentType: 'audio/webm',
      CacheControl: 'no-store',
      Metadata: { 'conversation-id': 'c-1' },
      Tagging: 'queue=q-1&format=WEBM',
    });
    const [version, ...others] = fixture.stored();
    expect(others).toEqual([]);
    expect(version).toMatchObject({
      key: Key,
      body: Body,
      contentType: 'audio/webm',
      systemHeaders: { 'cache-control': 'no-store' },
      metadata: { 'conversation-id': 'c-1' },
      tags: { queue: 'q-1', format: 'WEBM' },
      versionId: answer.VersionId,
    });
    expect(answer).toMatchObject({
      ETag: `"${digest('md5', 'hex')}"`,
      ChecksumCRC32: version?.checksum.value,
      ChecksumType: 'FULL_OBJECT',
      ServerSideEncryption: 'AES256',
    });
  });

  it.each(['CRC32', 'CRC64NVME', 'SHA256'] as const)('verifies and keeps a %s', async (ChecksumAlgorithm) => {
    await put({ ChecksumAlgorithm });
    const head = await fixture.client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    const value = fixture.stored()[0]?.checksum.value;
    expect(value).toBeDefined();
    expect(head[`Checksum${ChecksumAlgorithm}`]).toBe(value);
  });

  it.each([
    ['ChecksumSHA256', createHash('sha256').update('other').digest('base64')],
    ['ChecksumCRC32', 'AAAAAA=='],
    ['ChecksumCRC64NVME', 'AAAAAAAAAAA='],
    ['ContentMD5', createHash('md5').update('other').digest('base64')],
  ])('refuses a wrong %s and stores nothing', async (name, value) => {
    expect(await refusal(put({ [name]: value }))).toEqual(['BadDigest', 400]);
    expect(fixture.stored()).toEqual([]);
  });

  it('takes the right digests', async () => {
    await put({ ChecksumSHA256: digest('sha256'), ContentMD5: digest('md5') });
    expect(fixture.stored()[0]?.checksum).toMatchObject({ value: digest('sha256'), type: 'FULL_OBJECT' });
  });

  it('refuses digests that are malformed', async () => {
    expect(await refusal(put({ ChecksumSHA256: 'AAAA' }))).toEqual(['InvalidRequest', 400]);
    expect(await refusal(put({ ContentMD5: 'AAAA' }))).toEqual(['InvalidDigest', 400]);
  });

  it('refuses two checksums, and one that was announced but does not come', async () => {
    const both = { ChecksumSHA256: digest('sha256'), ChecksumCRC32: 'AAAAAA==' };
    expect(await refusal(put(both))).toEqual(['InvalidRequest', 400]);
    const announcing = fixture.clientThat((request) => {
      request.headers['x-amz-sdk-checksum-algorithm'] = 'SHA256';
    });
    const command = new PutObjectCommand({ Bucket, Key, Body, ChecksumCRC32: 'NhCmhg==' });
    expect(await refusal(announcing.send(command))).toEqual(['InvalidRequest', 400]);
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

  it('computes a CRC64NVME where the writer states no checksum', async () => {
    const silent = fixture.newClient({ requestChecksumCalculation: 'WHEN_REQUIRED' });
    await silent.send(new PutObjectCommand({ Bucket, Key, Body: '123456789' }));
    expect(fixture.stored()[0]?.checksum).toMatchObject({
      algorithm: expect.objectContaining({ name: 'CRC64NVME' }),
      value: Buffer.from('ae8b14860a799888', 'hex').toString('base64'),
    });
  });

  it('does not implement a stream whose checksum trails', async () => {
    const Body = Readable.from([Buffer.alloc(100_000)]);
    expect(await refusal(put({ Body, ContentLength: 100_000 }))).toEqual(['NotImplemented', 501]);
    expect(fixture.stored()).toEqual([]);
  });

  it('takes the time of writing from the clock, to the second', async () => {
    fixture.clock.advance(3 * 24 * 3600_000);
    const client = fixture.newClient({ systemClockOffset: fixture.clock.offsetMs });
    await client.send(new PutObjectCommand({ Bucket, Key, Body }));
    const head = await client.send(new HeadObjectCommand({ Bucket, Key }));
    const writtenMs = fixture.stored()[0]?.lastModifiedMs ?? 0;
    expect(writtenMs).toBeGreaterThan(Date.now() + 2 * 24 * 3600_000);
    expect(head.LastModified?.getTime()).toBe(writtenMs - (writtenMs % 1000));
  });

  it('replaces the object in a bucket without versioning', async () => {
    const plain = await startS3({ versioning: false });
    const answer = await plain.client.send(new PutObjectCommand({ Bucket, Key, Body: 'one' }));
    await plain.client.send(new PutObjectCommand({ Bucket, Key, Body: 'two' }));
    expect(answer.VersionId).toBeUndefined();
    expect(plain.stored().map(({ body }) => body.toString())).toEqual(['two']);
  });
});

describe('a conditional PutObject', () => {
  it('of 50 at once stores exactly one version and refuses the others with 412', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        put({ Body: `body ${n}`, IfNoneMatch: '*' }).then(
          () => 'stored',
          (error: Error) => error.name,
        ),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'PreconditionFailed')).toHaveLength(49);
    expect(fixture.stored()).toHaveLength(1);
  });

  it('names the condition that failed', async () => {
    await put();
    expect(await errorOf(put({ IfNoneMatch: '*' }))).toMatchObject({ Condition: 'If-None-Match' });
  });

  it('with If-Match needs the present ETag: 412 for another, 404 where nothing is', async () => {
    expect(await refusal(put({ IfMatch: '"x"' }))).toEqual(['NoSuchKey', 404]);
    const { ETag } = await put();
    expect(await refusal(put({ IfMatch: '"x"' }))).toEqual(['PreconditionFailed', 412]);
    await put({ IfMatch: ETag, Body: 'next' });
    expect(fixture.stored()).toHaveLength(2);
  });

  it('meets a concurrent write as often as it is told to, then succeeds', async () => {
    fixture.s3.conflictNextConditionalWrites(Bucket, 2);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await refusal(put({ IfNoneMatch: '*' }))).toEqual(['ConditionalRequestConflict', 409]);
    }
    await put({ IfNoneMatch: '*' });
    expect(fixture.stored()).toHaveLength(1);
  });

  it('takes no other If-None-Match than *', async () => {
    expect(await refusal(put({ IfNoneMatch: '"etag"' }))).toEqual(['NotImplemented', 501]);
  });
});

describe('encryption', () => {
  it('is the bucket default where the writer asks for nothing', async () => {
    const encrypted = await startS3({
      encryption: { sseAlgorithm: 'aws:kms', kmsKeyArn: keyArn, bucketKeyEnabled: true },
    });
    const answer = await encrypted.client.send(new PutObjectCommand({ Bucket, Key, Body }));
    const head = await encrypted.client.send(new HeadObjectCommand({ Bucket, Key }));
    for (const report of [answer, head]) {
      expect(report).toMatchObject({
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: keyArn,
        BucketKeyEnabled: true,
      });
    }
  });

  it('under KMS gives an ETag that is no MD5', async () => {
    const { ETag } = await put({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn });
    expect(ETag).toMatch(/^"[0-9a-f]{32}"$/);
    expect(ETag).not.toBe(`"${digest('md5', 'hex')}"`);
  });

  it('knows a key by its id alone', async () => {
    const answer = await put({ ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyArn.split('/')[1] });
    expect(answer.SSEKMSKeyId).toBe(keyArn);
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
    expect(await refusal(put({ ServerSideEncryption: 'aws:kms:dsse' }))).toEqual([
      'InvalidEncryptionAlgorithmError',
      400,
    ]);
    expect(fixture.stored()).toEqual([]);
  });

  it('uses the key that AWS manages where KMS is asked for without a key', async () => {
    const answer = await put({ ServerSideEncryption: 'aws:kms' });
    expect(answer.SSEKMSKeyId).toMatch(new RegExp(`^arn:aws:kms:eu-central-1:${accountId}:key/`));
    expect(answer.SSEKMSKeyId).not.toBe(keyArn);
  });

  it('with the customer’s own key is refused', async () => {
    const own = { SSECustomerAlgorithm: 'AES256', SSECustomerKey: Buffer.alloc(32, 'k').toString('latin1') };
    expect(await refusal(put(own))).toEqual(['NotImplemented', 501]);
  });
});

describe('the limits of an object', () => {
  it('are 1,024 bytes of key', async () => {
    await put({ Key: `${'é'.repeat(511)}xx` });
    expect(await refusal(put({ Key: `${'é'.repeat(511)}xxx` }))).toEqual(['KeyTooLongError', 400]);
  });

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

  it.each(['plain', 'with space', 'a//b', 'ü/日本/😀', "x!*'()&=+$,;:@?#%", 'a/../b', 'trailing/'])(
    'let the key %j come back as it was',
    async (key) => {
      await put({ Key: key });
      expect(fixture.stored().map((version) => version.key)).toEqual([key]);
    },
  );
});

it('a bucket that is not there and an owner that is another are refused', async () => {
  expect(await refusal(put({ Bucket: 'another-bucket' }))).toEqual(['NoSuchBucket', 404]);
  expect(await refusal(put({ ExpectedBucketOwner: '210987654321' }))).toEqual(['AccessDenied', 403]);
  await put({ ExpectedBucketOwner: accountId });
});
