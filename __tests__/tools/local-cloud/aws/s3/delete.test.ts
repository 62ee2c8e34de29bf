import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { Bucket, type S3Fixture, startS3, stopAll } from './s3-fixture';

let fixture: S3Fixture;
beforeEach(async () => {
  fixture = await startS3();
});
afterEach(stopAll);

const put = async (Key: string) => {
  const { VersionId } = await fixture.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }));
  return VersionId ?? '';
};
const remaining = () => fixture.s3.objects(Bucket).map(({ key, isDeleteMarker }) => [key, isDeleteMarker]);

describe('DeleteObject', () => {
  it('hides the object behind a delete marker and keeps its bytes', async () => {
    await put('a');
    await fixture.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(remaining()).toEqual([
      ['a', true],
      ['a', false],
    ]);
    expect((await fixture.client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });

  it('removes a version for good, and brings the object back when that version is the marker', async () => {
    const version = await put('a');
    const marker = await fixture.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    const back = await fixture.client.send(
      new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: marker.VersionId }),
    );
    expect(back).toMatchObject({ DeleteMarker: true, VersionId: marker.VersionId });
    expect(remaining()).toEqual([['a', false]]);
    await fixture.client.send(new DeleteObjectCommand({ Bucket, Key: 'a', VersionId: version }));
    expect(remaining()).toEqual([]);
  });

  it('lets a conditional write store again where a marker is on top', async () => {
    await put('a');
    await fixture.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    await fixture.client.send(new PutObjectCommand({ Bucket, Key: 'a', Body: 'again', IfNoneMatch: '*' }));
    expect(fixture.stored()).toHaveLength(2);
  });
});

describe('DeleteObjects', () => {
  it('deletes versions and marks keys in one call', async () => {
    const version = await put('a');
    await put('b <&>');
    const answer = await fixture.client.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Objects: [{ Key: 'a', VersionId: version }, { Key: 'b <&>' }] },
      }),
    );
    expect(answer.Deleted).toEqual([
      { Key: 'a', VersionId: version },
      { Key: 'b <&>', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
    ]);
    expect(remaining()).toEqual([
      ['b <&>', true],
      ['b <&>', false],
    ]);
  });
});
