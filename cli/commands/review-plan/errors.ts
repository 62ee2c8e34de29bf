/** A plan that cannot be reviewed. Its message is one line: what was read, what is wrong with it, what to do. */
export class PlanUnreadableError extends Error {
  override readonly name = 'PlanUnreadableError';
  /** The file, as the caller named it. */
  readonly file: string;

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(`${file}: ${problem}`, options);
    this.file = file;
  }
}
