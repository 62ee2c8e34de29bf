import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { Bucket, errorOf, type S3Fixture, startS3, stopAll } from './s3-fixture';

const Key = 'v-1.webm';
const text = 'abcdefghij';

let fixture: S3Fixture;
beforeAll(async () => {
  fixture = await startS3();
});
afterAll(stopAll);

const get = async (input: object = {}) => {
  const answer = await fixture.client.send(new GetObjectCommand({ Bucket, Key, ...input }));
  return { ...answer, text: await answer.Body?.transformToString() };
};

describe('GetObject and HeadObject', () => {
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
  });
});
