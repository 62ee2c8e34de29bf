import fc from 'fast-check';
import { EventPattern, InvalidEventPatternError } from '../../../../../tools/local-cloud/aws/event-bridge';

const matches = (field: unknown, event: unknown): boolean =>
  new EventPattern(JSON.stringify({ a: field })).matches(JSON.stringify(event));

const refusal = (pattern: string): InvalidEventPatternError => {
  try {
    new EventPattern(pattern);
  } catch (error) {
    if (error instanceof InvalidEventPatternError) {
      return error;
    }
  }
  throw new Error(`${pattern} was not refused`);
};

/* What AWS's Event Ruler 2.1.0 answered for the operators that the module's rules use. */
describe('an event pattern agrees with the Event Ruler of AWS on', () => {
  test.each<readonly [string, unknown, readonly unknown[], readonly unknown[]]>([
    ['a string', ['x'], ['x', ['y', 'x'], [[['y', 'x']]]], ['X', 'x ', { b: 'x' }, [], undefined, '"x"']],
    ['an empty string', [''], [''], [null, ' ', undefined]],
    ['a string of digits', ['300'], ['300'], [300]],
    [
      'anything but a string',
      [{ 'anything-but': 'x' }],
      ['y', 1, null, true, ['x', 'y']],
      ['x', undefined, [], ['x'], {}],
    ],
    ['anything but strings', [{ 'anything-but': ['x', 'y'] }], ['z', ['x', 'z']], ['x', ['x', 'y']]],
    ['a number at or above', [{ numeric: ['>=', -5e9] }], [-5e9, 1e300, [-6e9, 0]], [-5000000001, '0', null]],
    ['a field that exists', [{ exists: true }], [1, null, '', [[1]]], [[], {}, { b: 1 }, [{}], undefined]],
    ['a field that is absent', [{ exists: false }], [[], {}, { b: 1 }, undefined], [1, null]],
    [
      'alternatives',
      [{ exists: false }, { numeric: ['>=', 3] }, 'x'],
      [undefined, 3, 'x', ['y', 'x']],
      ['y', 2, null],
    ],
    [
      'nested fields',
      { b: { c: ['x'] } },
      [{ b: { c: 'x', d: 1 } }, { b: [{ c: 'y' }, { c: 'x' }] }],
      [{ c: 'x' }],
    ],
  ])('%s', (_, field, matching, others) => {
    expect(matching.filter((a) => !matches(field, { a }))).toEqual([]);
    expect(others.filter((a) => matches(field, { a }))).toEqual([]);
  });

  test('fields that must all match, and names joined by dots', () => {
    const both = new EventPattern('{"a":["x"],"b.c":["y"]}');
    expect(both.matches('{"a":"x","b":{"c":"y"}}')).toBe(true);
    expect(both.matches('{"a":"x","b.c":"y"}')).toBe(true);
    expect(both.matches('{"a":"x","b":{"c":"z"}}')).toBe(false);
    expect(both.matches('{"a":"x"}')).toBe(false);
  });
});

test.each([
  ['{"detail":{"queueId":"x"}}', 'detail.queueId', 'a field takes an object of fields or a list'],
  ['{"detail":{"queueId":[]}}', 'detail.queueId', 'a list of at least one value'],
  ['{"detail":{}}', 'detail', 'must not be empty'],
  ['{"detail":{"$or":[{"a":["x"]},{"b":["y"]}]}}', 'detail.$or', 'does not know "$or"'],
  ['{"a":[{"like":"x"}]}', 'a', 'does not know {"like":"x"}; it knows strings'],
  ['{"a":[{"prefix":"x"}]}', 'a', 'does not know {"prefix":"x"}'],
  ['{"a":[{"anything-but":{"prefix":"x"}}]}', 'a', 'does not know'],
  ['{"a":[{"anything-but":[]}]}', 'a', 'does not know'],
  ['{"a":[{"numeric":["<",5]}]}', 'a', 'does not know'],
  ['{"a":[{"numeric":[">=","5"]}]}', 'a', 'does not know'],
  ['{"a":[{"exists":"true"}]}', 'a', 'does not know'],
  ['{"a":[{}]}', 'a', 'does not know'],
  ['{"a":[5]}', 'a', 'does not know 5'],
  ['[]', '', 'a pattern is a JSON object'],
  ['nonsense', '', ''],
])('an event pattern that is refused says where and why: %s', (pattern, path, reason) => {
  const error = refusal(pattern);
  expect(error.path).toBe(path);
  expect(error.message).toContain(reason);
});

test('an event pattern of anything but a string refuses exactly that string', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (excluded, a) => {
      expect(matches([{ 'anything-but': excluded }], { a })).toBe(a !== excluded);
    }),
  );
});
