/** A value in Terraform's JSON syntax. */
export type Json = string | number | boolean | null | Json[] | JsonObject;

/** An object in Terraform's JSON syntax. */
export interface JsonObject {
  [key: string]: Json;
}

/** Whether a value has named members. */
export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Rebuilds a value with each of its texts changed; keys stay as they are. */
export const mapTexts = (value: Json, change: (text: string) => string): Json => {
  if (typeof value === 'string') {
    return change(value);
  }
  if (Array.isArray(value)) {
    return value.map((entry) => mapTexts(entry, change));
  }
  return isObject(value)
    ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, mapTexts(entry, change)]))
    : value;
};

/** Writes an HCL expression as Terraform's JSON syntax has it: inside of a text. */
export const expression = (hcl: string): string => `\${${hcl}}`;

/** A part of a text that is there only under a condition. */
export const partWhen = (condition: string, part: string): string => `%{ if ${condition} }${part}%{ endif }`;

/** `queueIds` as Terraform names it: `queue_ids`. */
export const snakeCase = (name: string): string =>
  name.replaceAll(/[A-Z]|(?<=[a-z])\d/g, (character) => `_${character.toLowerCase()}`);

/** A count of one under a condition, of none otherwise. */
export const when = (condition: string): string => expression(`${condition} ? 1 : 0`);

/** The provider's own account, partition and region. */
export const ACCOUNT = 'data.aws_caller_identity.surroundings_account.account_id';
export const PARTITION = 'data.aws_partition.surroundings_partition.partition';
export const REGION = 'data.aws_region.surroundings_region.region';
