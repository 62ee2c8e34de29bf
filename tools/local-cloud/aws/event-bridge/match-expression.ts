import { LosslessNumber } from 'lossless-json';
import { comparableNumber } from './comparable-number';
import type { EventField } from './event-fields';
import { cidrRange, ipAddressHex, isInRange } from './ip-address';
import { isJsonObject, type JsonObject } from './json';
import { ignoringCase, wildcard } from './text-matching';

/** Tests one value of an event. */
export type ValueTest = (field: EventField) => boolean;

/** What an expression asks: a value that passes a test, or that there is no value at all (`exists: false`). */
export type Expectation = ValueTest | 'absent';

const refuse = (reason: string): never => {
  throw new RangeError(reason);
};

/** Event Ruler compares strings with their quotes on, so that no string operator can meet a number. */
const quoted = (text: string): string => `"${text}"`;

const string = (value: unknown, operator: string): string =>
  typeof value === 'string' ? value : refuse(`"${operator}" takes a string`);

/** The operator and its operand of an expression that must have exactly one. */
const single = (expression: JsonObject, where: string): readonly [string, unknown] => {
  const [entry, ...more] = Object.entries(expression);
  return entry !== undefined && more.length === 0 ? entry : refuse(`${where} takes exactly one operator`);
};

const numberOf = (value: unknown, operator: string): number => {
  if (!(value instanceof LosslessNumber)) {
    return refuse(`"${operator}" takes a number`);
  }
  return comparableNumber(value.value) ?? refuse(`${value.value} has too many digits to be compared`);
};

const ipTest = (range: { readonly bottom: string; readonly top: string }): ValueTest => {
  return ({ text }) => {
    const hex = ipAddressHex(text.replace(/^"(.*)"$/, '$1'));
    return hex !== undefined && isInRange(hex, range);
  };
};

/** `"text"`, `1`, `true` or `null` standing for itself. */
const literal = (value: unknown): ValueTest => {
  if (typeof value === 'string') {
    const hex = ipAddressHex(value);
    return hex === undefined ? ({ text }) => text === quoted(value) : ipTest({ bottom: hex, top: hex });
  }
  if (value instanceof LosslessNumber) {
    const expected = comparableNumber(value.value);
    return ({ text, number }) => text === value.value || (number !== undefined && number === expected);
  }
  return ({ text }) => text === String(value);
};

const startsOrEnds = (operator: 'prefix' | 'suffix', operand: unknown): ValueTest => {
  if (isJsonObject(operand)) {
    const [inner, innerOperand] = single(operand, `"${operator}"`);
    if (inner !== 'equals-ignore-case') {
      return refuse(`"${operator}" knows no "${inner}"; it takes a string or "equals-ignore-case"`);
    }
    const value = string(innerOperand, inner);
    const test =
      operator === 'prefix' ? ignoringCase(`"${value}`, 'start') : ignoringCase(`${value}"`, 'end');
    return ({ text }) => test(text);
  }
  const value = string(operand, operator);
  return operator === 'prefix'
    ? ({ text }) => text.startsWith(`"${value}`)
    : ({ text }) => text.endsWith(`${value}"`);
};

const BOTTOM_OPERATORS = new Map<unknown, (value: number, bound: number) => boolean>([
  ['>', (value, bound) => value > bound],
  ['>=', (value, bound) => value >= bound],
]);
const TOP_OPERATORS = new Map<unknown, (value: number, bound: number) => boolean>([
  ['<', (value, bound) => value < bound],
  ['<=', (value, bound) => value <= bound],
]);

const numeric = (operand: unknown): ValueTest => {
  if (!Array.isArray(operand)) {
    return refuse('"numeric" takes an array such as [">", 0, "<=", 5]');
  }
  const terms: readonly unknown[] = operand;
  const [operator, bound, topOperator, topBound] = terms;
  const above = BOTTOM_OPERATORS.get(operator);
  const below = TOP_OPERATORS.get(operator);
  if (above === undefined && below === undefined && operator !== '=') {
    return refuse('"numeric" begins with one of =, <, <=, > and >=');
  }
  const first = numberOf(bound, 'numeric');
  if (above !== undefined && terms.length > 2) {
    const top = TOP_OPERATORS.get(topOperator) ?? refuse('a numeric range ends with < or <= and a number');
    const last = numberOf(topBound, 'numeric');
    if (terms.length > 4 || first >= last) {
      refuse('a numeric range has two bounds, the lower one first');
    }
    return ({ number }) => number !== undefined && above(number, first) && top(number, last);
  }
  if (terms.length > 2) {
    refuse(`"numeric" takes nothing after the number of "${String(operator)}"`);
  }
  const test = above ?? below ?? ((value: number, expected: number) => value === expected);
  return ({ number }) => number !== undefined && test(number, first);
};

