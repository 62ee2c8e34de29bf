import { ClassifiedError } from '../../shared/errors';

/** Why a message ended in the failures queue: the values of its attribute `failureClass`. */
export const FAILURE_CLASSES = [
  /** The message is neither a queue message nor a voicemail.end event. */
  'BAD_EVENT',
  /** Genesys named something in a form that must not reach a URL or a key. */
  'BAD_ANSWER',
  /** The token's user lacks a permission, or its client a scope. */
  'FORBIDDEN',
  /** Genesys answered with a refusal that no retry can change. */
  'REFUSED',
  /** The media URL, or a redirect of it, points to a host that is not allowed. */
  'FORBIDDEN_HOST',
  /** The recording is larger than the limit. */
  'TOO_LARGE',
  /** Genesys says that the recording was never uploaded. */
  'UPLOAD_FAILED_AT_SOURCE',
  /** The voicemail is there, but no whole audio of it was handed out within the waiting time. */
  'MEDIA_UNAVAILABLE',
  /** Genesys failed for this voicemail at every try, long after its waiting time. */
  'KEEPS_FAILING',
  /** Another recording is stored under this voicemail's key. */
  'CONTENT_DIFFERS',
  /** An erasure came while the voicemail was being stored: erase it once more. */
  'STORED_AFTER_ERASURE',
  /** Tried for so long that SQS would soon drop the message. */
  'EXPIRING',
] as const;

/** One of {@link FAILURE_CLASSES}. */
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** No retry can help: the message goes to the failures queue, with this class. */
export class PermanentFailureError extends ClassifiedError {
  readonly kind = 'PermanentFailure';
  readonly failureClass: FailureClass;

  constructor(failureClass: FailureClass, message: string) {
    super(message);
    this.failureClass = failureClass;
  }
}
