import type { RequestContext } from './condition';
import type { Decision, StatementName } from './evaluate';

/** One question that the policies were asked, and their answer. Holds no body and no secret. */
export interface AccessRecord {
  /** The ARN of the role, or the service principal. */
  readonly principal: string;
  /** The API operation that asked for the right, for example `PutObject`. */
  readonly operation: string;
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
  readonly decision: Decision['decision'];
  /** The statements that decided: those that deny, else those that allow; none for an implicit deny. */
  readonly statements: readonly StatementName[];
  /**
   * `call`: the call needs the right. `tell-absence`: with the right S3 says that an object is not there, without it the
   * call is refused.
   */
  readonly purpose: 'call' | 'tell-absence';
  /** Milliseconds since the Unix epoch. */
  readonly atMs: number;
}
