import { Token } from 'cdktf';
import * as v from 'valibot';
import { COMBINATIONS } from './combinations';
import { InvalidOptionError, placeOf } from './invalid-option';
import { schemaOf } from './option-schema';
import type { GenesysVoicemailToS3Props } from './props';
import { isRequired, type OptionTable } from './rule';
import { OPTIONS } from './table';
import { type ResolvedOptions, withDefaults } from './with-defaults';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Whether Terraform fills a value, or a part of it, in later. */
const holdsToken = (value: unknown): boolean =>
  Token.isUnresolved(value) || (isObject(value) && Object.values(value).some(holdsToken));

/** Leaves out what Terraform knows only later: it cannot be checked now. */
const withoutTokens = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    return value.filter((entry) => !Token.isUnresolved(entry));
  }
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([, entry]) => !Token.isUnresolved(entry))
          .map(([key, entry]) => [key, withoutTokens(entry)]),
      )
    : value;
};

/** @throws InvalidOptionError for a token from which resources would be counted or computed. */
const requireLiterals = (table: OptionTable, values: object, around: readonly string[] = []): void => {
  for (const [name, { rule, literal }] of Object.entries(table)) {
    const value: unknown = Reflect.get(values, name);
    if (literal === true && holdsToken(value)) {
      throw new InvalidOptionError(
        placeOf([...around, name]),
        'a token',
        'a literal, because the resources depend on it',
      );
    }
    if (rule.kind === 'object' && isObject(value)) {
      requireLiterals(rule.fields, value, [...around, name]);
    }
  }
};

const checkEach = (props: GenesysVoicemailToS3Props): void => {
  for (const [name, option] of Object.entries(OPTIONS)) {
    const value: unknown = Reflect.get(props, name);
    const leftOut = value === undefined && !isRequired(option);
    if (leftOut || Token.isUnresolved(value)) {
      continue;
    }
    const result = v.safeParse(schemaOf(option.rule), withoutTokens(value));
    if (!result.success) {
      const [issue] = result.issues;
      const below = (issue.path ?? []).map(({ key }) => (typeof key === 'number' ? key : String(key)));
      throw new InvalidOptionError(placeOf([name, ...below]), issue.input, issue.message);
    }
  }
};

const checkTogether = (options: ResolvedOptions, given: GenesysVoicemailToS3Props): void => {
  for (const { of, field, holds, received, allowed } of COMBINATIONS) {
    const [first, ...others] = of;
    const value = received === undefined ? options[first] : received(options);
    const isKnown = ![
      field === undefined ? options[first] : value,
      ...others.map((name) => options[name]),
    ].some(holdsToken);
    if (isKnown && !holds(options, given)) {
      throw new InvalidOptionError(placeOf(field === undefined ? [first] : [first, field]), value, allowed);
    }
  }
};

/**
 * Checks the options as far as they are known before Terraform plans, and fills in the defaults.
 *
 * @throws InvalidOptionError for the first that is not allowed.
 */
export const resolveOptions = (props: GenesysVoicemailToS3Props): ResolvedOptions => {
  requireLiterals(OPTIONS, props);
  checkEach(props);
  const options = withDefaults(props);
  checkTogether(options, props);
  return options;
};
