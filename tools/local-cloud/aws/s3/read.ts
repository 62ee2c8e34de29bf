import type { AwsResponse } from '../service';
import { attributeHeaders } from './attributes';
import { matchesEtag, noSuchKey, type ObjectVersion, preconditionFailed } from './bucket';
import type { OperationContext } from './context';
import { encryptionHeaders } from './encryption';
import { invalidArgument, notImplemented, S3Error } from './s3-error';
import { versionHeaders } from './write';

const findVersion = ({ request: { key, query }, bucket }: OperationContext): ObjectVersion => {
  const versionId = query.get('versionId');
  const versions = bucket.versions(key);
  const version =
    versionId === null ? versions[0] : versions.find((candidate) => candidate.versionId === versionId);
  if (version === undefined) {
    throw versionId === null
      ? noSuchKey(key)
      : new S3Error('NoSuchVersion', 404, 'The specified version does not exist.', {
          Key: key,
          VersionId: versionId,
        });
  }
  if (version.isDeleteMarker) {
    const headers = { 'x-amz-delete-marker': 'true', ...versionHeaders(version) };
    throw versionId === null
      ? noSuchKey(key, headers)
      : new S3Error(
          'MethodNotAllowed',
          405,
          'The specified method is not allowed against this resource.',
          { ResourceType: 'DeleteMarker' },
          headers,
        );
  }
  return version;
};

const checkConditions = (headers: ReadonlyMap<string, string>, { etag }: ObjectVersion): void => {
  const ifMatch = headers.get('if-match');
  if (ifMatch !== undefined && !matchesEtag(ifMatch, etag)) {
    throw preconditionFailed('If-Match');
  }
  const ifNoneMatch = headers.get('if-none-match');
  if (ifNoneMatch !== undefined && matchesEtag(ifNoneMatch, etag)) {
    throw new S3Error('NotModified', 304, '', {}, { etag: `"${etag}"` });
  }
};

/** A stretch of bytes, `end` included. */
interface ByteRange {
  readonly start: number;
  readonly end: number;
}

const readRange = (header: string | undefined, size: number): ByteRange | undefined => {
  if (header === undefined) {
    return undefined;
  }
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) {
    throw notImplemented(`the range "${header}": one range of bytes is taken`);
  }
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (start > end) {
    throw new S3Error(
      'InvalidRange',
      416,
      'The requested range is not satisfiable',
      { RangeRequested: header, ActualObjectSize: String(size) },
      { 'content-range': `bytes */${size}` },
    );
  }
  return { start, end };
};

/** The checksum is that of the whole object, so it goes with the whole object only. */
const checksumHeaders = (
  mode: string | undefined,
  range: ByteRange | undefined,
  { checksum }: ObjectVersion,
): Readonly<Record<string, string>> => {
  if (mode !== undefined && mode !== 'ENABLED') {
    throw invalidArgument('x-amz-checksum-mode', mode, 'ENABLED');
  }
  return mode === undefined || range !== undefined
    ? {}
    : { [checksum.algorithm.header]: checksum.value, 'x-amz-checksum-type': checksum.type };
};

const RESPONSE_PREFIX = 'response-';

const overrides = (query: URLSearchParams): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...query]
      .filter(([name]) => name.startsWith(RESPONSE_PREFIX))
      .map(([name, value]) => [name.slice(RESPONSE_PREFIX.length), value]),
  );

/**
 * `GetObject` and `HeadObject`. Not modelled: reading one part by its number, conditions on time, several ranges.
 *
 * @throws S3Error 304, 404, 405, 412 or 416 as S3 has it.
 */
export const readObject = (context: OperationContext): AwsResponse => {
  const { headers, query } = context.request;
  const version = findVersion(context);
  checkConditions(headers, version);
  const size = version.body.length;
  const range = readRange(headers.get('range'), size);
  const { start, end } = range ?? { start: 0, end: size - 1 };
  return {
    status: range === undefined ? 200 : 206,
    headers: {
      ...attributeHeaders(version),
      ...overrides(query),
      'accept-ranges': 'bytes',
      'content-length': String(end - start + 1),
      ...(range === undefined ? {} : { 'content-range': `bytes ${start}-${end}/${size}` }),
      etag: `"${version.etag}"`,
      'last-modified': new Date(version.lastModifiedMs).toUTCString(),
      ...checksumHeaders(headers.get('x-amz-checksum-mode'), range, version),
      ...encryptionHeaders(version.encryption),
      ...versionHeaders(version),
    },
    body: context.request.operation.method === 'HEAD' ? '' : version.body.subarray(start, end + 1),
  };
};
