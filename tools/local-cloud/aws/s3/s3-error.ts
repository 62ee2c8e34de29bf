import { AwsError } from '../service';

/**
 * An error of S3. `details` are the elements that S3 adds to the error's XML, for example `Key` of `NoSuchKey`.
 *
 * Codes and statuses: "Error responses", Amazon S3 API reference.
 */
export class S3Error extends AwsError {
  readonly details: Readonly<Record<string, string>>;

  constructor(
    code: string,
    status: number,
    message: string,
    details: Readonly<Record<string, string>> = {},
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(code, message, status, headers);
    this.details = details;
  }
}

/** A parameter whose value S3 does not take. */
export const invalidArgument = (name: string, value: string, expected: string): S3Error =>
  new S3Error('InvalidArgument', 400, `${name} must be ${expected}`, {
    ArgumentName: name,
    ArgumentValue: value,
  });

/** A parameter that S3 may know and the local AWS does not: refused, never ignored. */
export const notImplemented = (what: string): S3Error =>
  new S3Error('NotImplemented', 501, `the local S3 does not implement ${what}`);

export const invalidRequest = (message: string): S3Error => new S3Error('InvalidRequest', 400, message);
