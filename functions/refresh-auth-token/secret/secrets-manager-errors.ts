import { SecretsManagerError } from '../errors';

const TRANSIENT_CODE = /throttl|toomanyrequests|limitexceeded|requesttimeout/i;
const SAFE_CODE = /^[A-Za-z][\w.-]{0,79}$/;

const statusOf = (error: Error): number | undefined => {
  const metadata = '$metadata' in error ? error.$metadata : undefined;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  return typeof status === 'number' ? status : undefined;
};

const codeOf = (error: Error): string => {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return SAFE_CODE.test(code) ? code : 'UnknownError';
};

/** Classifies what a call ended with. AWS's messages name ARNs and may quote more, so only the code is kept. */
export const toSecretsManagerError = (operation: string, error: unknown): SecretsManagerError => {
  if (!(error instanceof Error)) {
    return new SecretsManagerError(operation, 'UnknownError', true);
  }
  const status = statusOf(error);
  const code = codeOf(error);
  // No status: no answer. A 200 that ends in an error could not be read.
  const isPassing =
    status === undefined || status >= 500 || status === 429 || status === 200 || TRANSIENT_CODE.test(code);
  return new SecretsManagerError(operation, code, isPassing);
};

/** Whether the same call may work a moment later. */
export const isTransient = (error: unknown): boolean =>
  error instanceof SecretsManagerError && error.kind === 'TemporarilyUnavailable';

/** Whether Secrets Manager answered with this error code. */
export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof SecretsManagerError && error.code === code;