const notEmpty = (value: string): string =>
  value === '' ? refuse('"prefix" and "suffix" in "anything-but" must not be empty') : value;

/** The tests that `anything-but` can turn round, by the operator inside it. */
const NEGATABLE: ReadonlyMap<string, (value: string) => (text: string) => boolean> = new Map([
  [
    'prefix',
    (value: string) => {
      const start = `"${notEmpty(value)}`;
      return (text: string) => text.startsWith(start);
    },
  ],
  [
    'suffix',
    (value: string) => {
      const end = `${notEmpty(value)}"`;
      return (text: string) => text.endsWith(end);
    },
  ],
  ['equals-ignore-case', (value: string) => ignoringCase(quoted(value), 'whole')],
  ['wildcard', (value: string) => wildcard(quoted(value))],
]);

const oneOrMore = (operand: unknown): readonly unknown[] => {
  const values: readonly unknown[] = Array.isArray(operand) ? operand : [operand];
  return values.length > 0 ? values : refuse('a list in "anything-but" must not be empty');
};

const anythingBut = (operand: unknown): ValueTest => {
  if (isJsonObject(operand)) {
    const [operator, innerOperand] = single(operand, '"anything-but"');
    const build = NEGATABLE.get(operator) ?? refuse(`"anything-but" knows no "${operator}"`);
    const values = oneOrMore(innerOperand);
    const tests = values.map((value) => build(string(value, operator)));
    return ({ text }) => !tests.some((test) => test(text));
  }
  const values = oneOrMore(operand);
  if (values.every((value) => typeof value === 'string')) {
    const texts = new Set(values.map(quoted));
    return ({ text }) => !texts.has(text);
  }
  if (values.every((value) => value instanceof LosslessNumber)) {
    const numbers = new Set(values.map((value) => numberOf(value, 'anything-but')));
    return ({ number }) => number === undefined || !numbers.has(number);
  }
  return refuse('"anything-but" takes a string, a number, or a list of either kind, not mixed');
};

const onText =
  (test: (text: string) => boolean): ValueTest =>
  ({ text }) =>
    test(text);

const exists = (operand: unknown): Expectation => {
  if (typeof operand !== 'boolean') {
    return refuse('"exists" takes true or false');
  }
  return operand ? () => true : 'absent';
};

const OPERATORS: ReadonlyMap<string, (operand: unknown) => Expectation> = new Map<
  string,
  (operand: unknown) => Expectation
>([
  [
    'exactly',
    (operand) => {
      const expected = quoted(string(operand, 'exactly'));
      return ({ text }) => text === expected;
    },
  ],
  ['prefix', (operand) => startsOrEnds('prefix', operand)],
  ['suffix', (operand) => startsOrEnds('suffix', operand)],
  [
    'equals-ignore-case',
    (operand) => onText(ignoringCase(quoted(string(operand, 'equals-ignore-case')), 'whole')),
  ],
  ['wildcard', (operand) => onText(wildcard(quoted(string(operand, 'wildcard'))))],
  ['anything-but', anythingBut],
  ['numeric', numeric],
  ['cidr', (operand) => ipTest(cidrRange(string(operand, 'cidr')))],
  ['exists', exists],
]);

/**
 * Reads one element of a field's list: a literal, or an object with one operator.
 *
 * @throws RangeError saying what is wrong with it.
 */
export const readExpectation = (element: unknown): Expectation => {
  if (Array.isArray(element)) {
    return refuse('a list holds strings, numbers, true, false, null and match expressions, no lists');
  }
  if (!isJsonObject(element)) {
    return literal(element);
  }
  const [operator, operand] = single(element, 'a match expression');
  const read = OPERATORS.get(operator) ?? refuse(`unknown operator "${operator}"`);
  return read(operand);
};
