import { arnPattern, likePattern } from './text-pattern';

/** Compares the value of a request with one value of a policy. */
export type ValueTest = (requestValue: string) => boolean;

/** Compiles a policy's value. @throws RangeError for a value that the operator cannot compare with. */
type Compile = (policyValue: string) => ValueTest;

const bool: Compile = (policyValue) => {
  const expected = policyValue.toLowerCase();
  if (expected !== 'true' && expected !== 'false') {
    throw new RangeError(`${JSON.stringify(policyValue)} is neither "true" nor "false"`);
  }
  return (requestValue) => requestValue.toLowerCase() === expected;
};

const arn: Compile = (policyValue) => arnPattern(policyValue).matches;

/**
 * The comparisons by the name of their positive operator.
 *
 * Source: IAM User Guide, "IAM JSON policy elements: Condition operators". Not modelled, and so refused: those
 * that no policy here has.
 */
const POSITIVE: Readonly<Record<string, Compile>> = {
  StringEquals: (policyValue) => (requestValue) => requestValue === policyValue,
  StringLike: (policyValue) => likePattern(policyValue).matches,
  Bool: bool,
  ArnEquals: arn,
  ArnLike: arn,
};

/** The negated operators, each with the positive one that it turns round. */
const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotLike: 'StringLike',
};

/** An operator that compares values. */
export interface Comparison {
  readonly compile: Compile;
  /** True where no value of the policy may match. */
  readonly negated: boolean;
}

/** Finds an operator by its plain name, without set operator and `IfExists`; `undefined` where there is none. */
export const findComparison = (name: string): Comparison | undefined => {
  const negated = Object.hasOwn(NEGATED, name);
  const positiveName = negated ? NEGATED[name] : name;
  const compile =
    positiveName !== undefined && Object.hasOwn(POSITIVE, positiveName) ? POSITIVE[positiveName] : undefined;
  return compile === undefined ? undefined : { compile, negated };
};
