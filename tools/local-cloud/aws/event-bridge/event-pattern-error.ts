/** An event pattern that EventBridge would refuse when the rule is created. */
export class InvalidEventPatternError extends Error {
  override readonly name = 'InvalidEventPatternError';
  /** Where in the pattern: field names joined by dots; empty for the pattern itself. */
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`the event pattern is not valid${path === '' ? '' : ` at ${path}`}: ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}
