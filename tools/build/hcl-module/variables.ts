import { propsDocumentation } from '../../../modules/deployment/props-documentation';
import { snakeCase } from './expressions';
import type { JsonObject } from './json';
import type { VariableForm } from './variable-form';
import { VARIABLE_FORMS } from './variable-forms';

/** A variable of the module. */
export interface ModuleVariable extends VariableForm {
  readonly name: string;
  readonly description: string;
}

/** Names of options in backticks, as Terraform names them. */
const inTerraformsWords = (description: string): string =>
  description
    .replaceAll(/`([a-z]+(?:[A-Z][A-Za-z0-9]*)+)`/g, (_, name: string) => `\`${snakeCase(name)}\``)
    .replaceAll(/\{@link (\w+)\}/g, '$1')
    .trim();

/** The variables of the module, in the order of the options; what each means is the option's own documentation. */
export const moduleVariables = (): readonly ModuleVariable[] =>
  [...propsDocumentation('GenesysVoicemailToS3Props')].flatMap(([option, { description }]) => {
    const form = Object.entries(VARIABLE_FORMS).find(([name]) => name === option)?.[1];
    return form === undefined
      ? []
      : [{ name: snakeCase(option), description: inTerraformsWords(description), ...form }];
  });

/** A variable in Terraform's JSON syntax. */
const declared = ({ name, type, description, byDefault, rules = [] }: ModuleVariable): JsonObject => ({
  type,
  description,
  // A variable with a default of its own has no use for null; one that is null by default means just that.
  ...(byDefault === undefined ? { nullable: false } : { default: byDefault }),
  ...(byDefault === undefined || byDefault === null ? {} : { nullable: false }),
  ...(rules.length === 0
    ? {}
    : {
        validation: rules.map(({ holds, allowed }) => ({
          condition: `\${${holds}}`,
          error_message: `${name} has to be ${allowed}.`,
        })),
      }),
});

/** `variables.tf.json`. */
export const variablesDocument = (): JsonObject => ({
  variable: Object.fromEntries(moduleVariables().map((variable) => [variable.name, declared(variable)])),
});
