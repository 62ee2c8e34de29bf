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

const principalsOf = (statement: unknown): readonly string[] => {
  const principal = stepInto(statement, 'Principal');
  if (stepInto(statement, 'NotPrincipal') !== undefined) {
    return ['not'];
  }
  return isObject(principal)
    ? Object.entries(principal).flatMap(([kind, names]) =>
        listOf(names).map((name) => (name === '*' ? '*' : `${kind}:${name}`)),
      )
    : listOf(principal);
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

/** The statements of a policy as Terraform holds it, a text of JSON; none where it is no policy. */
export const statementsOf = (policy: unknown): readonly Statement[] => {
  try {
    const statements = stepInto(typeof policy === 'string' ? JSON.parse(policy) : policy, 'Statement');
    return (Array.isArray(statements) ? statements : isObject(statements) ? [statements] : []).map(
      readStatement,
    );
  } catch {
    return [];
  }
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

/** Whether an old statement let one principal do at least what a new one lets it do. */
export const letAlready = (old: Statement, statement: Statement, principal: string): boolean =>
  old.allows &&
  (principal === '' || old.principals.includes(principal)) &&
  eachMatches(old.actions, statement.actions) &&
  eachMatches(old.resources, statement.resources) &&
  old.conditions.every((held) =>
    statement.conditions.some(
      ({ operator, key, values }) =>
        operator === held.operator &&
        key === held.key &&
        values.every((value) => held.values.includes(value)),
    ),
  );

/** The account that an ARN, or an account's bare id, names; undefined where it names none. */
export const accountOf = (name: string): string | undefined =>
  /^\d{12}$/.test(name) ? name : /^arn:[^:]*:[^:]*:[^:]*:(\d{12}|\*):/.exec(name)?.[1];

/** Whether a resource stands for all of a service, or for everything. */
export const isEverything = (resource: string): boolean =>
  resource === '*' ||
  /^arn:[^:]*:[^:]*:[^:]*:[^:]*:\*(?:[/:]\*)?$/.test(resource) ||
  // All secrets, all keys; the objects of a bucket, whose name stands there, are not all.
  /^arn:[^:]*:(?!s3:)[^:]*:[^:]*:[^:]*:[a-z-]+[:/]\*(?:[/:]\*)?$/.test(resource);
