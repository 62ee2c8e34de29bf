import type { AwsResponse } from '../service';
import { type Bucket, byUtf8, type Version } from './bucket';
import type { OperationContext } from './request';
import { invalidArgument } from './s3-error';
import { xmlResponse } from './xml';

const MAXIMUM_ENTRIES = 1000;

const readLimit = (query: URLSearchParams, name: string): number => {
  const value = query.get(name);
  if (value !== null && !/^\d{1,9}$/.test(value)) {
    throw invalidArgument(name, value, 'an integer between 0 and 2147483647');
  }
  return Math.min(MAXIMUM_ENTRIES, Number(value ?? MAXIMUM_ENTRIES));
};

/** How names are written: percent-encoded where the request asks for it. */
const readEncoding = (query: URLSearchParams): ((text: string) => string) => {
  const encoding = query.get('encoding-type');
  if (encoding !== null && encoding !== 'url') {
    throw invalidArgument('encoding-type', encoding, 'url');
  }
  return encoding === null
    ? (text) => text
    : (text) => encodeURIComponent(text).replaceAll('%2F', '/').replaceAll('%20', '+');
};

/** S3 keeps whole seconds. */
const timestamp = (ms: number): string => new Date(ms - (ms % 1000)).toISOString();

/** An entry of a listing: something with a key, or all keys that share a prefix up to the delimiter. */
type Entry<Item> = { readonly prefix: string } | { readonly item: Item };

const nameOf = (entry: Entry<{ readonly key: string }>): string =>
  'item' in entry ? entry.item.key : entry.prefix;

/** Rolls up everything that shares a prefix up to the delimiter; the items come in S3's order. */
const group = <Item extends { readonly key: string }>(
  items: readonly Item[],
  prefix: string,
  delimiter: string,
): readonly Entry<Item>[] => {
  const entries: Entry<Item>[] = [];
  let lastPrefix: string | undefined;
  for (const item of items.filter(({ key }) => key.startsWith(prefix))) {
    const end = delimiter === '' ? -1 : item.key.indexOf(delimiter, prefix.length);
    if (end === -1) {
      entries.push({ item });
    } else {
      const common = item.key.slice(0, end + delimiter.length);
      if (common !== lastPrefix) {
        entries.push({ prefix: common });
        lastPrefix = common;
      }
    }
  }
  return entries;
};

interface Page<Item> {
  readonly items: readonly Item[];
  readonly prefixes: readonly string[];
  /** The last entry, where more follow. */
  readonly lastOfMore: Entry<Item> | undefined;
  readonly size: number;
}

const page = <Item>(entries: readonly Entry<Item>[], limit: number): Page<Item> => {
  const shown = entries.slice(0, limit);
  return {
    items: shown.flatMap((entry) => ('item' in entry ? [entry.item] : [])),
    prefixes: shown.flatMap((entry) => ('prefix' in entry ? [entry.prefix] : [])),
    lastOfMore: entries.length > limit ? shown.at(-1) : undefined,
    size: shown.length,
  };
};

/** Whether a key comes after a position: a key, or a common prefix, behind which everything under it is passed over. */
const isBehind = (position: string, delimiter: string, key: string): boolean =>
  byUtf8(key, position) > 0 &&
  !(delimiter !== '' && position.endsWith(delimiter) && key.startsWith(position));

const owner = (accountId: string) => ({ ID: accountId, DisplayName: accountId });

