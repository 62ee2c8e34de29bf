/** Exit codes of the checks that run a Python tool, beside 0 where all is well. */
export const EXIT_CODE = {
  /** The tool found something, or the check itself cannot be trusted. */
  found: 1,
  /** There is no Python that can run the tool. */
  noPython: 3,
  /** The tool could not be installed or started, or did not run to its end. */
  notRun: 4,
} as const;

/** A check cannot be made on this machine. */
export class CheckImpossibleError extends Error {
  override readonly name = 'CheckImpossibleError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
