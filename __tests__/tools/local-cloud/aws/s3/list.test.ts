import {
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  PutObjectCommand,
} from '@aws-sdk/client-s3';
import { Bucket, type S3Fixture, startS3, stopAll } from './s3-fixture';

let fixture: S3Fixture;
beforeEach(async () => {
  fixture = await startS3();
});
afterEach(stopAll);

const put = (...keys: string[]) =>
  Promise.all(keys.map((Key) => fixture.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))));
const versions = async (input: Partial<ListObjectVersionsCommandInput> = {}) => {
  const answer = await fixture.client.send(new ListObjectVersionsCommand({ Bucket, ...input }));
  return {
    ...answer,
    found: (answer.Versions ?? []).map(({ Key, IsLatest }) => [Key, IsLatest]),
    markers: (answer.DeleteMarkers ?? []).map(({ Key, IsLatest }) => [Key, IsLatest]),
  };
};

describe('ListObjectVersions', () => {
  it('gives every version and delete marker, newest first, and says which is the latest', async () => {
    await put('a');
    await put('a', 'b');
    await fixture.client.send(new DeleteObjectCommand({ Bucket, Key: 'a' }));
    expect(await versions()).toMatchObject({
      found: [
        ['a', false],
        ['a', false],
        ['b', true],
      ],
      markers: [['a', true]],
    });
  });

  it('pages by key and version', async () => {
    await put('a');
    await put('a');
    await put('a', 'b');
    const found: unknown[] = [];
    let markers: Partial<ListObjectVersionsCommandInput> = {};
    for (;;) {
      const page = await versions({ MaxKeys: 1, ...markers });
      found.push(...page.found.map(([key]) => key));
      if (page.IsTruncated !== true) {
        break;
      }
      markers = {
        KeyMarker: page.NextKeyMarker,
        ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
      };
    }
    expect(found).toEqual(['a', 'a', 'a', 'b']);
  });
});
