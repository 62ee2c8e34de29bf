/** Exit codes of `npm run check:policies`, beside 0 for a clean scan. */
export const EXIT_CODE = {
  /** Something was found, or the scan itself cannot be trusted. */
  found: 1,
  /** There is no Python that can run checkov. */
  noPython: 3,
  /** checkov could not be installed or did not run to its end. */
  noCheckov: 4,
} as const;

/** The scan cannot be made on this machine. */
export class ScanImpossibleError extends Error {
  override readonly name = 'ScanImpossibleError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
