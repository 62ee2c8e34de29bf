import { LosslessNumber } from 'lossless-json';
import { comparableNumber } from './comparable-number';
import { isJsonObject, type JsonObject } from './json';

/** Which element of which array a value comes from: array number → element index. */
export type ArrayMembership = ReadonlyMap<number, number>;

/** One value of an event. */
export interface EventField {
  /** The value as JSON text, but with a string's characters unescaped between its quotes: Event Ruler matches on these. */
  readonly text: string;
  /** The value as a number, where it is one that EventBridge can compare. */
  readonly number: number | undefined;
  readonly membership: ArrayMembership;
}

/** The values of an event by their dotted path. A path inside arrays has one value for each element. */
export type EventFields = ReadonlyMap<string, readonly EventField[]>;

/** Takes an event apart into the values that a pattern can test. Objects and arrays themselves are no values. */
export const eventFields = (event: JsonObject): EventFields => {
  const fields = new Map<string, EventField[]>();
  let arrays = 0;

  const add = (path: string, value: unknown, membership: ArrayMembership) => {
    const text = typeof value === 'string' ? `"${value}"` : String(value);
    const number = value instanceof LosslessNumber ? comparableNumber(value.value) : undefined;
    const values = fields.get(path) ?? [];
    values.push({ text, number, membership });
    fields.set(path, values);
  };

  const visit = (path: string, value: unknown, membership: ArrayMembership) => {
    if (Array.isArray(value)) {
      const array = arrays++;
      for (const [index, element] of value.entries()) {
        const isScalar = !Array.isArray(element) && !isJsonObject(element);
        visit(path, element, isScalar ? membership : new Map([...membership, [array, index]]));
      }
    } else if (isJsonObject(value)) {
      visitMembers(path, value, membership);
    } else {
      add(path, value, membership);
    }
  };

  const visitMembers = (path: string, object: JsonObject, membership: ArrayMembership) => {
    for (const [name, value] of Object.entries(object)) {
      visit(path === '' ? name : `${path}.${name}`, value, membership);
    }
  };

  visitMembers('', event, new Map());
  return fields;
};

/**
 * Joins two memberships; `undefined` when they name different elements of the same array, because no single element then
 * carries both values.
 */
export const joinMemberships = (
  first: ArrayMembership,
  second: ArrayMembership,
): ArrayMembership | undefined => {
  for (const [array, index] of second) {
    if ((first.get(array) ?? index) !== index) {
      return undefined;
    }
  }
  return new Map([...first, ...second]);
};
