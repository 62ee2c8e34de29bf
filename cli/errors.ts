/** The exit codes of every command, part of what scripts rely on. */
export const EXIT_CODE = {
  /** Done, and everything that was promised holds. */
  done: 0,
  /** Something failed; the message says what, and what to do. */
  failed: 1,
  /** The command line, the outputs file or the input is wrong; nothing was done. */
  usage: 2,
  /** `doctor` has findings. */
  findings: 3,
  /** Part of the work was done and part was not; the summary says which. */
  incomplete: 4,
  /** Stopped with Ctrl-C; what was done stays done. */
  interrupted: 130,
} as const;

/** One of {@link EXIT_CODE}. */
export type ExitCode = (typeof EXIT_CODE)[keyof typeof EXIT_CODE];

/** Something that an operator has to know. Its message is shown as it is: no secret, no phone number, no signed URL. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
  /** The word for it in `--json`, for example `PortInUse`. */
  readonly code: string;
  readonly exitCode: ExitCode;

  constructor(code: string, message: string, exitCode: ExitCode = EXIT_CODE.failed) {
    super(message);
    this.code = code;
    this.exitCode = exitCode;
  }
}

const AWS_ERROR_NAME = /^[A-Za-z][\w.-]{0,79}$/;

const textField = (value: unknown, name: 'name' | 'code'): string => {
  const field: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
  return typeof field === 'string' && AWS_ERROR_NAME.test(field) ? field : '';
};

/**
 * The code of an AWS error, the system's word for a connection that failed (ECONNREFUSED), or the class of any other error;
 * never its message, which may quote anything.
 */
export const errorCodeOf = (error: unknown): string => {
  const name = textField(error, 'name');
  const code = textField(error, 'code');
  return (name === 'Error' ? code || name : name || code) || 'UnknownError';
};

const NO_CREDENTIALS = new Set(['CredentialsProviderError', 'TokenProviderError']);
const NOT_ALLOWED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'KMSAccessDeniedException',
  'KmsAccessDenied',
]);

/** The refusal of an AWS call in an operator's terms. */
export const awsProblem = (what: string, error: unknown): OperatorError => {
  if (error instanceof OperatorError) {
    return error;
  }
  const code = errorCodeOf(error);
  if (NO_CREDENTIALS.has(code)) {
    return new OperatorError(
      'NoCredentials',
      `${what}: there are no usable AWS credentials; set AWS_PROFILE or log in, as for the AWS CLI`,
    );
  }
  if (NOT_ALLOWED.has(code)) {
    return new OperatorError(
      'NotAllowed',
      `${what}: AWS does not allow it (${code}); the command's --help prints the IAM policy that its user needs`,
    );
  }
  return new OperatorError('AwsFailed', `${what} failed: ${code}`);
};
