import { isObject, stepInto } from '../sensitive';

/** One condition of a statement: what it asks of which key, both in lower case. */
export interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** One statement of an IAM policy, with every short form written out. */
export interface Statement {
  readonly allows: boolean;
  /** `*`, `Service:events.amazonaws.com`, `AWS:arn:...`; `not` where the statement names who is left out. */
  readonly principals: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly conditions: readonly Condition[];
}

const listOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).map(String);

/** One spelling for an account: its number, as AWS reads the ARN of its root. */
const principal = (kind: string, name: string): string =>
  name === '*' ? '*' : `${kind}:${name.replace(/^arn:[^:]*:iam::(\d{12}):root$/, '$1')}`;

const principalsOf = (statement: unknown): readonly string[] => {
  const found = stepInto(statement, 'Principal');
  if (stepInto(statement, 'NotPrincipal') !== undefined) {
    return ['not'];
  }
  return isObject(found)
    ? Object.entries(found).flatMap(([kind, names]) => listOf(names).map((name) => principal(kind, name)))
    : listOf(found);
};

const conditionsOf = (statement: unknown): readonly Condition[] => {
  const conditions = stepInto(statement, 'Condition');
  return Object.entries(isObject(conditions) ? conditions : {}).flatMap(([operator, keys]) =>
    Object.entries(isObject(keys) ? keys : {}).map(([key, values]) => ({
      operator: operator.toLowerCase(),
      key: key.toLowerCase(),
      values: listOf(values),
    })),
  );
};

const readStatement = (statement: unknown): Statement => ({
  allows: stepInto(statement, 'Effect') === 'Allow',
  principals: principalsOf(statement),
  // `NotPrincipal` and `NotAction` allow nearly everything, so they count as everything.
  actions: stepInto(statement, 'NotAction') === undefined ? listOf(stepInto(statement, 'Action')) : ['*'],
  resources:
    stepInto(statement, 'NotResource') === undefined ? listOf(stepInto(statement, 'Resource')) : ['*'],
  conditions: conditionsOf(statement),
});

/** Reads a JSON text; undefined for anything else. */
export const json = (text: unknown): unknown => {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined;
  }
};

/** The statements of a policy as Terraform holds it, a text of JSON; none where it is no policy. */
export const statementsOf = (policy: unknown): readonly Statement[] => {
  const statements = stepInto(typeof policy === 'string' ? json(policy) : policy, 'Statement');
  return (Array.isArray(statements) ? statements : isObject(statements) ? [statements] : []).map(
    readStatement,
  );
};

/** Whether a pattern of IAM, with `*` and `?`, takes a text; actions and ARNs alike, whatever their case. */
export const matches = (pattern: string, text: string): boolean =>
  new RegExp(
    `^${pattern
      .replaceAll(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'i',
  ).test(text);

/** Whether each text is taken by one of the patterns. */
export const eachMatches = (patterns: readonly string[], texts: readonly string[]): boolean =>
  texts.every((text) => patterns.some((pattern) => matches(pattern, text)));

/** A condition's operator without what it says of keys that are not there. */
const withoutIfExists = (operator: string): string => operator.replace(/ifexists$/, '');

/** Whether a condition asks for one of its values, each of which stands for itself. */
export const isPositive = ({ operator }: Condition): boolean =>
  /^(?:foranyvalue:)?(?:string(?:equals|equalsignorecase|like)|arn(?:equals|like))(?:ifexists)?$/.test(
    operator,
  );

/** Whether a condition spares its values. */
export const isNegative = ({ operator }: Condition): boolean =>
  /^(?:string|arn)not(?:equals|equalsignorecase|like)(?:ifexists)?$/.test(operator);

/** Whether a request that meets one condition meets another one as well. */
const meets = (held: Condition, asked: Condition): boolean => {
  if (
    held.key !== asked.key ||
    (held.operator.endsWith('ifexists') && !asked.operator.endsWith('ifexists')) ||
    held.operator.startsWith('for') !== asked.operator.startsWith('for')
  ) {
    return false;
  }
  if (isPositive(held) && isPositive(asked)) {
    const byPattern = /like|arn/.test(asked.operator);
    return held.values.every((value) =>
      asked.values.some((one) => one === value || (byPattern && matches(one, value))),
    );
  }
  if (isNegative(held) && isNegative(asked)) {
    return asked.values.every((value) => held.values.includes(value));
  }
  return (
    withoutIfExists(held.operator) === withoutIfExists(asked.operator) &&
    held.values.every((value) => asked.values.includes(value))
  );
};

/** A statement for each single request that it is about: one principal, action and resource, and one value of each condition. */
export const requestsOf = (statement: Statement): readonly Statement[] => {
  const one = (list: readonly string[]): readonly (readonly string[])[] =>
    list.length === 0 ? [[]] : list.map((item) => [item]);
  const conditions = statement.conditions.reduce<readonly (readonly Condition[])[]>(
    (chosen, condition) =>
      chosen.flatMap((before) =>
        (isPositive(condition) ? one(condition.values) : [condition.values]).map((values) => [
          ...before,
          { ...condition, values },
        ]),
      ),
    [[]],
  );
  return one(statement.principals).flatMap((principals) =>
    one(statement.actions).flatMap((actions) =>
      one(statement.resources).flatMap((resources) =>
        conditions.map((held) => ({ ...statement, principals, actions, resources, conditions: held })),
      ),
    ),
  );
};

/**
 * Whether a policy does to a request what a statement does: allow it, or deny it.
 *
 * @param always - says which conditions every such request meets
 */
export const does = (
  policy: readonly Statement[],
  request: Statement,
  always: (condition: Condition) => boolean = () => false,
): boolean =>
  policy.some(
    (statement) =>
      statement.allows === request.allows &&
      (statement.principals.includes('*') ||
        request.principals.every((name) => statement.principals.includes(name))) &&
      eachMatches(statement.actions, request.actions) &&
      eachMatches(statement.resources, request.resources) &&
      statement.conditions.every(
        (asked) => always(asked) || request.conditions.some((held) => meets(held, asked)),
      ),
  );

/** The account that an ARN, or an account's bare id, names; undefined where it names none. */
export const accountOf = (name: string): string | undefined =>
  /^\d{12}$/.test(name) ? name : /^arn:[^:]*:[^:]*:[^:]*:(\d{12}|\*):/.exec(name)?.[1];

/** A name that nobody gave to anything. */
const ANY = 'q0-zyxwvutsrqponmlkjihgfedcba.987654321';

/** Whether a resource stands for all of a service or of one of its types, or for everything, however it is spelled. */
export const isEverything = (resource: string): boolean => {
  const parts = resource.split(':');
  const [service, name] = [parts[2], parts.slice(5).join(':')];
  if (parts.length < 6) {
    return /[*?]/.test(resource);
  }
  // All secrets, all keys; the objects of a bucket, whose name stands there, are not all.
  const type = service === 's3' ? undefined : /^[a-z-]+[:/]/.exec(name)?.[0];
  return ['', type ?? ''].some((start) =>
    [ANY, `${ANY}/a`, `${ANY}:a`].some((rest) => matches(name, start + rest)),
  );
};
