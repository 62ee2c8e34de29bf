import { S3Error } from './s3-error';

/** A body without its `aws-chunked` framing. */
export interface DecodedBody {
  readonly data: Buffer;
  /** Trailing fields by lower-case name. */
  readonly trailers: ReadonlyMap<string, string>;
}

const CRLF = '\r\n';
/** Source: "Uploading objects with chunked encoding", S3 API reference. */
const SMALLEST_CHUNK_BYTES = 8192;

const malformed = (why: string): S3Error =>
  new S3Error('IncompleteBody', 400, `the aws-chunked body is malformed: ${why}`);

/** Reads lines and byte ranges from the front of a body. */
class Reader {
  #position = 0;
  readonly #body: Buffer;

  constructor(body: Buffer) {
    this.#body = body;
  }

  get isAtEnd(): boolean {
    return this.#position === this.#body.length;
  }

  line(): string {
    const end = this.#body.indexOf(CRLF, this.#position);
    if (end === -1) {
      throw malformed('a line does not end');
    }
    const line = this.#body.toString('latin1', this.#position, end);
    this.#position = end + CRLF.length;
    return line;
  }

  bytes(length: number): Buffer {
    const end = this.#position + length;
    if (this.#body.toString('latin1', end, end + CRLF.length) !== CRLF) {
      throw malformed('a chunk is shorter or longer than it says');
    }
    const bytes = this.#body.subarray(this.#position, end);
    this.#position = end + CRLF.length;
    return bytes;
  }
}

const readChunks = (reader: Reader): readonly Buffer[] => {
  const chunks: Buffer[] = [];
  for (;;) {
    const size = reader.line();
    if (!/^[0-9a-fA-F]{1,8}$/.test(size)) {
      throw malformed('a chunk does not begin with its size in hex digits alone, as an unsigned one does');
    }
    const length = Number.parseInt(size, 16);
    if (length === 0) {
      return chunks;
    }
    chunks.push(reader.bytes(length));
  }
};

const readTrailers = (reader: Reader): ReadonlyMap<string, string> => {
  const trailers = new Map<string, string>();
  for (let line = reader.line(); line !== ''; line = reader.line()) {
    const [, name, value] = /^([A-Za-z0-9-]+):\s*(.*?)\s*$/.exec(line) ?? [];
    if (name === undefined || value === undefined) {
      throw new S3Error(
        'MalformedTrailerError',
        400,
        'The request contained trailing data that was not well-formed.',
      );
    }
    trailers.set(name.toLowerCase(), value);
  }
  return trailers;
};

/**
 * Takes the framing of `STREAMING-UNSIGNED-PAYLOAD-TRAILER` off a body: chunks without signatures, an empty one, trailing
 * fields. Chunks below 8 KiB are refused but for the last, as S3 does.
 *
 * @throws S3Error for framing that is malformed, incomplete or followed by more.
 */
export const decodeAwsChunked = (body: Buffer): DecodedBody => {
  const reader = new Reader(body);
  const chunks = readChunks(reader);
  const trailers = readTrailers(reader);
  if (!reader.isAtEnd) {
    throw malformed('something follows its end');
  }
  if (chunks.slice(0, -1).some(({ length }) => length < SMALLEST_CHUNK_BYTES)) {
    throw new S3Error(
      'InvalidChunkSizeError',
      403,
      `Only the last chunk is allowed to have a size less than ${SMALLEST_CHUNK_BYTES} bytes`,
    );
  }
  return { data: Buffer.concat(chunks), trailers };
};
