import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type UploadPartCommandInput,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import { Bucket, keyArn, refusal, type S3Fixture, startS3, stopAll } from './s3-fixture';

const Key = 'large.wav';
const MIB = 1024 * 1024;
const sha256 = (data: Buffer) => createHash('sha256').update(data).digest();

let fixture: S3Fixture;
beforeEach(async () => {
  fixture = await startS3();
});
afterEach(stopAll);

/** Keys and ids only: what a failing test prints must not hold megabytes. */
const storedKeys = () => fixture.stored().map(({ key }) => key);
const openUploads = () => fixture.s3.uploads(Bucket).map(({ uploadId }) => uploadId);

const create = async (input: Partial<CreateMultipartUploadCommandInput> = {}): Promise<string> => {
  const command = new CreateMultipartUploadCommand({ Bucket, Key, ChecksumAlgorithm: 'SHA256', ...input });
  const { UploadId = '' } = await fixture.client.send(command);
  return UploadId;
};

const part = async (
  UploadId: string,
  PartNumber: number,
  Body: Buffer,
  input: Partial<UploadPartCommandInput> = { ChecksumAlgorithm: 'SHA256' },
): Promise<CompletedPart> => {
  const command = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body, ...input });
  const { ETag, ChecksumSHA256, ChecksumCRC32 } = await fixture.client.send(command);
  return {
    PartNumber,
    ETag,
    ...(ChecksumSHA256 === undefined ? {} : { ChecksumSHA256 }),
    ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }),
  };
};

const complete = (
  UploadId: string,
  Parts: CompletedPart[],
  input: Partial<CompleteMultipartUploadCommandInput> = {},
) =>
  fixture.client.send(
    new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts }, ...input }),
  );

/** A client that sends no checksum of its own accord. */
const silent = () => fixture.newClient({ requestChecksumCalculation: 'WHEN_REQUIRED' });

