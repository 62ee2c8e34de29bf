import {
  type CompletedPart,
  CompleteMultipartUploadCommand,
  type CompleteMultipartUploadCommandInput,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  UploadPartCommand,
  type UploadPartCommandInput,
} from '@aws-sdk/client-s3';
import { Bucket, refusal, type S3Fixture, startS3, stopAll } from './s3-fixture';

const Key = 'large.wav';
const MIB = 1024 * 1024;

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

  it('refuses a part without the checksum of the upload or with another', async () => {
    const UploadId = await create();
    const command = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber: 1, Body: last });
    expect(await refusal(silent().send(command))).toEqual(['InvalidRequest', 400]);
    expect(await refusal(part(UploadId, 1, last, { ChecksumAlgorithm: 'CRC32' }))).toEqual([
      'InvalidRequest',
      400,
    ]);
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

    it('with a part below 5 MiB that is not the last', async () => {
      const third = await part(UploadId, 3, last);
      expect(await refusal(complete(UploadId, [...parts, third]))).toEqual(['EntityTooSmall', 400]);
    });
  });
});
