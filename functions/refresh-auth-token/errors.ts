import { awsErrorFacts } from '../shared/aws-error';
import { ClassifiedError } from '../shared/errors';
import { ADDRESS_REMEDY } from '../shared/genesys-http';
import type { FailureKind } from './contract/metrics';

/*
 * The Lambda runtime prints an error that is thrown with its message, stack and cause. So none of these carries a cause:
 * a foreign error may quote a request.
 */

/** Base of the rotation's own errors: `kind` is one that the alarms know. */
export abstract class RotationError extends ClassifiedError {
  abstract override readonly kind: FailureKind;
}

/**
 * Genesys refused the refresh token, or granted a pair that could not be written or whose refresh token is none. No usable
 * refresh token is left: the service user must log in again.
 */
export class ReauthorizationRequiredError extends RotationError {
  readonly kind = 'ReauthorizationRequired';

  constructor(what: string) {
    super(
      `${what}; no usable refresh token is left, so run "npx genesys-voicemail authorize" as the Genesys service user`,
    );
  }
}

/** Genesys may or may not have redeemed the refresh token: no answer that could be read came, twice. */
export class GrantAmbiguousError extends RotationError {
  readonly kind = 'GrantAmbiguous';

  constructor(reason: string) {
    super(
      `the token endpoint gave no answer that could be read (${reason}), so the refresh token may be spent; the next ` +
        'attempt shows it: if it ends in ReauthorizationRequired, authorize again',
    );
  }
}

/** Genesys refused a new access token. */
export class TokenRefusedError extends RotationError {
  readonly kind = 'TokenRefused';
  readonly status: number;

  constructor(status: number, errorCode: string | undefined) {
    super(
      `Genesys Cloud refused the new access token (HTTP ${status}, ${errorCode ?? 'no error code'}), which is ` +
        'AWSCURRENT already; if this lasts, check the service user and the OAuth client, then authorize again',
    );
    this.status = status;
  }
}

/** Genesys refused the address of the function, whatever token it bears. */
export class AddressNotAllowedError extends RotationError {
  readonly kind = 'AddressNotAllowed';

  constructor() {
    super(`Genesys Cloud refused the function's IP address (401 ip.not.authorized): ${ADDRESS_REMEDY}`);
  }
}

/** The invocation has too little time left to write what it would be granted. */
export class NotEnoughTimeError extends RotationError {
  readonly kind = 'NotEnoughTime';

  constructor(leftMs: number, neededMs: number) {
    super(
      `not enough time to spend the refresh token: ${leftMs} ms left, ${neededMs} ms needed; the next attempt does it; ` +
        "if this repeats, raise the function's timeout",
    );
  }
}

/** The event does not fit the state of the secret, so the step is refused. */
export class RotationRefusedError extends RotationError {
  readonly kind = 'RotationRefused';
}

/** A person wrote AWSCURRENT anew while this rotation was under way: its pending version must not replace that. */
export class RotationSupersededError extends RotationError {
  readonly kind = 'RotationSuperseded';

  constructor() {
    super(
      'AWSCURRENT was written anew since this pending version was made, so it is given up and AWSCURRENT stays; nothing ' +
        'needs to be done: the next rotation starts from AWSCURRENT',
    );
  }
}

/** Something outside is slow or down; the next attempt may work. */
export class TemporarilyUnavailableError extends RotationError {
  readonly kind = 'TemporarilyUnavailable';
  /** Milliseconds that the other side asked to wait. */
  readonly retryAfterMs: number | undefined;

  constructor(what: string, retryAfterMs?: number) {
    super(`${what}; it is tried again`);
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Codes of a refusal that may pass. The last ones blame the clock: the SDK has read the right time in the same answer, and
 * the next try uses it.
 */
const PASSING_CODE =
  /throttl|toomanyrequests|requestlimitexceeded|requesttimeout|requestexpired|invalidsignature|signaturedoesnotmatch|tooskewed/i;

/** The SDK's name for an answer that is no JSON of AWS, whatever its status: a proxy on the way has sent it. */
const NO_AWS_CODE = /^(SyntaxError|Unknown|UnknownError)$/;

/** A call to Secrets Manager failed. */
export class SecretsManagerError extends RotationError {
  readonly kind: 'TemporarilyUnavailable' | 'ConfigurationInvalid';
  /** The operation, for example `GetSecretValue`. */
  readonly operation: string;
  /** AWS's error code, for example `ResourceNotFoundException`, or the system's, for example `ECONNRESET`. */
  readonly code: string;

  constructor(operation: string, code: string, isTransient: boolean) {
    super(
      isTransient
        ? `Secrets Manager could not do ${operation} (${code}); it is tried again`
        : `Secrets Manager refused ${operation} (${code}); check the function's role, the secret's policy and its key`,
    );
    this.kind = isTransient ? 'TemporarilyUnavailable' : 'ConfigurationInvalid';
    this.operation = operation;
    this.code = code;
  }

  /** Classifies what a call ended with. */
  static of(operation: string, error: unknown): SecretsManagerError {
    const { code, status } = awsErrorFacts(error);
    const isAnswer = status !== undefined && !NO_AWS_CODE.test(code);
    const isPassing = !isAnswer || status >= 500 || status === 429 || PASSING_CODE.test(code);
    return new SecretsManagerError(operation, code, isPassing);
  }
}

/** Whether the same call may work a moment later. */
export const isTransient = (error: unknown): boolean =>
  error instanceof SecretsManagerError && error.kind === 'TemporarilyUnavailable';

/** Whether Secrets Manager answered with this error code. */
export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof SecretsManagerError && error.code === code;

/** Stands for an error that nobody foresaw; the original's name and stack are in the log, its message is not. */
export class UnexpectedError extends RotationError {
  readonly kind = 'Unexpected';

  constructor(name: string) {
    super(`an unexpected ${name} ended the step; its stack is in the log line before this`);
  }
}
