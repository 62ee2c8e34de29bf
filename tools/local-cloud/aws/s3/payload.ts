import { createHash } from 'node:crypto';
import { type DecodedBody, decodeAwsChunked } from './aws-chunked';
import {
  algorithmNamed,
  type StatedChecksum,
  statedChecksum,
  strictBase64,
  verifiedChecksum,
} from './checksum';
import type { S3Request } from './request';
import { invalidRequest, notImplemented, S3Error } from './s3-error';

const UNSIGNED_WITH_TRAILER = 'STREAMING-UNSIGNED-PAYLOAD-TRAILER';
const MD5_BYTES = 16;

const decodeTrailing = ({ headers, body }: S3Request): DecodedBody => {
  if (headers.get('content-encoding')?.split(',')[0]?.trim() !== 'aws-chunked') {
    throw invalidRequest(
      `${UNSIGNED_WITH_TRAILER} goes with a Content-Encoding that begins with aws-chunked`,
    );
  }
  const decoded = decodeAwsChunked(body);
  const length = headers.get('x-amz-decoded-content-length');
  if (length === undefined) {
    throw new S3Error('MissingContentLength', 411, 'You must provide x-amz-decoded-content-length.');
  }
  if (length !== String(decoded.data.length)) {
    throw new S3Error(
      'IncompleteBody',
      400,
      'You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header.',
    );
  }
  const announced =
    headers
      .get('x-amz-trailer')
      ?.toLowerCase()
      .split(',')
      .map((name) => name.trim()) ?? [];
  const sent = [...decoded.trailers.keys()];
  if (announced.length !== sent.length || announced.some((name) => !decoded.trailers.has(name))) {
    throw new S3Error(
      'MalformedTrailerError',
      400,
      'The trailing fields are not those that x-amz-trailer announced.',
    );
  }
  return decoded;
};

/** The request's body without framing. That it is the one whose SHA-256 was signed, the front door has verified. */
export const readPayload = (request: S3Request): DecodedBody => {
  const { headers, body } = request;
  const stated = headers.get('x-amz-content-sha256');
  if (stated === UNSIGNED_WITH_TRAILER) {
    return decodeTrailing(request);
  }
  if (stated?.startsWith('STREAMING-')) {
    throw notImplemented(`bodies of ${stated}`);
  }
  for (const name of ['x-amz-decoded-content-length', 'x-amz-trailer']) {
    if (headers.has(name)) {
      throw invalidRequest(`${name} goes with ${UNSIGNED_WITH_TRAILER} only`);
    }
  }
  return { data: body, trailers: new Map() };
};

const verifyMd5 = (stated: string, data: Buffer): void => {
  if (strictBase64(stated, MD5_BYTES) === undefined) {
    throw new S3Error('InvalidDigest', 400, 'The Content-MD5 you specified is not valid.');
  }
  if (createHash('md5').update(data).digest('base64') !== stated) {
    throw new S3Error('BadDigest', 400, 'The Content-MD5 you specified did not match what we received.');
  }
};

/** A body whose every stated digest was verified. */
export interface VerifiedPayload {
  readonly data: Buffer;
  /** What the request stated, or S3's own choice. */
  readonly checksum: StatedChecksum;
  /** Whether the request stated a checksum. */
  readonly isStated: boolean;
}

/**
 * Reads a body and verifies every digest that the request states of it, in headers or trailing.
 *
 * @throws S3Error when one differs, is malformed or was announced but is not there.
 */
export const readVerifiedPayload = (request: S3Request): VerifiedPayload => {
  const { headers } = request;
  const { data, trailers } = readPayload(request);
  const stated = statedChecksum(new Map([...headers, ...trailers]));
  const announced = headers.get('x-amz-sdk-checksum-algorithm');
  if (announced !== undefined && algorithmNamed(announced) !== stated?.algorithm) {
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  const md5 = headers.get('content-md5');
  if (md5 !== undefined) {
    verifyMd5(md5, data);
  }
  return { data, checksum: verifiedChecksum(stated, data), isStated: stated !== undefined };
};
