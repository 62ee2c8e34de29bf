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