/** `ListObjectsV2` */
export const listObjectsV2 = ({ request: { query }, bucket, keys }: OperationContext): AwsResponse => {
  if (query.get('list-type') !== '2') {
    throw invalidArgument('list-type', query.get('list-type') ?? '', '2');
  }
  const encode = readEncoding(query);
  const limit = readLimit(query, 'max-keys');
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const startAfter = query.get('start-after') ?? '';
  const token = query.get('continuation-token');
  const position = token === null ? startAfter : Buffer.from(token, 'base64url').toString('utf8');
  const objects = bucket
    .keys()
    .filter((key) => key.startsWith(prefix) && isBehind(position, token === null ? '' : delimiter, key))
    .flatMap((key) => bucket.current(key) ?? []);
  const { items, prefixes, lastOfMore, size } = page(group(objects, prefix, delimiter), limit);
  return xmlResponse('ListBucketResult', {
    Name: bucket.name,
    Prefix: encode(prefix),
    StartAfter: startAfter === '' ? undefined : encode(startAfter),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    MaxKeys: limit,
    KeyCount: size,
    IsTruncated: lastOfMore !== undefined,
    EncodingType: query.get('encoding-type') ?? undefined,
    ContinuationToken: token ?? undefined,
    NextContinuationToken: lastOfMore && Buffer.from(nameOf(lastOfMore)).toString('base64url'),
    Contents: items.map(({ key, lastModifiedMs, etag, body, checksum }) => ({
      Key: encode(key),
      LastModified: timestamp(lastModifiedMs),
      ETag: `"${etag}"`,
      ChecksumAlgorithm: checksum.algorithm.name,
      ChecksumType: checksum.type,
      Size: body.length,
      ...(query.get('fetch-owner') === 'true' ? { Owner: owner(keys.accountId) } : {}),
      StorageClass: 'STANDARD',
    })),
    CommonPrefixes: prefixes.map((common) => ({ Prefix: encode(common) })),
  });
};

interface ListedVersion {
  readonly key: string;
  readonly version: Version;
  readonly isLatest: boolean;
}

const versionsBehind = (
  bucket: Bucket,
  query: URLSearchParams,
  delimiter: string,
): readonly ListedVersion[] => {
  const keyMarker = query.get('key-marker') ?? '';
  const versionMarker = query.get('version-id-marker');
  if (keyMarker === '' && versionMarker !== null) {
    throw invalidArgument('version-id-marker', versionMarker, 'given with a key marker');
  }
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
      .filter((key) => isBehind(keyMarker, versionMarker === null ? delimiter : '', key))
      .flatMap(all),
  ];
};

/** `ListObjectVersions`. Versions and delete markers come in two lists, each in S3's order. */
export const listObjectVersions = ({ request: { query }, bucket, keys }: OperationContext): AwsResponse => {
  const encode = readEncoding(query);
  const limit = readLimit(query, 'max-keys');
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const entries = group(versionsBehind(bucket, query, delimiter), prefix, delimiter);
  const { items, prefixes, lastOfMore } = page(entries, limit);
  const common = ({ version, isLatest }: ListedVersion) => ({
    Key: encode(version.key),
    VersionId: version.versionId,
    IsLatest: isLatest,
    LastModified: timestamp(version.lastModifiedMs),
    Owner: owner(keys.accountId),
  });
  const last = lastOfMore && ('item' in lastOfMore ? lastOfMore.item : undefined);
  return xmlResponse('ListVersionsResult', {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === '' ? undefined : encode(delimiter),
    KeyMarker: encode(query.get('key-marker') ?? ''),
    VersionIdMarker: query.get('version-id-marker') ?? '',
    MaxKeys: limit,
    IsTruncated: lastOfMore !== undefined,
    EncodingType: query.get('encoding-type') ?? undefined,
    NextKeyMarker: lastOfMore && encode(nameOf(lastOfMore)),
    NextVersionIdMarker: last?.version.versionId,
    Version: items.flatMap((item) =>
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
    DeleteMarker: items.filter(({ version }) => version.isDeleteMarker).map(common),
    CommonPrefixes: prefixes.map((shared) => ({ Prefix: encode(shared) })),
  });
};

/** `ListMultipartUploads`, all of them on one page. */
export const listMultipartUploads = ({ bucket, keys }: OperationContext): AwsResponse =>
  xmlResponse('ListMultipartUploadsResult', {
    Bucket: bucket.name,
    IsTruncated: false,
    Upload: [...bucket.uploads.values()]
      .sort((a, b) => byUtf8(a.key, b.key) || a.initiatedMs - b.initiatedMs)
      .map(({ key, uploadId, initiatedMs }) => ({
        Key: key,
        UploadId: uploadId,
        Initiated: timestamp(initiatedMs),
        Owner: owner(keys.accountId),
        StorageClass: 'STANDARD',
      })),
  });
