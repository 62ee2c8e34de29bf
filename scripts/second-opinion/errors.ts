/** Exit codes of `npm run test:second-opinion`, beside 0 where all is as expected. */
export const EXIT_CODE = {
  /** A difference that is not expected, or an expected one that has vanished. */
  differs: 1,
  /** There is no Python that can run the emulators. */
  noPython: 3,
  /** An emulator could not be installed or started, or the tests could not be run. */
  notAsked: 4,
} as const;

/** The second opinion cannot be asked on this machine. */
export class OpinionImpossibleError extends Error {
  override readonly name = 'OpinionImpossibleError';
  readonly exitCode: number;

  constructor(exitCode: number, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}
