import { ClassifiedError } from '../shared/errors';
import type { FailureClass } from './contract/failure-class';

/** No retry can help: the message goes to the failures queue, with this class. */
export class PermanentFailureError extends ClassifiedError {
  readonly kind = 'PermanentFailure';
  readonly failureClass: FailureClass;

  constructor(failureClass: FailureClass, message: string) {
    super(message);
    this.failureClass = failureClass;
  }
}

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

/** The voicemail is not there yet: neither a failure nor an alarm until the waiting time is over. */
export class NotYetError extends ClassifiedError {
  readonly kind = 'NotYet';
  /** When the waiting time is over, in epoch milliseconds. */
  readonly waitEndsMs: number;

  constructor(message: string, waitEndsMs: number) {
    super(message);
    this.waitEndsMs = waitEndsMs;
  }
}

/** Genesys refuses the token, or there is none yet. */
export class TokenUnusableError extends TemporaryError {
  override readonly kind = 'TokenUnusable';
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
