import { createHash } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  UploadPartCommand,
  type UploadPartCommandInput,
} from '@aws-sdk/client-s3';
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
  const { ETag, ChecksumSHA256 } = await fixture.client.send(command);
  return { PartNumber, ETag, ChecksumSHA256 };
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

  it('does not implement an upload under another checksum than SHA-256', async () => {
    const without = new CreateMultipartUploadCommand({ Bucket, Key });
    expect(await refusal(silent().send(without))).toEqual(['NotImplemented', 501]);
    expect(await refusal(create({ ChecksumAlgorithm: 'CRC32' }))).toEqual(['NotImplemented', 501]);
    expect(await refusal(create({ ChecksumType: 'FULL_OBJECT' }))).toEqual(['NotImplemented', 501]);
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

    it('with another checksum than the object has', async () => {
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
    await create();
    await create({ Key: 'other' });
    const all = await fixture.client.send(new ListMultipartUploadsCommand({ Bucket }));
    expect(all.Uploads?.map((upload) => upload.Key)).toEqual([Key, 'other']);
  });
});
