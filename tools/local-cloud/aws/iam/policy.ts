import { parse } from 'lossless-json';
import * as v from 'valibot';
import { type Condition, compileCondition } from './condition';
import { PolicyInvalidError } from './policy-invalid-error';
import { type PolicyPrincipal, parseAwsPrincipal, parseServicePrincipal } from './policy-principal';
import { actionPattern, resourcePattern, type TextPattern } from './text-pattern';

/**
 * The holder of a policy.
 *
 * - `identity`: a role, as its policy or its permissions boundary. Names no principal.
 * - `resource`: a bucket, queue, secret, function or key. Names principals and resources.
 * - `trust`: a role, saying who may assume it. Names principals, and no resource but the role itself.
 */
export type PolicyKind = 'identity' | 'resource' | 'trust';

/** One statement of a policy. */
export interface Statement {
  /** Its Sid, or `#2` for the second one where it has none. */
  readonly id: string;
  readonly effect: 'Allow' | 'Deny';
  /** `undefined` in an identity policy: the identity that it is attached to. */
  readonly principals: readonly PolicyPrincipal[] | undefined;
  /** One of them must match. */
  readonly actions: readonly TextPattern[];
  /** One of them must match. */
  readonly resources: readonly TextPattern[];
  /** All of them must hold. */
  readonly conditions: readonly Condition[];
}

/** A policy document that was read. */
export interface Policy {
  /** The name under which decisions and errors speak of it. */
  readonly name: string;
  readonly kind: PolicyKind;
  readonly statements: readonly Statement[];
}

/** A policy as a document, and a name to speak of it. */
export interface PolicySource {
  readonly name: string;
  /** The document as JSON text. */
  readonly document: string;
}

const asList = (value: string | string[]): readonly string[] => (typeof value === 'string' ? [value] : value);

const texts = v.pipe(
  v.union([v.string(), v.pipe(v.array(v.string()), v.nonEmpty('a list must not be empty'))]),
  v.transform(asList),
);
const scalar = v.pipe(v.union([v.string(), v.boolean(), v.number()]), v.transform(String));
const conditionValues = v.pipe(
  v.union([scalar, v.pipe(v.array(scalar), v.nonEmpty('a list must not be empty'))]),
  v.transform(asList),
);

const statementSchema = v.strictObject({
  Sid: v.optional(v.string()),
  Effect: v.picklist(['Allow', 'Deny']),
  Principal: v.optional(
    v.union([v.literal('*'), v.strictObject({ AWS: v.optional(texts), Service: v.optional(texts) })]),
  ),
  Action: texts,
  Resource: v.optional(texts),
  Condition: v.optional(v.record(v.string(), v.record(v.string(), conditionValues))),
});

const documentSchema = v.strictObject({
  // The older version differs in its policy variables; AWS advises against it.
  Version: v.literal('2012-10-17'),
  Id: v.optional(v.string()),
  Statement: v.union([
    v.array(v.unknown()),
    v.pipe(
      v.record(v.string(), v.unknown()),
      v.transform((one) => [one]),
    ),
  ]),
});

type StatementDocument = v.InferOutput<typeof statementSchema>;

const describeIssue = (issue: v.BaseIssue<unknown>): string => {
  const path = v.getDotPath(issue) ?? '';
  if (issue.type === 'strict_object' && issue.expected === 'never') {
    return `has an element that is unknown or not modelled: ${path}`;
  }
  return `${path === '' ? 'the document' : path}: expected ${issue.expected ?? issue.message}, not ${issue.received}`;
};

/** IAM takes letters and digits only; key policies are older and may hold spaces. */
const SID = { identity: /^[A-Za-z0-9]+$/, resource: /^[\w .-]+$/, trust: /^[A-Za-z0-9]+$/ } as const;

const parseActionPattern = (text: string): TextPattern => {
  if (text !== '*' && !/^[a-z0-9-]+:[A-Za-z0-9*?]+$/i.test(text)) {
    throw new RangeError(
      `the action ${JSON.stringify(text)} is neither "*" nor a service, a colon and a name; wildcards belong into the name`,
    );
  }
  return actionPattern(text);
};