describe('a multipart upload', () => {
  const first = Buffer.alloc(5 * MIB, 1);
  const last = Buffer.from('the end');

  it('makes one object of its parts, with what was said at its beginning and a composite checksum', async () => {
    const UploadId = await create({
      ContentType: 'audio/wav',
      Metadata: { id: 'v-1' },
      Tagging: 'k=v',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: keyArn,
    });
    const answer = await complete(UploadId, [await part(UploadId, 1, first), await part(UploadId, 7, last)]);
    const composite = `${sha256(Buffer.concat([sha256(first), sha256(last)])).toString('base64')}-2`;
    expect(answer).toMatchObject({
      ChecksumSHA256: composite,
      ChecksumType: 'COMPOSITE',
      ServerSideEncryption: 'aws:kms',
      SSEKMSKeyId: keyArn,
    });
    expect(answer.ETag).toMatch(/^"[0-9a-f]{32}-2"$/);
    const kept = fixture.stored().map(({ body: _, ...rest }) => rest);
    expect(kept).toEqual([
      expect.objectContaining({
        contentType: 'audio/wav',
        metadata: { id: 'v-1' },
        tags: { k: 'v' },
        versionId: answer.VersionId,
      }),
    ]);
    expect(fixture.stored()[0]?.body.equals(Buffer.concat([first, last]))).toBe(true);
    const head = await fixture.client.send(new HeadObjectCommand({ Bucket, Key, ChecksumMode: 'ENABLED' }));
    expect(head).toMatchObject({ ChecksumSHA256: composite, ChecksumType: 'COMPOSITE' });
    expect(openUploads()).toEqual([]);
  });

  it('has an ETag made of those of its parts where S3 holds the key', async () => {
    const UploadId = await create();
    const answer = await complete(UploadId, [await part(UploadId, 1, first), await part(UploadId, 2, last)]);
    const md5 = (data: Buffer) => createHash('md5').update(data).digest();
    expect(answer.ETag).toBe(`"${md5(Buffer.concat([md5(first), md5(last)])).toString('hex')}-2"`);
  });

  it('can keep one CRC of the whole object', async () => {
    const UploadId = await create({ ChecksumAlgorithm: 'CRC32', ChecksumType: 'FULL_OBJECT' });
    const checked = { ChecksumAlgorithm: 'CRC32' as const };
    const parts = [await part(UploadId, 1, first, checked), await part(UploadId, 2, last, checked)];
    const whole = await fixture.client.send(
      new PutObjectCommand({
        Bucket,
        Key: 'whole',
        Body: Buffer.concat([first, last]),
        ChecksumAlgorithm: 'CRC32',
      }),
    );
    const answer = await complete(UploadId, parts, {
      ChecksumCRC32: whole.ChecksumCRC32,
      ChecksumType: 'FULL_OBJECT',
    });
    expect(answer).toMatchObject({ ChecksumCRC32: whole.ChecksumCRC32, ChecksumType: 'FULL_OBJECT' });
  });

  it('keeps a CRC64NVME of the whole object where nobody states an algorithm', async () => {
    const client = silent();
    const { UploadId = '' } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key }));
    const { ETag } = await client.send(
      new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: '123456789' }),
    );
    const answer = await complete(UploadId, [{ PartNumber: 1, ETag }]);
    expect(answer).toMatchObject({
      ChecksumCRC64NVME: Buffer.from('ae8b14860a799888', 'hex').toString('base64'),
      ChecksumType: 'FULL_OBJECT',
    });
  });

  it('refuses a part with a wrong checksum', async () => {
    const UploadId = await create();
    const wrong = { ChecksumSHA256: sha256(last).toString('base64') };
    expect(await refusal(part(UploadId, 1, first, wrong))).toEqual(['BadDigest', 400]);
  });

  it('refuses a part without the checksum of the upload or with another', async () => {
    const UploadId = await create();
    const command = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: last });
    expect(await refusal(silent().send(command))).toEqual(['InvalidRequest', 400]);
    expect(await refusal(part(UploadId, 1, last, { ChecksumAlgorithm: 'CRC32' }))).toEqual([
      'InvalidRequest',
      400,
    ]);
  });

  it('refuses part numbers outside 1 to 10,000', async () => {
    const UploadId = await create();
    expect(await refusal(part(UploadId, 0, last))).toEqual(['InvalidArgument', 400]);
    expect(await refusal(part(UploadId, 10_001, last))).toEqual(['InvalidArgument', 400]);
    expect(await part(UploadId, 10_000, last)).toMatchObject({ PartNumber: 10_000 });
  });

  it('refuses a checksum type that the algorithm does not have', async () => {
    expect(await refusal(create({ ChecksumType: 'FULL_OBJECT' }))).toEqual(['InvalidRequest', 400]);
    expect(await refusal(create({ ChecksumAlgorithm: 'CRC64NVME', ChecksumType: 'COMPOSITE' }))).toEqual([
      'InvalidRequest',
      400,
    ]);
  });

  it('knows nothing of another upload, or of one under another key', async () => {
    const UploadId = await create();
    expect(await refusal(part('unknown', 1, last))).toEqual(['NoSuchUpload', 404]);
    const elsewhere = new AbortMultipartUploadCommand({ Bucket, Key: 'other', UploadId });
    expect(await refusal(fixture.client.send(elsewhere))).toEqual(['NoSuchUpload', 404]);
  });

  it('leaves nothing behind when it is aborted', async () => {
    const UploadId = await create();
    const done = await part(UploadId, 1, last);
    await fixture.client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }));
    expect(openUploads()).toEqual([]);
    expect(await refusal(complete(UploadId, [done]))).toEqual(['NoSuchUpload', 404]);
    expect(storedKeys()).toEqual([]);
  });

  describe('is not completed', () => {
    let UploadId: string;
    let parts: [CompletedPart, CompletedPart];
    beforeEach(async () => {
      UploadId = await create();
      parts = [await part(UploadId, 1, first), await part(UploadId, 2, last)];
    });
    afterEach(() => {
      expect(storedKeys()).toEqual([]);
      expect(openUploads()).toEqual([UploadId]);
    });

    it('with parts in the wrong order or twice', async () => {
      expect(await refusal(complete(UploadId, [parts[1], parts[0]]))).toEqual(['InvalidPartOrder', 400]);
      expect(await refusal(complete(UploadId, [parts[0], parts[0]]))).toEqual(['InvalidPartOrder', 400]);
    });

    it('with a part that was never sent, another ETag or another checksum', async () => {
      expect(await refusal(complete(UploadId, [parts[0], { ...parts[1], PartNumber: 3 }]))).toEqual([
        'InvalidPart',
        400,
      ]);
      expect(await refusal(complete(UploadId, [parts[0], { ...parts[1], ETag: '"x"' }]))).toEqual([
        'InvalidPart',
        400,
      ]);
      const swapped = { ...parts[1], ChecksumSHA256: parts[0].ChecksumSHA256 };
      expect(await refusal(complete(UploadId, [parts[0], swapped]))).toEqual(['InvalidPart', 400]);
    });

    it('without the checksum of a part', async () => {
      const { ETag, PartNumber } = parts[0];
      expect(await refusal(complete(UploadId, [{ ETag, PartNumber }]))).toEqual(['InvalidRequest', 400]);
    });

    it('with a part below 5 MiB that is not the last', async () => {
      const third = await part(UploadId, 3, last);
      expect(await refusal(complete(UploadId, [...parts, third]))).toEqual(['EntityTooSmall', 400]);
    });

    it('with no part at all', async () => {
      expect(await refusal(complete(UploadId, []))).toEqual(['MalformedXML', 400]);
    });

    it('with another size, checksum or checksum type than the object has', async () => {
      expect(await refusal(complete(UploadId, parts, { MpuObjectSize: first.length }))).toEqual([
        'InvalidRequest',
        400,
      ]);
      expect(await refusal(complete(UploadId, parts, { ChecksumType: 'FULL_OBJECT' }))).toEqual([
        'InvalidRequest',
        400,
      ]);
      const ChecksumSHA256 = sha256(Buffer.concat([first, last])).toString('base64');
      expect(await refusal(complete(UploadId, parts, { ChecksumSHA256 }))).toEqual(['BadDigest', 400]);
    });

    it('while another write is under way', async () => {
      fixture.s3.conflictNextConditionalWrites(Bucket);
      expect(await refusal(complete(UploadId, parts, { IfNoneMatch: '*' }))).toEqual([
        'ConditionalRequestConflict',
        409,
      ]);
    });
  });

  it('is not completed over an object that is there, where the condition asks for none', async () => {
    const UploadId = await create();
    const done = await part(UploadId, 1, last);
    await fixture.client.send(new PutObjectCommand({ Bucket, Key, Body: 'before' }));
    expect(await refusal(complete(UploadId, [done], { IfNoneMatch: '*' }))).toEqual([
      'PreconditionFailed',
      412,
    ]);
    expect(fixture.stored().map(({ body }) => body.toString())).toEqual(['before']);
  });

  it('is listed while it is open', async () => {
    const UploadId = await create();
    await create({ Key: 'other' });
    const all = await fixture.client.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(all.Uploads?.map((upload) => upload.Key)).toEqual([Key, 'other']);
    const page = await fixture.client.send(new ListMultipartUploadsCommand({ Bucket, MaxUploads: 1 }));
    expect(page).toMatchObject({ IsTruncated: true, NextKeyMarker: Key, NextUploadIdMarker: UploadId });
    const rest = await fixture.client.send(
      new ListMultipartUploadsCommand({ Bucket, KeyMarker: Key, UploadIdMarker: UploadId }),
    );
    expect(rest).toMatchObject({ IsTruncated: false, Uploads: [expect.objectContaining({ Key: 'other' })] });
  });
});

