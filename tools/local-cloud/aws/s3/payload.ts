import { createHash } from 'node:crypto';
import {
  algorithmNamed,
  type StatedChecksum,
  statedChecksum,
  strictBase64,
  verifiedChecksum,
} from './checksum';
import type { S3Request } from './request';
import { invalidRequest, notImplemented, S3Error } from './s3-error';

const MD5_BYTES = 16;

/**
 * The request's body. That it is the one whose SHA-256 was signed, the front door has verified.
 *
 * @throws S3Error `NotImplemented` for `aws-chunked` bodies, of whatever kind.
 */
export const readPayload = ({ headers, body }: S3Request): Buffer => {
  const stated = headers.get('x-amz-content-sha256');
  if (stated?.startsWith('STREAMING-')) {
    throw notImplemented(`bodies of ${stated}`);
  }
  return body;
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
  /** The checksum that the request stated, or S3's own choice. */
  readonly checksum: StatedChecksum;
  /** Whether the request stated a checksum. */
  readonly isStated: boolean;
}

/**
 * Reads a body and verifies every digest that the request states of it.
 *
 * @throws S3Error when one differs, is malformed or was announced but is not there.
 */
export const readVerifiedPayload = (request: S3Request): VerifiedPayload => {
  const { headers } = request;
  const data = readPayload(request);
  const stated = statedChecksum(headers);
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
