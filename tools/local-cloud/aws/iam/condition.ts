import { type Comparison, findComparison, type ValueTest } from './condition-operators';

/** The values of one condition key: one text, or the members of a multivalued key. */
export type ContextValue = string | readonly string[];

/** Values of a request by condition key. Names of keys ignore case. */
export type RequestContext = Readonly<Record<string, ContextValue>>;

/** One operator with one key and its values: they hold or they do not. */
export interface Condition {
  /** The operator and the key as the policy has them, for example `StringEquals aws:SourceAccount`. */
  readonly text: string;
  holds(context: RequestContext): boolean;
}

/** A condition whose outcome AWS leaves open, so that a policy must not rest on it. */
export class ConditionUndefinedError extends Error {
  override readonly name = 'ConditionUndefinedError';
  readonly condition: string;

  constructor(condition: string, problem: string) {
    super(`condition ${condition}: ${problem}`);
    this.condition = condition;
  }
}

const OPERATOR = /^(?:(ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;
const KEY = /^[a-z0-9-]+:[^*?]+$/i;

const valuesOf = (context: RequestContext, key: string): readonly string[] | undefined => {
  const wanted = key.toLowerCase();
  const [, value] = Object.entries(context).find(([name]) => name.toLowerCase() === wanted) ?? [];
  return typeof value === 'string' ? [value] : value;
};

/** Source: IAM User Guide, "Condition operator to check existence of condition keys". */
const nullCondition = (text: string, key: string, values: readonly string[]): Condition => {
  const expected = values.map((value) => value.toLowerCase());
  if (expected.some((value) => value !== 'true' && value !== 'false')) {
    throw new RangeError('Null takes "true" (the key is absent) or "false" (it is there)');
  }
  return {
    text,
    holds: (context) => expected.includes(String((valuesOf(context, key) ?? []).length === 0)),
  };
};

/** Any value of the policy matches; for a negated operator, none does. */
const singleTest = ({ compile, negated }: Comparison, policyValues: readonly string[]): ValueTest => {
  const tests = policyValues.map(compile);
  return (requestValue) => tests.some((test) => test(requestValue)) !== negated;
};

/**
 * Source: IAM User Guide, "Set operators for multivalued context keys": without a value in the request `ForAnyValue` does not
 * hold, negated or not; an empty text counts as no value. Not modelled: `ForAllValues`.
 */
const setCondition = (text: string, key: string, test: ValueTest): Condition => ({
  text,
  holds: (context) => {
    const values = (valuesOf(context, key) ?? []).filter((value) => value !== '');
    return values.some(test);
  },
});

/**
 * Source: IAM User Guide, "Condition operators": an absent key fails a positive operator and satisfies a negated one, and
 * satisfies every `...IfExists`.
 */
const plainCondition = (
  text: string,
  key: string,
  comparison: Comparison,
  ifExists: boolean,
  test: ValueTest,
): Condition => ({
  text,
  holds: (context) => {
    const [value, ...more] = valuesOf(context, key) ?? [];
    if (value === undefined) {
      return ifExists || comparison.negated;
    }
    if (more.length > 0) {
      throw new ConditionUndefinedError(
        text,
        'the key has several values in this request; compare it with ForAnyValue:',
      );
    }
    return test(value);
  },
});

/**
 * Compiles one condition of a policy.
 *
 * Several values of one key are alternatives; of a negated operator none may match. Source: IAM User Guide, "Conditions
 * with multiple context keys or values".
 *
 * @throws RangeError that says what is wrong with the operator, the key or a value.
 */
export const compileCondition = (operator: string, key: string, values: readonly string[]): Condition => {
  const text = `${operator} ${key}`;
  const [, quantifier, name = '', suffix] = OPERATOR.exec(operator) ?? [];
  if (!KEY.test(key)) {
    throw new RangeError(`${JSON.stringify(key)} is not a condition key, such as aws:SourceArn`);
  }
  const variable = values.find((value) => value.includes('${'));
  if (variable !== undefined) {
    throw new RangeError(`${JSON.stringify(variable)} holds a policy variable, which is not modelled`);
  }
  if (name === 'Null') {
    if (quantifier !== undefined || suffix !== undefined) {
      throw new RangeError(`Null takes neither a set operator nor IfExists, so ${operator} means nothing`);
    }
    return nullCondition(text, key, values);
  }
  const comparison = findComparison(name);
  if (comparison === undefined) {
    throw new RangeError(`the operator ${JSON.stringify(operator)} is unknown or not modelled`);
  }
  if (quantifier !== undefined && suffix !== undefined) {
    throw new RangeError(`IAM ignores the IfExists of ${operator}: leave it out`);
  }
  const test = singleTest(comparison, values);
  return quantifier === undefined
    ? plainCondition(text, key, comparison, suffix !== undefined, test)
    : setCondition(text, key, test);
};