const parseResourcePattern = (text: string): TextPattern => {
  const [prefix, partition, service = '', ...rest] = text.split(':');
  const isArn = prefix === 'arn' && partition !== undefined && /^[a-z0-9-]+$/.test(service);
  const isWhole = rest.length >= 3 || (rest.length >= 1 && text.endsWith('*'));
  if (text.includes('${')) {
    throw new RangeError(
      `the resource ${JSON.stringify(text)} holds a policy variable, which is not modelled`,
    );
  }
  if (text !== '*' && !(isArn && isWhole)) {
    throw new RangeError(
      `the resource ${JSON.stringify(text)} is neither "*" nor an ARN of six parts; the service of an ARN takes no wildcard`,
    );
  }
  return resourcePattern(text);
};

const parsePrincipals = (
  kind: PolicyKind,
  principal: StatementDocument['Principal'],
): readonly PolicyPrincipal[] | undefined => {
  if (kind === 'identity') {
    if (principal !== undefined) {
      throw new RangeError('an identity policy names no Principal');
    }
    return undefined;
  }
  if (principal === '*') {
    return [{ type: 'anyone' }];
  }
  const principals = [
    ...(principal?.AWS ?? []).map(parseAwsPrincipal),
    ...(principal?.Service ?? []).map(parseServicePrincipal),
  ];
  if (principals.length === 0) {
    throw new RangeError('a policy of a resource names a Principal in every statement');
  }
  return principals;
};

const parseResources = (kind: PolicyKind, { Resource }: StatementDocument): readonly TextPattern[] => {
  if ((Resource === undefined) !== (kind === 'trust')) {
    throw new RangeError(kind === 'trust' ? 'a trust policy names no resource' : 'needs a Resource');
  }
  return (Resource ?? ['*']).map(parseResourcePattern);
};

const parseStatement = (kind: PolicyKind, id: string, document: StatementDocument): Statement => {
  if (document.Sid !== undefined && !SID[kind].test(document.Sid)) {
    throw new RangeError(`the Sid must match ${SID[kind].source}`);
  }
  return {
    id,
    effect: document.Effect,
    principals: parsePrincipals(kind, document.Principal),
    actions: document.Action.map(parseActionPattern),
    resources: parseResources(kind, document),
    conditions: Object.entries(document.Condition ?? {}).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) => compileCondition(operator, key, values)),
    ),
  };
};

const parseJson = ({ name, document }: PolicySource): unknown => {
  try {
    // JSON.parse keeps the last of two equal keys without a word; here a second `StringEquals` is an error.
    return parse(document, undefined, Number);
  } catch (error) {
    throw new PolicyInvalidError(name, '', error instanceof Error ? error.message : 'not JSON', {
      cause: error,
    });
  }
};

/**
 * Reads a policy document, and refuses what AWS would refuse and what this evaluator does not model: unknown elements
 * (`NotPrincipal`, `NotAction` and `NotResource` among them) and operators, policy variables, misplaced wildcards, equal Sids.
 *
 * Source: IAM User Guide, "IAM JSON policy element reference" and "Grammar of the IAM JSON policy language".
 *
 * @throws PolicyInvalidError naming the policy and the statement.
 */
export const parsePolicy = (kind: PolicyKind, source: PolicySource): Policy => {
  const document = v.safeParse(documentSchema, parseJson(source));
  if (!document.success) {
    throw new PolicyInvalidError(source.name, '', describeIssue(document.issues[0]));
  }
  const statements = document.output.Statement.map((entry, index) => {
    const position = `#${index + 1}`;
    const result = v.safeParse(statementSchema, entry);
    if (!result.success) {
      throw new PolicyInvalidError(source.name, position, describeIssue(result.issues[0]));
    }
    const id = result.output.Sid ?? position;
    try {
      return parseStatement(kind, id, result.output);
    } catch (error) {
      if (error instanceof RangeError) {
        throw new PolicyInvalidError(source.name, id, error.message, { cause: error });
      }
      throw error;
    }
  });
  const ids = statements.map(({ id }) => id);
  const repeated = ids.find((id, index) => ids.indexOf(id) !== index);
  if (repeated !== undefined) {
    throw new PolicyInvalidError(source.name, repeated, 'two statements have this Sid');
  }
  return { name: source.name, kind, statements };
};
