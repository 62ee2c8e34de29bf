import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  PutObjectCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3';
import fc from 'fast-check';
import { Bucket, type S3Fixture, startS3, stopAll } from './s3-fixture';

let fixture: S3Fixture;
beforeEach(async () => {
  fixture = await startS3();
});
afterEach(stopAll);

const put = (...keys: string[]) =>
  Promise.all(keys.map((Key) => fixture.client.send(new PutObjectCommand({ Bucket, Key, Body: Key }))));
const list = async (input: Partial<ListObjectsV2CommandInput> = {}) => {
  const answer = await fixture.client.send(new ListObjectsV2Command({ Bucket, ...input }));
  return {
    ...answer,
    keys: (answer.Contents ?? []).map(({ Key }) => Key),
    prefixes: (answer.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
  };
};
const versions = async (input: Partial<ListObjectVersionsCommandInput> = {}) => {
  const answer = await fixture.client.send(new ListObjectVersionsCommand({ Bucket, ...input }));
  return {
    ...answer,
    found: (answer.Versions ?? []).map(({ Key, IsLatest }) => [Key, IsLatest]),
    markers: (answer.DeleteMarkers ?? []).map(({ Key, IsLatest }) => [Key, IsLatest]),
  };
};

describe('ListObjectsV2', () => {
  it('gives keys in the order of their UTF-8 bytes, with size and ETag', async () => {
    await put('b', 'a/2', 'a/10', 'Z', 'é', '😀', '\uff5e');
    const { keys, Contents, KeyCount, IsTruncated } = await list();
    expect(keys).toEqual(['Z', 'a/10', 'a/2', 'b', 'é', '\uff5e', '😀']);
    expect(Contents?.[1]).toMatchObject({
      Size: 4,
      ETag: expect.stringMatching(/^"[0-9a-f]{32}"$/),
      StorageClass: 'STANDARD',
    });
    expect([KeyCount, IsTruncated]).toEqual([7, false]);
  });

  it('narrows by prefix and rolls up by delimiter', async () => {
    await put('v/1', 'v/2/a', 'v/2/b', 'v/3/c', 'w');
    expect(await list({ Prefix: 'v/', Delimiter: '/' })).toMatchObject({
      keys: ['v/1'],
      prefixes: ['v/2/', 'v/3/'],
    });
    expect(await list({ Delimiter: '/' })).toMatchObject({ keys: ['w'], prefixes: ['v/'] });
    expect(await list({ Prefix: 'v/2' })).toMatchObject({ keys: ['v/2/a', 'v/2/b'] });
  });

  it('is not cut short where a page holds exactly what there is', async () => {
    await put('a', 'b');
    const { IsTruncated, NextContinuationToken } = await list({ MaxKeys: 2 });
    expect([IsTruncated, NextContinuationToken]).toEqual([false, undefined]);
  });

  it('begins after a key', async () => {
    await put('a', 'b', 'c');
    expect((await list({ StartAfter: 'a' })).keys).toEqual(['b', 'c']);
    expect((await list({ StartAfter: 'aa' })).keys).toEqual(['b', 'c']);
  });

  it('pages through everything once, whatever the page size, common prefixes included', async () => {
    await put('a', 'b/1', 'b/2', 'c/1', 'd', 'e/1', 'e/2', 'e/3');
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('', '/'),
        async (MaxKeys, Delimiter) => {
          const seen: (string | undefined)[] = [];
          const input = { Bucket, MaxKeys, ...(Delimiter === '' ? {} : { Delimiter }) };
          for await (const page of paginateListObjectsV2({ client: fixture.client }, input)) {
            const entries = [...(page.Contents ?? []), ...(page.CommonPrefixes ?? [])];
            expect(entries.length).toBeLessThanOrEqual(MaxKeys);
            seen.push(...(page.Contents ?? []).map(({ Key }) => Key));
            seen.push(...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix));
          }
          expect(seen.sort()).toEqual(
            Delimiter === ''
              ? ['a', 'b/1', 'b/2', 'c/1', 'd', 'e/1', 'e/2', 'e/3']
              : ['a', 'b/', 'c/', 'd', 'e/'],
          );
        },
      ),
      { numRuns: 18 },
    );
  });

  it('writes names percent-encoded when asked', async () => {
    await put('a b/ü+&.txt');
    expect((await list({ EncodingType: 'url' })).keys).toEqual(['a+b/%C3%BC%2B%26.txt']);
    expect((await list()).keys).toEqual(['a b/ü+&.txt']);
  });
});

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
    await put('a', 'b', 'p/1', 'p/2');
    const found: unknown[] = [];
    let markers: Partial<ListObjectVersionsCommandInput> = {};
    for (;;) {
      const page = await versions({ MaxKeys: 1, Delimiter: '/', ...markers });
      found.push(
        ...page.found.map(([key]) => key),
        ...(page.CommonPrefixes ?? []).map(({ Prefix }) => Prefix),
      );
      if (page.IsTruncated !== true) {
        break;
      }
      markers = {
        KeyMarker: page.NextKeyMarker,
        ...(page.NextVersionIdMarker === undefined ? {} : { VersionIdMarker: page.NextVersionIdMarker }),
      };
    }
    expect(found).toEqual(['a', 'a', 'a', 'b', 'p/']);
  });

  it('gives at most a thousand entries', async () => {
    for (const Objects of [Array.from({ length: 1000 }, (_, n) => ({ Key: `k${n}` })), [{ Key: 'last' }]]) {
      await fixture.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    }
    const page = await versions({ MaxKeys: 5000 });
    expect([page.markers.length, page.MaxKeys, page.IsTruncated]).toEqual([1000, 1000, true]);
  });
});
