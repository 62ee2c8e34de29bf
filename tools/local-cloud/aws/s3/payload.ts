import { ownChecksum, type StatedChecksum, statedChecksum, verifyChecksum } from './checksum';
import type { S3Request } from './request';
import { notImplemented } from './s3-error';

/** A body whose checksum was verified. */
export interface VerifiedPayload {
  readonly data: Buffer;
  readonly checksum: StatedChecksum;
}

/**
 * Reads a body and verifies the checksum that the request states of it; where it states none, S3 keeps one of its own choice. That
 * it is the body whose SHA-256 was signed, the front door has verified.
 *
 * @throws S3Error where the checksum differs.
 */
export const readVerifiedPayload = ({ headers, body }: S3Request): VerifiedPayload => {
  const signed = headers.get('x-amz-content-sha256');
  if (signed?.startsWith('STREAMING-')) {
    throw notImplemented(`bodies of ${signed}`);
  }
  const stated = statedChecksum(headers);
  if (stated !== undefined) {
    verifyChecksum(stated, body);
  }
  return { data: body, checksum: stated ?? ownChecksum(body) };
};
