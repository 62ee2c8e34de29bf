import { ClassifiedError } from '../shared/errors';
import { type FailureClass, PermanentFailureError } from './contract/failure-class';

export { PermanentFailureError };

/** Something outside is not able right now: the message goes back to the queue. */
export class TemporaryError extends ClassifiedError {
  readonly kind: string = 'TemporarilyUnavailable';
  /** The least time, in milliseconds, after which another try makes sense. */
  readonly atLeastMs: number;

  constructor(message: string, atLeastMs = 0) {
    super(message);
    this.atLeastMs = atLeastMs;
  }
}

/**
 * How much a trouble says of its voicemail. `missing`: it is said not to be there. `definite`: the answer speaks of this
 * voicemail, and only a wrong one would change. `uncertain`: it may be chance, or everybody's.
 */
export type Patience = 'missing' | 'definite' | 'uncertain';

interface TroubleOptions {
  /** @default uncertain */
  readonly patience?: Patience;
  /** How it ends. @default KEEPS_FAILING */
  readonly failureClass?: FailureClass;
  /** What failed, in words that are the same each time. @default - the failure class */
  readonly where?: string;
  readonly atLeastMs?: number;
}

/** Genesys or its media host has trouble with one voicemail. It is tried again, and given up in the end. */
export class VoicemailTroubleError extends TemporaryError {
  readonly patience: Patience;
  readonly failureClass: FailureClass;
  readonly where: string;

  constructor(message: string, options: TroubleOptions = {}) {
    const {
      patience = 'uncertain',
      failureClass = 'KEEPS_FAILING',
      where = failureClass,
      atLeastMs = 0,
    } = options;
    super(message, atLeastMs);
    this.patience = patience;
    this.failureClass = failureClass;
    this.where = where;
  }
}

/** Genesys refused a call (4xx) in a way that no retry can change. */
export class GenesysRefusalError extends PermanentFailureError {
  /** The HTTP status. */
  readonly status: number;
  /** Whether it names an error of Genesys. Else somebody on the way may have answered. */
  readonly isTold: boolean;

  constructor(answer: { status: number; errorCode?: unknown }, failureClass: FailureClass, message: string) {
    super(failureClass, message);
    this.status = answer.status;
    this.isTold = answer.errorCode !== undefined;
  }
}

/** The archive holds a tombstone of this voicemail: it was erased, and stays away. */
export class ErasedError extends ClassifiedError {
  readonly kind = 'Erased';

  constructor() {
    super('the voicemail was erased');
  }
}

/**
 * A voicemail is in the archive although it was erased: the erasure came between the look before the store and the one after.
 * This function may not delete anything there, so a person has to.
 */
export class StoredAfterErasureError extends PermanentFailureError {
  constructor() {
    super(
      'STORED_AFTER_ERASURE',
      'the voicemail was erased while it was being stored; erase it once more, then delete this message',
    );
  }
}

/** AWS refused or failed: the deployment's trouble and not a voicemail's, so that everything waits. */
export class AwsTroubleError extends TemporaryError {
  override readonly kind = 'AwsTrouble';
  /** AWS's word for it, for example `ExpiredToken`. */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** The voicemail is not there yet: neither a failure nor an alarm until the waiting time is over. */
export class NotYetError extends ClassifiedError {
  readonly kind = 'NotYet';
  /** When the waiting time is over, in epoch milliseconds. */
  readonly waitEndsMs: number;
  /** Least milliseconds until the next look. */
  readonly atLeastMs: number;

  constructor(
    message: string,
    { waitEndsMs, atLeastMs = 0 }: { readonly waitEndsMs: number; readonly atLeastMs?: number },
  ) {
    super(message);
    this.waitEndsMs = waitEndsMs;
    this.atLeastMs = atLeastMs;
  }
}

/** The request budget of this minute is spent: the message waits for the next. */
export class BudgetSpentError extends TemporaryError {
  constructor(atLeastMs: number) {
    super('the request budget of this minute is spent; the message waits for the next', atLeastMs);
  }
}

/** Genesys refuses every token, or there is none yet. */
export class TokenUnusableError extends TemporaryError {
  override readonly kind = 'TokenUnusable';
  /** Whether it has lasted for longer than a rotation takes, so that a person has to act. */
  readonly isLost: boolean;

  constructor(
    message: string,
    { isLost, atLeastMs }: { readonly isLost: boolean; readonly atLeastMs: number },
  ) {
    super(message, atLeastMs);
    this.isLost = isLost;
  }
}

/** Genesys refuses the address that the function calls from, whatever token it bears. */
export class AddressNotAllowedError extends TemporaryError {
  override readonly kind = 'AddressNotAllowed';
}

/** The function's deadline is too near to go on. */
export class OutOfTimeError extends TemporaryError {
  override readonly kind = 'OutOfTime';

  constructor() {
    super('the function is close to its deadline; the message is tried again');
  }
}

/** Something that should not happen; its own message may quote anything, so only its class is told. */
export class UnexpectedError extends ClassifiedError {
  readonly kind = 'Unexpected';

  constructor(name: string) {
    super(`unexpected ${name}; see the function's log`);
  }
}
