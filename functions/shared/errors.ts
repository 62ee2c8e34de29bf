/**
 * Base of every error that these functions raise on purpose.
 *
 * `kind` is a closed word that a metric and an alarm can count; the message says what was wrong, what was expected and
 * what to do. Neither ever holds a token, a secret, a phone number or a signed URL: both are logged as they are.
 */
export abstract class ClassifiedError extends Error {
  /** The closed word for this failure, for example `ConfigurationInvalid`. */
  abstract readonly kind: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The deployment itself is wrong; no retry can help. */
export class ConfigurationInvalidError extends ClassifiedError {
  readonly kind = 'ConfigurationInvalid';
}

/** The system's, Node's or AWS's code of an error, such as `ECONNRESET`; `undefined` where it has none. */
export const systemCodeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
