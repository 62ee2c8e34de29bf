import * as v from 'valibot';
import { isRequired, type Option, type OptionTable, type Rule, type TextRule, wordsOfDefault } from './rule';

type Schema = v.GenericSchema<unknown, unknown>;

const textSchema = ({ pattern, mostCharacters, allowed }: TextRule): v.GenericSchema<string, string> => {
  const fits = v.pipe(v.string(allowed), v.regex(new RegExp(pattern, 'u'), allowed));
  return mostCharacters === undefined ? fits : v.pipe(fits, v.maxLength(mostCharacters, allowed));
};

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
        v.check((list) => new Set(list).size === list.length, allowed),
      );
    case 'tags':
      return v.pipe(
        v.record(textSchema(rule.name), textSchema(rule.value), allowed),
        v.check((tags) => Object.keys(tags).length <= (rule.most ?? Number.MAX_SAFE_INTEGER), allowed),
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
