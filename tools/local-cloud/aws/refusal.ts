import { AwsError } from './service';
import type { SignatureProblem, SignatureRefusedError } from './signature';

type Wording = Readonly<Record<SignatureProblem, readonly [code: string, status: number]>>;

/** Source: Amazon S3 API Reference, "Error responses". */
const S3: Wording = {
  missing: ['AccessDenied', 403],
  'unknown-key': ['InvalidAccessKeyId', 403],
  skewed: ['RequestTimeTooSkewed', 403],
  expired: ['AccessDenied', 403],
  'wrong-payload-hash': ['XAmzContentSHA256Mismatch', 400],
  mismatch: ['SignatureDoesNotMatch', 403],
};

/** Source: the "Common error types" page of the API references of Secrets Manager and SQS. */
const JSON_SERVICES: Wording = {
  missing: ['MissingAuthenticationTokenException', 400],
  'unknown-key': ['UnrecognizedClientException', 400],
  skewed: ['InvalidSignatureException', 400],
  expired: ['InvalidSignatureException', 400],
  'wrong-payload-hash': ['InvalidSignatureException', 400],
  mismatch: ['InvalidSignatureException', 400],
};

/** A refused signature in the words of the service that was asked. */
export const signatureError = (refusal: SignatureRefusedError, signingName: string): AwsError => {
  const [code, status] = (signingName === 's3' ? S3 : JSON_SERVICES)[refusal.problem];
  return new AwsError(code, refusal.message, status);
};

/** The code that a service usually sends with an HTTP status, for faults that name none. */
export const usualErrorCode = (signingName: string, status: number): string => {
  const isS3 = signingName === 's3';
  switch (status) {
    case 400:
      return isS3 ? 'InvalidRequest' : 'ValidationException';
    case 403:
      return isS3 ? 'AccessDenied' : 'AccessDeniedException';
    case 404:
      return isS3 ? 'NoSuchKey' : 'ResourceNotFoundException';
    case 429:
      return isS3 ? 'TooManyRequests' : 'ThrottlingException';
    case 503:
      return isS3 ? 'SlowDown' : 'ServiceUnavailable';
    default:
      return isS3 ? 'InternalError' : 'InternalFailure';
  }
};
