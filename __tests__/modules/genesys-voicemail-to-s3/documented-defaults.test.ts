import * as v from 'valibot';
import { MoveVoicemailToS3Environment } from '../../../functions/move-voicemail-to-s3/contract/environment';
import { RefreshAuthTokenEnvironment } from '../../../functions/refresh-auth-token/contract/environment';
import { propsDocumentation } from '../../../modules/deployment/props-documentation';
import { GenesysVoicemailToS3Options } from '../../../modules/genesys-voicemail-to-s3';
import { moduleVariables, snakeCase } from '../../../tools/build/hcl-module';
import { type Arguments, type Plan, synthesizeModule } from '../../helpers/synth';

/** The value that stands after `@default`; undefined where words stand there. */
const literalOf = (byDefault: string | undefined): unknown => {
  if (byDefault === undefined) {
    return undefined;
  }
  const [, text] = /^'(.*)'$/.exec(byDefault) ?? [];
  return text ?? (/^(?:\d+|true|false)$/.test(byDefault) ? JSON.parse(byDefault) : undefined);
};

const OPTIONS = [...propsDocumentation('GenesysVoicemailToS3Props')];
const WITH_LITERAL = OPTIONS.flatMap(([option, { byDefault }]): readonly [string, unknown][] => {
  const literal = literalOf(byDefault);
  return literal === undefined ? [] : [[option, literal]];
});

/** What a function reads from its environment: a variable that is left out counts as the contract's own default. */
const settingsOf = (plan: Plan, name: 'move' | 'refresh'): unknown => {
  const variables = Object.fromEntries(
    Object.entries(plan.environment(name)).map(([variable, value]) => [
      variable,
      value.replaceAll(/\$\{[^}]*\}/g, 'value'),
    ]),
  );
  return name === 'move'
    ? v.parse(MoveVoicemailToS3Environment, variables)
    : v.parse(RefreshAuthTokenEnvironment, variables);
};

const withoutEnvironment = ({ environment: _, ...declared }: Arguments): Arguments => declared;

/** Everything that a deployment gets: the resources, and what the functions make of their variables. */
const effectOf = (plan: Plan): unknown => ({
  resources: plan.addresses.map((address) => {
    const [type = '', name = ''] = address.split('.');
    const declared = plan.all(type)[name.slice(0, -'_00000000'.length)];
    return [address, declared && withoutEnvironment(declared)];
  }),
  move: settingsOf(plan, 'move'),
  refresh: settingsOf(plan, 'refresh'),
});

const byDefault = effectOf(synthesizeModule());

test('every option that may be left out says what happens then', () => {
  const required = OPTIONS.filter(([, documentation]) => documentation.byDefault === undefined);
  expect(required.map(([option]) => option)).toEqual(['genesysRegion']);
  const ofFunctions = [...propsDocumentation('FunctionOptions').values()];
  expect(ofFunctions.filter((documentation) => documentation.byDefault === undefined)).toEqual([]);
});

test('every option has a schema, which tells early what is not allowed', () => {
  // The folder is checked by looking for the zips in it.
  expect([...Object.keys(GenesysVoicemailToS3Options), 'functionsFolder'].sort()).toEqual(
    OPTIONS.map(([option]) => option).sort(),
  );
});

test.each(WITH_LITERAL)('%s is %j where it is left out, as its documentation says', (option, literal) => {
  expect(effectOf(synthesizeModule({ [option]: literal }))).toEqual(byDefault);
});

test('the Terraform module has the same defaults', () => {
  const variables = moduleVariables();
  const different = WITH_LITERAL.flatMap(([option, literal]) => {
    const variable = variables.find(({ name }) => name === snakeCase(option));
    return variable === undefined || variable.byDefault === literal
      ? []
      : [[option, variable.byDefault, literal]];
  });
  expect(different).toEqual([]);
  expect(WITH_LITERAL.length).toBeGreaterThan(15);
});
