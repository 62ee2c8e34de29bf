import { createHash } from 'node:crypto';
import {
  CreateMultipartUploadCommand,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { MoverAt } from './mover-at';
import { openStandIn, type StandIn } from './stand-in';

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64');

let standIn: StandIn;
let mover: MoverAt;

beforeAll(async () => {
  standIn = await openStandIn();
  mover = await MoverAt.start(standIn);
});
afterAll(async () => {
  await mover.close();
  await standIn.close();
});

describe('what the mover leaves to AWS', () => {
  const body = Buffer.from('audio');
  const put = (key: string, input: { ChecksumSHA256?: string; IfNoneMatch?: string }) =>
    standIn.s3.send(new PutObjectCommand({ Bucket: mover.bucketName, Key: key, Body: body, ...input }));

  it('S3 keeps a declared SHA-256, whose algorithm nothing else names', async () => {
    const declared = sha256(body);
    await put('declared', { ChecksumSHA256: declared });
    expect((await mover.head('declared')).ChecksumSHA256).toBe(declared);
  });

  it('S3 refuses bytes that do not have the declared SHA-256', async () => {
    const declared = sha256(Buffer.from('other'));
    await expect(put('wrong', { ChecksumSHA256: declared })).rejects.toMatchObject({
      $metadata: { httpStatusCode: 400 },
    });
    expect(await mover.keys()).not.toContain('wrong');
  });

  it('S3 refuses a part that does not have the declared SHA-256', async () => {
    const target = { Bucket: mover.bucketName, Key: 'parts' };
    const { UploadId } = await standIn.s3.send(
      new CreateMultipartUploadCommand({ ...target, ChecksumAlgorithm: 'SHA256' }),
    );
    const part = new UploadPartCommand({
      ...target,
      UploadId,
      PartNumber: 1,
      Body: body,
      ChecksumSHA256: sha256(Buffer.from('other')),
    });
    await expect(standIn.s3.send(part)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  it('S3 lets one of ten conditional writes at the same time through', async () => {
    const writes = Array.from({ length: 10 }, () => put('contested', { IfNoneMatch: '*' }));
    const answers = await Promise.allSettled(writes);
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await mover.keys()).filter((key) => key === 'contested')).toHaveLength(1);
  });

  it('nobody gets in with a key that was never issued', async () => {
    const stranger = new S3Client({
      endpoint: standIn.origin,
      region: standIn.region,
      forcePathStyle: true,
      credentials: { accessKeyId: 'AKIDOESNOTEXIST00000', secretAccessKey: 'unknown' },
    });
    const listing = stranger.send(new ListObjectVersionsCommand({ Bucket: mover.bucketName }));
    await expect(listing).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    stranger.destroy();
  });

  it('nobody gets in with a wrong secret key', async () => {
    const impostor = new S3Client({
      endpoint: standIn.origin,
      region: standIn.region,
      forcePathStyle: true,
      credentials: { ...standIn.credentials, secretAccessKey: 'wrong' },
    });
    const listing = impostor.send(new ListObjectVersionsCommand({ Bucket: mover.bucketName }));
    await expect(listing).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
    impostor.destroy();
  });
});
