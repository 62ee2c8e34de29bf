import type { AwsResponse } from '../service';
import { type Bucket, byUtf8, type Version } from './bucket';
import type { OperationContext } from './request';
import { invalidArgument } from './s3-error';
import { xmlResponse } from './xml';

const MAXIMUM_ENTRIES = 1000;

const limitOf = (query: URLSearchParams): number =>
  Math.min(MAXIMUM_ENTRIES, Number(query.get('max-keys') ?? MAXIMUM_ENTRIES));

/** S3 keeps whole seconds. */
const timestamp = (ms: number): string => new Date(ms - (ms % 1000)).toISOString();

/** A page of a listing, and its last entry where more follow. */
const page = <Item>(items: readonly Item[], limit: number): { shown: readonly Item[]; last?: Item } => {
  const shown = items.slice(0, limit);
  const last = items.length > limit ? shown.at(-1) : undefined;
  return last === undefined ? { shown } : { shown, last };
};

/** `ListObjectsV2`. Not modelled: delimiters, encoded names, owners, a key to start after. */
export const listObjectsV2 = ({ request: { query }, bucket }: OperationContext): AwsResponse => {
  if (query.get('list-type') !== '2') {
    throw invalidArgument('list-type', query.get('list-type') ?? '', '2');
  }
  const limit = limitOf(query);
  const prefix = query.get('prefix') ?? '';
  const token = query.get('continuation-token');
  const position = Buffer.from(token ?? '', 'base64url').toString('utf8');
  const objects = bucket
    .keys()
    .filter((key) => key.startsWith(prefix) && byUtf8(key, position) > 0)
    .flatMap((key) => bucket.current(key) ?? []);
  const { shown, last } = page(objects, limit);
  return xmlResponse('ListBucketResult', {
    Name: bucket.name,
    Prefix: prefix,
    MaxKeys: limit,
    KeyCount: shown.length,
    IsTruncated: last !== undefined,
    ContinuationToken: token ?? undefined,
    NextContinuationToken: last && Buffer.from(last.key).toString('base64url'),
    Contents: shown.map(({ key, lastModifiedMs, etag, body, checksum }) => ({
      Key: key,
      LastModified: timestamp(lastModifiedMs),
      ETag: `"${etag}"`,
      ChecksumAlgorithm: checksum.algorithm.name,
      ChecksumType: checksum.type,
      Size: body.length,
      StorageClass: 'STANDARD',
    })),
  });
};

interface ListedVersion {
  readonly key: string;
  readonly version: Version;
  readonly isLatest: boolean;
}

const versionsBehind = (bucket: Bucket, query: URLSearchParams): readonly ListedVersion[] => {
  const keyMarker = query.get('key-marker') ?? '';
  const versionMarker = query.get('version-id-marker');
  const all = (key: string): readonly ListedVersion[] =>
    bucket.versions(key).map((version, index) => ({ key, version, isLatest: index === 0 }));
  const rest = all(keyMarker);
  const restOfKey =
    versionMarker === null
      ? []
      : rest.slice(rest.findIndex(({ version }) => version.versionId === versionMarker) + 1);
  return [
    ...restOfKey,
    ...bucket
      .keys()
      .filter((key) => byUtf8(key, keyMarker) > 0)
      .flatMap(all),
  ];
};

/** `ListObjectVersions`. Versions and delete markers come in two lists, each in S3's order. */
export const listObjectVersions = ({ request: { query }, bucket }: OperationContext): AwsResponse => {
  const limit = limitOf(query);
  const prefix = query.get('prefix') ?? '';
  const matching = versionsBehind(bucket, query).filter(({ key }) => key.startsWith(prefix));
  const { shown, last } = page(matching, limit);
  const common = ({ version, isLatest }: ListedVersion) => ({
    Key: version.key,
    VersionId: version.versionId,
    IsLatest: isLatest,
    LastModified: timestamp(version.lastModifiedMs),
  });
  return xmlResponse('ListVersionsResult', {
    Name: bucket.name,
    Prefix: prefix,
    KeyMarker: query.get('key-marker') ?? '',
    VersionIdMarker: query.get('version-id-marker') ?? '',
    MaxKeys: limit,
    IsTruncated: last !== undefined,
    NextKeyMarker: last?.key,
    NextVersionIdMarker: last?.version.versionId,
    Version: shown.flatMap((item) =>
      item.version.isDeleteMarker
        ? []
        : [
            {
              ...common(item),
              ETag: `"${item.version.etag}"`,
              ChecksumAlgorithm: item.version.checksum.algorithm.name,
              ChecksumType: item.version.checksum.type,
              Size: item.version.body.length,
              StorageClass: 'STANDARD',
            },
          ],
    ),
    DeleteMarker: shown.filter(({ version }) => version.isDeleteMarker).map(common),
  });
};

/** `ListMultipartUploads`, all of them on one page. */
export const listMultipartUploads = ({ bucket }: OperationContext): AwsResponse =>
  xmlResponse('ListMultipartUploadsResult', {
    Bucket: bucket.name,
    IsTruncated: false,
    Upload: [...bucket.uploads.values()].map(({ key, uploadId, initiatedMs }) => ({
      Key: key,
      UploadId: uploadId,
      Initiated: timestamp(initiatedMs),
    })),
  });
