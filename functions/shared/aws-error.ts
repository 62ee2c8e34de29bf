/** Facts of a refused AWS call. The message is left out: it names ARNs and may quote more. */
export interface AwsErrorFacts {
  /** AWS's error code (`ThrottlingException`), the system's (`ECONNRESET`), or the class of the error. */
  readonly code: string;
  /** HTTP status of the answer; `undefined` where none came. */
  readonly status: number | undefined;
}

const SAFE_CODE = /^[A-Za-z][\w.-]{0,79}$/;

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;

/** Reads an error that the AWS SDK threw. */
export const awsErrorFacts = (error: unknown): AwsErrorFacts => {
  const name = fieldOf(error, 'name');
  // A plain Error says nothing by its class; the system's errors are plain ones with a code.
  const names = name === 'Error' ? [fieldOf(error, 'code'), name] : [name, fieldOf(error, 'code')];
  const code = names.find((one): one is string => typeof one === 'string' && SAFE_CODE.test(one));
  const status = fieldOf(fieldOf(error, '$metadata'), 'httpStatusCode');
  return { code: code ?? 'UnknownError', status: typeof status === 'number' ? status : undefined };
};
