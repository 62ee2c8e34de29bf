/** A policy document that AWS would refuse, or that says something which this evaluator does not model. */
export class PolicyInvalidError extends Error {
  override readonly name = 'PolicyInvalidError';
  /** The name of the policy, as it was given to the parser. */
  readonly policy: string;
  /** The Sid of the statement, `#2` for the second one where it has none; empty for the document itself. */
  readonly statement: string;
  readonly problem: string;

  constructor(policy: string, statement: string, problem: string, options?: ErrorOptions) {
    super(`policy ${policy}${statement === '' ? '' : `, statement ${statement}`}: ${problem}`, options);
    this.policy = policy;
    this.statement = statement;
    this.problem = problem;
  }
}
