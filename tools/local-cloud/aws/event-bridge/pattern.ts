import { type ArrayMembership, type EventFields, eventFields, joinMemberships } from './event-fields';
import { InvalidEventPatternError } from './event-pattern-error';
import { isJsonObject, type JsonObject, parseJson } from './json';
import { type Expectation, readExpectation, type ValueTest } from './match-expression';

/** What a pattern asks of the values at one path: one of them passes one of the tests, or there is none. */
interface Condition {
  readonly tests: readonly ValueTest[];
  readonly mayBeAbsent: boolean;
}

/** Conditions by path that must all hold. A pattern without `$or` is one of these, each `$or` multiplies them. */
type Alternative = ReadonlyMap<string, Condition>;

/** Names that a field inside `$or` must not have. Source: Event Ruler 2.1.0, by test. */
const RESERVED_INSIDE_OR: ReadonlySet<string> = new Set([
  'exactly',
  'prefix',
  'suffix',
  'equals-ignore-case',
  'wildcard',
  'anything-but',
  'numeric',
  'cidr',
  'exists',
  '=',
  '<',
  '<=',
  '>',
  '>=',
  'regex',
  'not-wildcard',
  'not-equals-ignore-case',
  'date-after',
  'date-on-or-after',
  'date-before',
  'date-on-or-before',
  'in-date-range',
  'ip-address-in-range',
  'ip-address-not-in-range',
]);

const readExpectations = (path: string, elements: readonly unknown[]): readonly Expectation[] => {
  if (elements.length === 0) {
    throw new InvalidEventPatternError(path, 'a list must not be empty: nothing could match it');
  }
  try {
    return elements.map(readExpectation);
  } catch (error) {
    throw error instanceof RangeError ? new InvalidEventPatternError(path, error.message) : error;
  }
};

const readCondition = (path: string, elements: readonly unknown[]): Condition => {
  const expectations = readExpectations(path, elements);
  return {
    tests: expectations.filter((expectation) => expectation !== 'absent'),
    mayBeAbsent: expectations.includes('absent'),
  };
};

/** Adds an object's fields to every alternative. The same path twice (beside and inside an `$or`): the later one counts. */
const readObject = (
  path: string,
  object: JsonObject,
  alternatives: readonly Alternative[],
  insideOr: boolean,
): readonly Alternative[] => {
  const members = Object.entries(object);
  if (members.length === 0) {
    throw new InvalidEventPatternError(path, 'an object must not be empty');
  }
  return members.reduce((soFar, [name, value]) => {
    const memberPath = path === '' ? name : `${path}.${name}`;
    if (name === '$or') {
      return readOr(path, memberPath, value, soFar);
    }
    if (insideOr && RESERVED_INSIDE_OR.has(name)) {
      throw new InvalidEventPatternError(memberPath, `inside "$or" no field may be called "${name}"`);
    }
    if (isJsonObject(value)) {
      return readObject(memberPath, value, soFar, insideOr);
    }
    if (!Array.isArray(value)) {
      throw new InvalidEventPatternError(memberPath, 'a field takes a list of values or an object of fields');
    }
    const condition = readCondition(memberPath, value);
    return soFar.map((alternative) => new Map([...alternative, [memberPath, condition]]));
  }, alternatives);
};

const readOr = (
  path: string,
  orPath: string,
  branches: unknown,
  alternatives: readonly Alternative[],
): readonly Alternative[] => {
  if (!Array.isArray(branches) || branches.length < 2) {
    throw new InvalidEventPatternError(orPath, '"$or" takes a list of at least two objects');
  }
  return branches.flatMap((branch: unknown) => {
    if (!isJsonObject(branch)) {
      throw new InvalidEventPatternError(orPath, '"$or" takes objects only');
    }
    return readObject(path, branch, alternatives, true);
  });
};

/** Whether the conditions can all be met by values that do not come from different elements of one array. */
const isMet = (
  [first, ...others]: readonly (readonly [string, Condition])[],
  fields: EventFields,
  membership: ArrayMembership,
): boolean => {
  if (first === undefined) {
    return true;
  }
  const [path, { tests, mayBeAbsent }] = first;
  const reachable = (fields.get(path) ?? []).flatMap((field) => {
    const joined = joinMemberships(membership, field.membership);
    return joined === undefined ? [] : [{ field, joined }];
  });
  if (mayBeAbsent && reachable.length === 0 && isMet(others, fields, membership)) {
    return true;
  }
  return reachable.some(
    ({ field, joined }) => tests.some((test) => test(field)) && isMet(others, fields, joined),
  );
};

/**
 * An EventBridge event pattern.
 *
 * The language is that of AWS's Event Ruler, which EventBridge runs; `tools/checks/event-ruler` compares the two. Not modelled:
 * the service's limit on how complex `wildcard` and `$or` may grow.
 *
 * @example
 * new EventPattern('{"detail": {"eventBody": {"queueId": [{"exists": true}]}}}').matches(eventJson);
 */
export class EventPattern {
  readonly #alternatives: readonly (readonly (readonly [string, Condition])[])[];

  /** @throws InvalidEventPatternError naming the field and what is wrong with it. */
  constructor(patternJson: string) {
    const pattern = readPatternJson(patternJson);
    // Sorted as Event Ruler walks them: what `exists: false` sees depends on the fields before it.
    this.#alternatives = readObject('', pattern, [new Map()], false).map((alternative) =>
      [...alternative].sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  }

  /**
   * Whether an event, given as JSON text, meets this pattern.
   *
   * @throws SyntaxError when the text is not JSON. @throws TypeError when it is not an object.
   */
  matches(eventJson: string): boolean {
    const event = parseJson(eventJson);
    if (!isJsonObject(event)) {
      throw new TypeError('an event is a JSON object');
    }
    const fields = eventFields(event);
    return this.#alternatives.some((conditions) => isMet(conditions, fields, new Map()));
  }
}

const readPatternJson = (patternJson: string): JsonObject => {
  let pattern: unknown;
  try {
    pattern = parseJson(patternJson);
  } catch (error) {
    throw new InvalidEventPatternError('', error instanceof Error ? error.message : String(error));
  }
  if (!isJsonObject(pattern)) {
    throw new InvalidEventPatternError('', 'a pattern is a JSON object');
  }
  return pattern;
};
