import { invalidArgument, S3Error } from './s3-error';

/** Attributes that a writer gives an object besides its bytes. */
export interface ObjectAttributes {
  /** @default 'binary/octet-stream' */
  readonly contentType: string;
  /** User metadata by lower-case name, without `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
}

const METADATA_PREFIX = 'x-amz-meta-';
/** Source: "Working with object metadata", S3 user guide. */
const LARGEST_METADATA_BYTES = 2048;
/** Source: "Categorizing your objects using tags", S3 user guide. */
const MAXIMUM_TAGS = 10;
const LONGEST_TAG_KEY = 128;
const LONGEST_TAG_VALUE = 256;
/** Letters, spaces and numbers of UTF-8, and a few more. So `${aws_s3_bucket.x.id}` or an unresolved token is no tag. */
const TAG_TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const readMetadata = (headers: ReadonlyMap<string, string>): Readonly<Record<string, string>> => {
  const metadata = [...headers]
    .filter(([name]) => name.startsWith(METADATA_PREFIX))
    .map(([name, value]) => [name.slice(METADATA_PREFIX.length), value] as const);
  for (const [name, value] of metadata) {
    if (!/^[\x20-\x7e]*$/.test(value)) {
      throw invalidArgument(
        METADATA_PREFIX + name,
        '',
        'printable ASCII: S3 would give anything else back encoded',
      );
    }
  }
  const bytes = metadata.flat().reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > LARGEST_METADATA_BYTES) {
    throw new S3Error('MetadataTooLarge', 400, `Your metadata headers have ${bytes} bytes`);
  }
  return Object.fromEntries(metadata);
};

const readTags = (header: string | undefined): Readonly<Record<string, string>> => {
  const tags = [...new URLSearchParams(header ?? '')];
  if (tags.length > MAXIMUM_TAGS) {
    throw new S3Error('BadRequest', 400, `Object tags cannot be greater than ${MAXIMUM_TAGS}`);
  }
  if (new Set(tags.map(([key]) => key)).size !== tags.length) {
    throw invalidArgument('x-amz-tagging', header ?? '', 'tags with different keys');
  }
  for (const [key, value] of tags) {
    if (!TAG_TEXT.test(key) || key.length === 0 || key.length > LONGEST_TAG_KEY || key.startsWith('aws:')) {
      throw new S3Error('InvalidTag', 400, 'The TagKey you have provided is invalid');
    }
    if (!TAG_TEXT.test(value) || value.length > LONGEST_TAG_VALUE) {
      throw new S3Error('InvalidTag', 400, 'The TagValue you have provided is invalid');
    }
  }
  return Object.fromEntries(tags);
};

/** @throws S3Error for metadata above 2 KB, and for tags that S3 does not take. */
export const readAttributes = (headers: ReadonlyMap<string, string>): ObjectAttributes => ({
  contentType: headers.get('content-type') ?? 'binary/octet-stream',
  metadata: readMetadata(headers),
  tags: readTags(headers.get('x-amz-tagging')),
});

/** The headers by which S3 gives the attributes back. */
export const attributeHeaders = ({
  contentType,
  metadata,
  tags,
}: ObjectAttributes): Readonly<Record<string, string>> => ({
  'content-type': contentType,
  ...Object.fromEntries(Object.entries(metadata).map(([name, value]) => [METADATA_PREFIX + name, value])),
  ...(Object.keys(tags).length === 0 ? {} : { 'x-amz-tagging-count': String(Object.keys(tags).length) }),
});
