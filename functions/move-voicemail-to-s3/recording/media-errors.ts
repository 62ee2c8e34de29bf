import { PermanentFailureError, VoicemailTroubleError } from '../errors';

const MEDIA_UNAVAILABLE = { failureClass: 'MEDIA_UNAVAILABLE' } as const;

/** The download failed in a way that a fresh URL or a fresh connection may mend at once. */
export class MediaInterruptedError extends VoicemailTroubleError {
  /** Whether another try makes sense within this call; a host that says nothing has had its time already. */
  readonly isWorthRetrying: boolean;

  constructor(message: string, isWorthRetrying: boolean, atLeastMs = 0) {
    super(message, { ...MEDIA_UNAVAILABLE, atLeastMs });
    this.isWorthRetrying = isWorthRetrying;
  }
}

/** The download did not end within the time that a run has. Another run may have more, as where others came before it. */
export class MediaSlowError extends MediaInterruptedError {
  constructor() {
    super('the download outlasts the run; it is tried again', false);
  }
}

/** The media host refuses the signed URL: it has expired, as far as we can know. */
export class MediaUrlExpiredError extends VoicemailTroubleError {
  constructor(message: string) {
    super(message, MEDIA_UNAVAILABLE);
  }
}

/** The media host has answered, with something that is not the audio. */
export class MediaRefusedError extends VoicemailTroubleError {
  constructor(message: string) {
    super(message, { ...MEDIA_UNAVAILABLE, patience: 'definite' });
  }
}

/** The audio is not there, or there is nothing in it. */
export class MediaMissingError extends VoicemailTroubleError {
  constructor(message: string) {
    super(message, { ...MEDIA_UNAVAILABLE, patience: 'missing' });
  }
}

/** The recording is larger than the deployment allows. */
export const tooLarge = (maximumBytes: number): PermanentFailureError =>
  new PermanentFailureError(
    'TOO_LARGE',
    `the recording is larger than ${maximumBytes} bytes; raise the limit, then redrive`,
  );
