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

/** Deliveries after which trouble with one voicemail is taken for lasting, once its waiting time is over. */
export const PATIENCE = {
  /** It is said not to be there: a second look has to agree. */
  missing: 2,
  /** The answer speaks of this voicemail: only a wrong one would change. */
  definite: 4,
  /** The trouble may be chance, or everybody's: about a day of tries, so that a bad hour of Genesys fails nothing. */
  uncertain: 30,
} as const;

/** Genesys or its media host has trouble with one voicemail. It is tried again, and given up in the end. */
export class VoicemailTroubleError extends TemporaryError {
  /** Deliveries that must have failed before the voicemail is given up. */
  readonly patience: number;
  /** How it then ends. */
  readonly failureClass: FailureClass;

  constructor(
    message: string,
    { patience = PATIENCE.uncertain, failureClass = 'KEEPS_FAILING', atLeastMs = 0 }: TroubleOptions = {},
  ) {
    super(message, atLeastMs);
    this.patience = patience;
    this.failureClass = failureClass;
  }
}

interface TroubleOptions {
  readonly patience?: number;
  readonly failureClass?: FailureClass;
  readonly atLeastMs?: number;
}

/** Genesys refused a call (4xx) in a way that no retry can change. */
export class GenesysRefusalError extends PermanentFailureError {
  /** The HTTP status. */
  readonly status: number;

  constructor(status: number, failureClass: FailureClass, message: string) {
    super(failureClass, message);
    this.status = status;
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
