import { TemporaryError } from './errors';

const AWS_ERROR_NAME = /^[A-Za-z][\w.-]{0,79}$/;

/** HTTP status of an AWS error; `undefined` where no answer came. */
export const awsStatus = (error: unknown): number | undefined => {
  if (typeof error !== 'object' || error === null || !('$metadata' in error)) {
    return undefined;
  }
  const metadata = error.$metadata;
  return typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
    ? Number(metadata.httpStatusCode)
    : undefined;
};

const nameOf = (error: unknown): string =>
  error instanceof Error && AWS_ERROR_NAME.test(error.name) ? error.name : 'unknown error';

/**
 * The refusal of an AWS call as a reason to give the message back. Each of them, a missing permission included, is the
 * deployment's and not the message's: once it is mended, the waiting messages go through by themselves.
 */
export const awsTrouble = (what: string, error: unknown): TemporaryError => {
  const status = awsStatus(error);
  return new TemporaryError(
    `${what} failed: ${nameOf(error)}${status === undefined ? '' : ` (${status})`}; it is tried again`,
  );
};
