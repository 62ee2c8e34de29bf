/** Something that the run promises did not hold. */
export class RunFailedError extends Error {
  override readonly name = 'RunFailedError';
}

/** What was asked for cannot be run; nothing was started. */
export class CannotBeginError extends Error {
  override readonly name = 'CannotBeginError';
}

/** Where to look when something did not hold. */
export const DEADLINE_NOTE = 'see the log above for what the function said';

/** A value that the run's own order promises. */
export const present = <Value>(value: Value | undefined, promise: string): Value => {
  if (value === undefined) {
    throw new TypeError(`broken promise: ${promise}`);
  }
  return value;
};