describe('lib-storage', () => {
  const large = Buffer.concat(Array.from({ length: 12 }, (_, n) => Buffer.alloc(MIB, n)));
  const upload = (body: Buffer, condition = false) =>
    new Upload({
      client: fixture.client,
      queueSize: 1,
      params: {
        Bucket,
        Key,
        Body: Readable.from(chunksOf(body, 64 * 1024)),
        ChecksumAlgorithm: 'SHA256',
        ContentType: 'audio/wav',
        ...(condition ? { IfNoneMatch: '*' } : {}),
      },
    }).done();

  it('stores a stream of unknown length, in parts', async () => {
    const answer = await upload(large);
    expect(answer.ChecksumSHA256).toMatch(/-3$/);
    const { Body } = await fixture.client.send(new GetObjectCommand({ Bucket, Key }));
    expect(sha256(Buffer.from((await Body?.transformToByteArray()) ?? []))).toEqual(sha256(large));
  });

  it('stores a short stream with one PutObject', async () => {
    await upload(Buffer.from('short'));
    expect(fixture.aws.journal.entries.map(({ operation }) => operation)).toEqual(['PutObject']);
  });

  it('overwrites nothing where the condition asks for none, and aborts its parts', async () => {
    await upload(large);
    expect(await refusal(upload(large, true))).toEqual(['PreconditionFailed', 412]);
    expect(await refusal(upload(Buffer.from('short'), true))).toEqual(['PreconditionFailed', 412]);
    expect(storedKeys()).toEqual([Key]);
    expect(openUploads()).toEqual([]);
  });
});

function* chunksOf(body: Buffer, size: number): Generator<Buffer> {
  for (let start = 0; start < body.length; start += size) {
    yield body.subarray(start, start + size);
  }
}
