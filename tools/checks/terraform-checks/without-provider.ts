import { isObject, type Json, type JsonObject, mapTexts } from '../../build/hcl-module';

/*
 * Lets Terraform evaluate a configuration whose provider is not there: each resource becomes a terraform_data, which is
 * built in, with the same arguments as its input. What a provider would add is made up from the resource's address.
 */

const RESOURCE = /(?<![\w.])(aws_[a-z0-9_]+)\.([a-z0-9_]+)((?:\[[^\]]*\])?)\.([a-z_]+)/g;

/** Answers of the data sources. */
const DATA: Readonly<Record<string, string>> = {
  account_id: '123456789012',
  region: 'eu-central-1',
  partition: 'aws',
};

/** The argument that names the attributes which are made up. */
export const MADE_UP = 'made_up';

const entriesOf = (value: Json | undefined): readonly (readonly [string, Json])[] =>
  isObject(value) ? Object.entries(value) : [];

const localName = (type: string, name: string): string => `${type}__${name}`;

/** References to resources and data sources, as they are called without the provider. */
const redirect = (text: string): string =>
  text
    .replaceAll(
      /data\.aws_[a-z_]+\.[a-z0-9_]+\.([a-z_]+)/g,
      (_, attribute: string) => `"${DATA[attribute] ?? ''}"`,
    )
    .replaceAll(
      RESOURCE,
      (_, type: string, name: string, index: string, attribute: string) =>
        `terraform_data.${localName(type, name)}${index}.input.${attribute}`,
    );

/** Rewrites a configuration that declares no resource. */
export const withoutReferences = (configuration: JsonObject): JsonObject => {
  const redirected = mapTexts(configuration, redirect);
  return isObject(redirected) ? redirected : {};
};

/** A value in Terraform's JSON syntax as an HCL expression. */
const asHcl = (value: Json): string => {
  if (Array.isArray(value)) {
    return `[${value.map(asHcl).join(', ')}]`;
  }
  if (isObject(value)) {
    return `{${Object.entries(expandBlocks(value))
      .map(([key, entry]) => `${key} = ${asHcl(entry)}`)
      .join(', ')}}`;
  }
  const [, whole] = typeof value === 'string' ? (/^\$\{(.*)\}$/s.exec(value) ?? []) : [];
  return whole === undefined ? JSON.stringify(value) : `(${whole})`;
};

/** `dynamic` blocks as lists, which an input can hold; those of a kind follow the ones that are always there. */
const expandBlocks = (body: JsonObject): JsonObject => {
  const { dynamic, ...rest } = body;
  const blocks = entriesOf(dynamic).map(([label, given]): [string, Json] => {
    const repeated = (Array.isArray(given) ? given : [given]).filter(isObject).map((block) => {
      const content = asHcl(block['content'] ?? {}).replaceAll(`${label}.value`, `${label}_value`);
      return `[for ${label}_value in ${asHcl(block['for_each'] ?? [])} : ${content}]`;
    });
    const always = rest[label] === undefined ? [] : [asHcl(rest[label])];
    return [label, `\${concat(${[...always, ...repeated].join(', ')})}`];
  });
  return { ...rest, ...Object.fromEntries(blocks) };
};

/** The attributes that some reference asks of each resource. */
const askedOf = (text: string): ReadonlyMap<string, ReadonlySet<string>> => {
  const asked = new Map<string, Set<string>>();
  for (const [, type = '', name = '', , attribute = ''] of text.matchAll(RESOURCE)) {
    const address = `${type}.${name}`;
    asked.set(address, (asked.get(address) ?? new Set()).add(attribute));
  }
  return asked;
};

/**
 * Rewrites a configuration so that Terraform can plan it with what is built in.
 *
 * @param madeUp tells what stands for an attribute that only the provider would know.
 */
export const withoutProvider = (
  configuration: JsonObject,
  madeUp: (address: string, attribute: string) => string,
): JsonObject => {
  const asked = askedOf(JSON.stringify(configuration));
  const { data: _data, resource, ...rest } = configuration;
  const stands = entriesOf(resource).flatMap(([type, named]) =>
    entriesOf(named).map(([name, body]): [string, Json] => {
      const {
        count,
        lifecycle: _lifecycle,
        depends_on: _dependsOn,
        ...declared
      } = isObject(body) ? body : {};
      const address = `${type}.${name}`;
      const attributes = [...(asked.get(address) ?? [])].filter((attribute) => !(attribute in declared));
      const input = {
        [MADE_UP]: attributes,
        ...expandBlocks(declared),
        ...Object.fromEntries(attributes.map((attribute) => [attribute, madeUp(address, attribute)])),
      };
      return [localName(type, name), count === undefined ? { input } : { count, input }];
    }),
  );
  return withoutReferences({ ...rest, resource: { terraform_data: Object.fromEntries(stands) } });
};
