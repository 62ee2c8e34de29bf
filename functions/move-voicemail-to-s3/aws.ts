import { awsErrorFacts } from '../shared/aws-error';
import { AwsTroubleError } from './errors';

/** AWS's codes and the SDK's classes are words; anything with a digit may be an echo of what was sent. */
const AWS_ERROR_NAME = /^[A-Za-z.]{1,64}$/;

/** HTTP status of an AWS error; `undefined` where no answer came. */
export const awsStatus = (error: unknown): number | undefined => awsErrorFacts(error).status;

/** Whether AWS refused with this error code. */
export const isAwsError = (error: unknown, code: string): boolean =>
  error instanceof Error && error.name === code;

/**
 * The refusal of an AWS call as a reason to give the message back. Each of them, a missing permission included, is the
 * deployment's and not the message's: once it is mended, the waiting messages go through by themselves.
 */
export const awsTrouble = (what: string, error: unknown): AwsTroubleError => {
  const { code, status } = awsErrorFacts(error);
  return new AwsTroubleError(
    `${what} failed: ${AWS_ERROR_NAME.test(code) ? code : 'unknown error'}${status === undefined ? '' : ` (${status})`}; it is tried again`,
  );
};
