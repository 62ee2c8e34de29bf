import { Token } from 'cdktf';

/** A JSON value whose strings may be tokens. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** A token that is no string stands in a JSON text. Terraform cannot fill it in there. */
export class UnresolvedValueError extends Error {
  override readonly name = 'UnresolvedValueError';
  /** Where in the document it is. */
  readonly path: string;

  constructor(path: string) {
    super(
      `${path} is a token that is no string, and would be written as text into a JSON document; expected a literal or a string token, such as Token.asString(...)`,
    );
    this.path = path;
  }
}

const refuseUnresolved = (value: JsonValue, path: string): void => {
  if (typeof value === 'string') {
    return;
  }
  if (Token.isUnresolved(value)) {
    throw new UnresolvedValueError(path);
  }
  if (Array.isArray(value)) {
    value.forEach((entry, index) => {
      refuseUnresolved(entry, `${path}[${index}]`);
    });
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, entry] of Object.entries(value)) {
      refuseUnresolved(entry, `${path}.${key}`);
    }
  }
};

/**
 * Writes a JSON text. Terraform fills in string tokens later.
 *
 * It refuses every other token (a number, a list, a resolvable), because cdktf would silently write `<unresolved-token>`.
 *
 * @param what names the document in an error.
 * @throws UnresolvedValueError for such a token, naming its place.
 */
export const jsonText = (what: string, value: JsonValue): string => {
  refuseUnresolved(value, what);
  return JSON.stringify(value);
};

/** One statement of an IAM policy, named as IAM names it. */
export interface PolicyStatement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: '*' | { readonly Service: string } | { readonly AWS: string };
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/**
 * Writes a policy document.
 *
 * @throws UnresolvedValueError for a token that is no string.
 */
export const policyDocument = (what: string, statements: readonly PolicyStatement[]): string =>
  jsonText(what, { Version: '2012-10-17', Statement: statements.map((statement) => ({ ...statement })) });

/** Denies every call to a resource that comes over plain HTTP. */
export const denyInsecureTransport = (
  service: string,
  resource: string | readonly string[],
): PolicyStatement => ({
  Sid: 'DenyInsecureTransport',
  Effect: 'Deny',
  Principal: '*',
  Action: `${service}:*`,
  Resource: resource,
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});
