import * as v from 'valibot';
import {
  DIFFER_IN_MORE_THAN_CASE,
  genesysIdIn,
  isRequired,
  type ListRule,
  type Option,
  type OptionTable,
  type Rule,
  type TextRule,
  wordsOfDefault,
} from './rule';

type Schema = v.GenericSchema<unknown, unknown>;

const textSchema = ({ pattern, mostCharacters, excluded, allowed }: TextRule) => {
  const fits = v.pipe(v.string(allowed), v.regex(new RegExp(pattern, 'u'), allowed));
  const short = mostCharacters === undefined ? fits : v.pipe(fits, v.maxLength(mostCharacters, allowed));
  return excluded === undefined
    ? short
    : v.pipe(
        short,
        v.check((text) => !new RegExp(excluded, 'u').test(text), allowed),
      );
};

/** Gives what two entries of a list must not share: a Genesys id where the list is of such. */
const identityOf = (entry: unknown, { genesysIds }: ListRule): unknown =>
  genesysIds === true && typeof entry === 'string' ? genesysIdIn(entry) : entry;

const differInMoreThanCase = (names: readonly string[]): boolean =>
  new Set(names.map((name) => name.toLowerCase())).size === names.length;

const documentationOf = (option: Option): string => {
  const byDefault = wordsOfDefault(option);
  return byDefault === undefined ? option.doc : `${option.doc} Default: ${byDefault}.`;
};

/** The check that a rule is. Every message is a phrase that says what is allowed. */
export const schemaOf = (rule: Rule): Schema => {
  const { allowed } = rule;
  switch (rule.kind) {
    case 'text':
      return textSchema(rule);
    case 'flag':
      return v.boolean(allowed);
    case 'choice':
      return v.picklist(rule.values, allowed);
    case 'number':
      return v.pipe(
        v.number(allowed),
        v.integer(allowed),
        v.minValue(rule.least, allowed),
        v.maxValue(rule.most, allowed),
      );
    case 'list':
      return v.pipe(
        v.array(schemaOf(rule.of), allowed),
        v.maxLength(rule.most ?? Number.MAX_SAFE_INTEGER, allowed),
        v.check(
          (list) => new Set(list.map((entry) => identityOf(entry, rule))).size === list.length,
          allowed,
        ),
      );
    case 'tags':
      return v.pipe(
        v.record(textSchema(rule.name), textSchema(rule.value), allowed),
        v.check((tags) => Object.keys(tags).length <= (rule.most ?? Number.MAX_SAFE_INTEGER), allowed),
        v.check(
          (tags) => rule.caseInsensitive !== true || differInMoreThanCase(Object.keys(tags)),
          `${allowed}, ${DIFFER_IN_MORE_THAN_CASE}`,
        ),
      );
    case 'object':
      return v.strictObject(schemasOf(rule.fields), allowed);
  }
};

/** The check of each option of a table, by its name; the documentation is in it, for the editors. */
export const schemasOf = (table: OptionTable): Readonly<Record<string, Schema>> =>
  Object.fromEntries(
    Object.entries(table).map(([name, option]) => {
      const schema = v.pipe(schemaOf(option.rule), v.description(documentationOf(option)));
      return [name, isRequired(option) ? schema : v.exactOptional(schema)];
    }),
  );
