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
  /** The AWS credentials are missing, expired, unknown to AWS, or of another account; nothing was done. */
  credentials: 5,
  /** Nothing is there that was asked for. */
  notFound: 6,
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
  // The function's class for a refusal of AWS says less than the code that it carries.
  return (/^(?:Error|AwsTroubleError)$/.test(name) ? code || name : name || code) || 'UnknownError';
};

const NO_CREDENTIALS = /^(?:CredentialsProviderError|TokenProviderError)$/;
const EXPIRED = /^(?:ExpiredToken(?:Exception)?|RequestExpired|TokenRefreshRequired)$/;
const UNKNOWN =
  /^(?:InvalidClientTokenId|UnrecognizedClientException|InvalidAccessKeyId|InvalidToken|AuthFailure|SignatureDoesNotMatch|InvalidSignatureException|MissingAuthenticationToken(?:Exception)?|IncompleteSignature(?:Exception)?)$/;
const NOT_ALLOWED = /^(?:AccessDenied(?:Exception)?|KMSAccessDeniedException|KmsAccessDenied)$/;
const CLOCK_WRONG = /^(?:RequestTimeTooSkewed|RequestInTheFuture)$/;
/** The only files that a call to AWS reads are those of the credentials. */
const FILE_UNREADABLE = /^(?:ENOENT|EACCES|EPERM|EISDIR|ENOTDIR)$/;
const UNREACHABLE = /^(?:E[A-Z_]+|TimeoutError|NetworkingError)$/;

const profileInWords = (): string => {
  const profile = process.env['AWS_PROFILE'];
  return profile === undefined || profile === '' ? '' : ` in the profile ${JSON.stringify(profile)}`;
};

const credentialsProblem = (code: string): OperatorError | undefined => {
  const error = (name: string, message: string): OperatorError =>
    new OperatorError(name, message, EXIT_CODE.credentials);
  if (NO_CREDENTIALS.test(code)) {
    return error(
      'NoCredentials',
      `there are no usable AWS credentials${profileInWords()}; choose a profile with --profile or AWS_PROFILE, or log in, as for the AWS CLI`,
    );
  }
  if (EXPIRED.test(code)) {
    return error('CredentialsExpired', `the AWS credentials${profileInWords()} have expired; log in again`);
  }
  if (CLOCK_WRONG.test(code)) {
    return error('ClockWrong', `AWS refuses the time of this machine (${code}); set its clock right`);
  }
  if (FILE_UNREADABLE.test(code)) {
    return error(
      'NoCredentials',
      `a file that the AWS credentials${profileInWords()} name cannot be read (${code}), such as that of a web identity token; mend it, or choose a profile with --profile or AWS_PROFILE`,
    );
  }
  return UNKNOWN.test(code)
    ? error(
        'CredentialsUnknown',
        `AWS does not know the credentials${profileInWords()} (${code}); log in again`,
      )
    : undefined;
};

/** The refusal of an AWS call in an operator's terms. */
export const awsProblem = (what: string, error: unknown): OperatorError => {
  if (error instanceof OperatorError) {
    return error;
  }
  const code = errorCodeOf(error);
  const ofCredentials = credentialsProblem(code);
  if (ofCredentials !== undefined) {
    return ofCredentials;
  }
  if (NOT_ALLOWED.test(code)) {
    return new OperatorError(
      'NotAllowed',
      `${what}: AWS does not allow it (${code}); "genesys-voicemail policy <command>" prints the IAM policy that its user needs`,
    );
  }
  return UNREACHABLE.test(code)
    ? new OperatorError('AwsUnreachable', `${what}: AWS cannot be reached (${code})`)
    : new OperatorError('AwsFailed', `${what} failed: ${code}`);
};

/** Leaves out what is only true inside the function: a command that ends tries nothing again. */
const FUNCTION_WORDS =
  /[;,] (?:so )?(?:it|messages|the (?:message|download)) (?:(?:is|are) tried again|waits?)[^;,]*/g;

/** The message of one of the function's own errors, without what only holds inside the function. */
export const withoutFunctionWords = (message: string): string => message.replaceAll(FUNCTION_WORDS, '');
