/** An event pattern that EventBridge, or this matcher, refuses when the rule is created. */
export class InvalidEventPatternError extends Error {
  override readonly name = 'InvalidEventPatternError';
  /** Where in the pattern: field names joined by dots; empty for the pattern itself. */
  readonly path: string;
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`the event pattern is not valid${path === '' ? '' : ` at ${path}`}: ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}

/** Tests the values that an event has at one path; there are several where the path leads through an array. */
type FieldTest = (values: readonly unknown[]) => boolean;

type JsonObject = { readonly [name: string]: unknown };

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The operators that this project's rules use, each with what makes a test of its operand, or `undefined` if it is wrong. */
const OPERATORS: ReadonlyMap<string, (operand: unknown) => FieldTest | undefined> = new Map<
  string,
  (operand: unknown) => FieldTest | undefined
>([
  [
    'anything-but',
    (operand) => {
      const given: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
      const excluded = new Set(given);
      return given.length > 0 && given.every((value) => typeof value === 'string')
        ? (values) => values.some((value) => !excluded.has(value))
        : undefined;
    },
  ],
  [
    'exists',
    (operand) => (typeof operand === 'boolean' ? (values) => values.length > 0 === operand : undefined),
  ],
  [
    'numeric',
    (operand) => {
      const [operator, bound, ...more]: readonly unknown[] = Array.isArray(operand) ? operand : [];
      return operator === '>=' && typeof bound === 'number' && more.length === 0
        ? (values) => values.some((value) => typeof value === 'number' && value >= bound)
        : undefined;
    },
  ],
]);

const KNOWN = `strings, {"anything-but": strings}, {"exists": true or false} and {"numeric": [">=", number]}`;

const readElement = (path: string, element: unknown): FieldTest => {
  if (typeof element === 'string') {
    return (values) => values.includes(element);
  }
  const [[operator, operand] = [], ...more] = isObject(element) ? Object.entries(element) : [];
  const test = more.length === 0 && operator !== undefined ? OPERATORS.get(operator)?.(operand) : undefined;
  if (test === undefined) {
    throw new InvalidEventPatternError(
      path,
      `the local EventBridge does not know ${JSON.stringify(element)}; it knows ${KNOWN}`,
    );
  }
  return test;
};

const readObject = (path: string, object: JsonObject): readonly (readonly [string, FieldTest])[] => {
  const members = Object.entries(object);
  if (members.length === 0) {
    throw new InvalidEventPatternError(path, 'an object must not be empty');
  }
  return members.flatMap(([name, value]) => {
    const memberPath = path === '' ? name : `${path}.${name}`;
    if (name === '$or') {
      throw new InvalidEventPatternError(memberPath, 'the local EventBridge does not know "$or"');
    }
    if (isObject(value)) {
      return readObject(memberPath, value);
    }
    if (!Array.isArray(value) || value.length === 0) {
      throw new InvalidEventPatternError(
        memberPath,
        'a field takes an object of fields or a list of at least one value',
      );
    }
    const tests = value.map((element: unknown) => readElement(memberPath, element));
    return [[memberPath, (values: readonly unknown[]) => tests.some((test) => test(values))] as const];
  });
};

const addValues = (path: string, value: unknown, fields: Map<string, unknown[]>): void => {
  if (Array.isArray(value)) {
    for (const element of value) {
      addValues(path, element, fields);
    }
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      addValues(path === '' ? name : `${path}.${name}`, member, fields);
    }
  } else {
    fields.set(path, [...(fields.get(path) ?? []), value]);
  }
};

/**
 * An EventBridge event pattern, of the part of the language that this project's rules use: see `KNOWN`. Any other operator
 * is refused, so that a rule which needs one fails here instead of matching by accident.
 *
 * Names are joined by dots, as EventBridge does it: a flat key `"detail.eventBody.queueId"` means the same as the nested one.
 * Within that part it agrees with AWS's Event Ruler 2.1.0 but for two
 * things: a string is never read as an IP address, and two fields may come from different elements of one array.
 *
 * @example
 * new EventPattern('{"detail": {"eventBody": {"queueId": [{"exists": true}]}}}').matches(eventJson);
 */
export class EventPattern {
  readonly #tests: readonly (readonly [string, FieldTest])[];

  /** @throws InvalidEventPatternError naming the field and what is wrong with it. */
  constructor(patternJson: string) {
    this.#tests = readObject('', readPatternJson(patternJson));
  }

  /**
   * Whether an event, given as JSON text, meets this pattern.
   *
   * @throws SyntaxError when the text is not JSON. @throws TypeError when it is not an object.
   */
  matches(eventJson: string): boolean {
    const event: unknown = JSON.parse(eventJson);
    if (!isObject(event)) {
      throw new TypeError('an event is a JSON object');
    }
    const fields = new Map<string, unknown[]>();
    addValues('', event, fields);
    return this.#tests.every(([path, test]) => test(fields.get(path) ?? []));
  }
}

const readPatternJson = (patternJson: string): JsonObject => {
  let pattern: unknown;
  try {
    pattern = JSON.parse(patternJson);
  } catch (error) {
    throw new InvalidEventPatternError('', error instanceof Error ? error.message : String(error));
  }
  if (!isObject(pattern)) {
    throw new InvalidEventPatternError('', 'a pattern is a JSON object');
  }
  return pattern;
};
