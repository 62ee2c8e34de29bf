import { Token } from 'cdktf';
import * as v from 'valibot';
import { COMBINATIONS, WARNINGS } from './combinations';
import { InvalidOptionError, type OptionProblem, placeOf } from './invalid-option';
import { schemaOf } from './option-schema';
import type { GenesysVoicemailToS3Props } from './props';
import { isRequired, type Option, type OptionTable } from './rule';
import { OPTIONS } from './table';
import {
  type CheckedOptions,
  type PartialOptions,
  type ResolvedOptions,
  withDefaults,
} from './with-defaults';

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Whether Terraform fills a value, or a part of it, in later. */
const holdsToken = (value: unknown): boolean =>
  Token.isUnresolved(value) || (isObject(value) && Object.values(value).some(holdsToken));

/** The tokens from which resources would be counted or computed. */
const tokenProblems = (
  table: OptionTable,
  values: object,
  around: readonly string[] = [],
): readonly OptionProblem[] =>
  Object.entries(table).flatMap(([name, { rule, literal }]): readonly OptionProblem[] => {
    const value: unknown = Reflect.get(values, name);
    const option = placeOf([...around, name]);
    if ((literal === 'length' || literal === 'entries') && Token.isUnresolved(value)) {
      return [
        {
          option,
          received: 'a token',
          allowed: 'a list, whose entries may be tokens, because the resources are made of each entry',
        },
      ];
    }
    if (rule.kind === 'list' && rule.genesysIds === true && Array.isArray(value)) {
      return value.flatMap((entry: unknown, index) =>
        typeof entry === 'string' && Token.isUnresolved(entry) && entry.includes('/')
          ? [
              {
                option: placeOf([...around, name, index]),
                received: 'a token within an address',
                allowed:
                  'a token of the id alone, because no id can be read from an address that is not known yet',
              },
            ]
          : [],
      );
    }
    if (literal === true && holdsToken(value)) {
      return [{ option, received: 'a token', allowed: 'a literal, because the resources depend on it' }];
    }
    return rule.kind === 'object' && isObject(value) ? tokenProblems(rule.fields, value, [option]) : [];
  });

/** Finds the problems of each option by itself. */
const singleProblems = (props: GenesysVoicemailToS3Props): readonly OptionProblem[] =>
  Object.entries(OPTIONS).flatMap(([name, option]): readonly OptionProblem[] => {
    const value: unknown = Reflect.get(props, name);
    const leftOut = value === undefined && !isRequired(option);
    if (leftOut || Token.isUnresolved(value)) {
      return [];
    }
    const { issues = [] } = v.safeParse(schemaOf(option.rule), value);
    return issues
      .filter(({ input }) => !Token.isUnresolved(input))
      .map(({ path = [], input, message }) => {
        const below = path.map(({ key }) => (typeof key === 'number' ? key : String(key)));
        return { option: placeOf([name, ...below]), received: input, allowed: message };
      });
  });

const nameOf = ({ option }: OptionProblem): string => /^\w+/.exec(option)?.[0] ?? option;

/** Whether a value is not known to the rules: of a list that counts by its length, they look at nothing else. */
const isUnknown = (name: string, value: unknown): boolean =>
  Object.entries<Option>(OPTIONS).find(([known]) => known === name)?.[1].literal === 'length'
    ? Token.isUnresolved(value)
    : holdsToken(value);

/**
 * Tells what is wrong with options together. A rule is asked where each of its options is allowed by itself and known
 * before Terraform plans.
 *
 * @param refused The options that are wrong by themselves.
 */
export const combinationProblems = (
  given: PartialOptions,
  refused: ReadonlySet<string>,
): readonly OptionProblem[] => {
  const options = withDefaults(given);
  return COMBINATIONS.flatMap(({ of, field, holds, received, allowed }) => {
    const [first, ...others] = of;
    const value = received === undefined ? options[first] : received(options);
    const isKnown =
      !isUnknown(first, field === undefined ? options[first] : value) &&
      !others.some((name) => isUnknown(name, options[name]));
    return of.some((name) => refused.has(name)) || !isKnown || holds(options, given)
      ? []
      : [{ option: placeOf(field === undefined ? [first] : [first, field]), received: value, allowed }];
  });
};

/** Warnings about options that are allowed, one sentence each. */
export const warningsOf = (options: CheckedOptions): readonly string[] =>
  WARNINGS.filter(
    ({ of, holds }) => !of.some((name) => isUnknown(name, options[name])) && !holds(options),
  ).map(({ says }) => says);

const withoutRepeats = (problems: readonly OptionProblem[]): readonly OptionProblem[] =>
  problems.filter(
    ({ option, allowed }, index) =>
      problems.findIndex((other) => other.option === option && other.allowed === allowed) === index,
  );

/**
 * Checks the options as far as they are known before Terraform plans, and fills in the defaults.
 *
 * @throws InvalidOptionError with all that is not allowed.
 */
export const resolveOptions = (props: GenesysVoicemailToS3Props): ResolvedOptions => {
  const single = withoutRepeats([...tokenProblems(OPTIONS, props), ...singleProblems(props)]);
  const refused = new Set(single.map(nameOf));
  const [first, ...others] = [...single, ...combinationProblems(props, refused)];
  if (first !== undefined) {
    throw new InvalidOptionError(first, ...others);
  }
  return { ...withDefaults(props), genesysRegion: props.genesysRegion };
};
