import { COMBINATIONS, OPTIONS, type Option } from '../../../modules/genesys-voicemail-to-s3/options';
import type { Json, JsonObject } from './json';
import { snakeCase } from './json';
import { type Condition, conditionsOf, defaultOf, typeOf } from './variable-form';

/** A variable of the module. */
export interface ModuleVariable {
  readonly name: string;
  readonly description: string;
  readonly type: string;
  /** Undefined where it has to be given; null where it may be left out. */
  readonly byDefault: Json | undefined;
  readonly conditions: readonly Condition[];
}

/** An option that is no variable of the module. */
export interface FixedOption {
  readonly name: string;
  readonly why: string;
}

const TABLE: readonly (readonly [string, Option])[] = Object.entries(OPTIONS);

/** Names of options of two words and more, as Terraform names them. */
export const inTerraformsWords = (text: string): string =>
  TABLE.reduce((words, [name]) => words.replaceAll(new RegExp(`\\b${name}\\b`, 'g'), snakeCase(name)), text);

/** The description says what the default's value does not. */
const descriptionOf = ({ doc, rule, leftOut }: Option): string =>
  inTerraformsWords(leftOut === undefined || rule.kind === 'object' ? doc : `${doc} Default: ${leftOut}.`);

const conditionsOfOption = (option: string, { rule, ...rest }: Option): readonly Condition[] => {
  const value = `var.${snakeCase(option)}`;
  const isNullable = defaultOf({ rule, ...rest }) === null;
  const ofValue = conditionsOf(rule, value).map(({ holds, allowed }) => ({
    holds: isNullable ? `${value} == null ? true : ${holds}` : holds,
    allowed,
  }));
  const together = COMBINATIONS.filter(({ of }) => of[0] === option).flatMap(({ field, hcl, allowed }) =>
    hcl === undefined
      ? []
      : [{ holds: hcl, allowed: `${field === undefined ? '' : `${snakeCase(field)}: `}${allowed}` }],
  );
  return [...ofValue, ...together];
};

/** The variables of the module, in the order of the options. */
export const moduleVariables = (): readonly ModuleVariable[] =>
  TABLE.filter(([, { notInHcl }]) => notInHcl === undefined).map(([name, option]) => ({
    name: snakeCase(name),
    description: descriptionOf(option),
    type: typeOf(option.rule, option.byDefault),
    byDefault: defaultOf(option),
    conditions: conditionsOfOption(name, option),
  }));

/** The options that are no variable, and why; the README lists them. */
export const fixedOptions = (): readonly FixedOption[] =>
  TABLE.flatMap(([name, { notInHcl }]) =>
    notInHcl === undefined ? [] : [{ name: snakeCase(name), why: notInHcl }],
  );

/** A text in Terraform's JSON syntax that holds no expression. */
const plain = (text: string): string => text.replaceAll('${', () => '$${').replaceAll('%{', '%%{');

/** The value of a simple variable; of another, Terraform says what it is. */
const shownValue = (name: string, type: string): string =>
  ['string', 'number', 'bool'].includes(type) ? `is \${jsonencode(var.${name})}` : 'is refused';

/** A variable in Terraform's JSON syntax. */
const declared = ({ name, type, description, byDefault, conditions }: ModuleVariable): JsonObject => ({
  type,
  description,
  // A variable with a default of its own has no use for null; one that is null by default means just that.
  ...(byDefault === undefined ? { nullable: false } : { default: byDefault }),
  ...(byDefault === undefined || byDefault === null ? {} : { nullable: false }),
  ...(conditions.length === 0
    ? {}
    : {
        validation: conditions.map(({ holds, allowed }) => ({
          condition: `\${${holds}}`,
          error_message: `${name} ${shownValue(name, type)}; allowed: ${plain(inTerraformsWords(allowed))}.`,
        })),
      }),
});

/** `variables.tf.json`. */
export const variablesDocument = (): JsonObject => ({
  variable: Object.fromEntries(moduleVariables().map((variable) => [variable.name, declared(variable)])),
});
