import {
  ConditionUndefinedError,
  type ContextValue,
  compileCondition,
} from '../../../../../tools/local-cloud/aws/iam/condition';

const ABSENT = undefined;
const QUEUE = 'arn:aws:sqs:eu-central-1:123456789012:events';

const holds = (operator: string, values: readonly string[], present: ContextValue | undefined): boolean =>
  compileCondition(operator, 'test:key', values).holds(present === undefined ? {} : { 'test:key': present });

type Case = readonly [
  operator: string,
  values: readonly string[],
  present: ContextValue | undefined,
  expected: boolean,
];

/** IAM User Guide, "IAM JSON policy elements: Condition operators". */
const OPERATORS: readonly Case[] = [
  ['StringEquals', ['a'], 'a', true],
  ['StringEquals', ['a'], 'A', false],
  ['StringEquals', ['a', 'b'], 'b', true],
  ['StringEquals', ['a*'], 'ab', false],
  ['StringEquals', ['a'], ABSENT, false],
  ['StringNotEquals', ['a'], 'b', true],
  ['StringNotEquals', ['a'], 'a', false],
  ['StringNotEquals', ['a', 'b'], 'b', false],
  ['StringNotEquals', ['a'], ABSENT, true],
  ['StringLike', ['home/*'], 'home/me/x', true],
  ['StringLike', ['home/*'], 'house', false],
  ['StringLike', ['v?'], 'v1', true],
  ['StringLike', ['v?'], 'v12', false],
  ['StringLike', ['a.c'], 'abc', false],
  ['StringLike', ['A*'], 'abc', false],
  ['StringLike', ['a*'], ABSENT, false],
  ['StringNotLike', ['a*'], 'abc', false],
  ['StringNotLike', ['a*'], 'bc', true],
  ['StringNotLike', ['a*'], ABSENT, true],
  ['Bool', ['true'], 'true', true],
  ['Bool', ['True'], 'true', true],
  ['Bool', ['false'], 'true', false],
  ['Bool', ['false'], ABSENT, false],
  ['ArnEquals', [QUEUE], QUEUE, true],
  ['ArnEquals', ['arn:aws:sqs:*:123456789012:ev?nts'], QUEUE, true],
  ['ArnLike', ['arn:aws:sqs:*:123456789012:*'], QUEUE, true],
  ['ArnLike', ['arn:aws:sqs:*:events:x'], QUEUE, false],
  ['ArnLike', ['arn:aws:sqs:eu-central-1:*:other'], QUEUE, false],
  [
    'ArnLike',
    ['arn:aws:logs:*:*:log-group:/aws/lambda/*'],
    'arn:aws:logs:r:1:log-group:/aws/lambda/a:b',
    true,
  ],
  ['ArnLike', [QUEUE], 'not an ARN', false],
  ['ArnLike', [QUEUE], ABSENT, false],
];

/** The same page, "...IfExists condition operators" and "Condition operator to check existence of condition keys". */
const EXISTENCE: readonly Case[] = [
  ['StringEqualsIfExists', ['a'], ABSENT, true],
  ['StringEqualsIfExists', ['a'], 'a', true],
  ['StringEqualsIfExists', ['a'], 'b', false],
  ['StringNotEqualsIfExists', ['a'], ABSENT, true],
  ['StringNotEqualsIfExists', ['a'], 'a', false],
  ['BoolIfExists', ['false'], ABSENT, true],
  ['ArnLikeIfExists', [QUEUE], ABSENT, true],
  ['Null', ['true'], ABSENT, true],
  ['Null', ['true'], 'a', false],
  ['Null', ['false'], 'a', true],
  ['Null', ['false'], ABSENT, false],
  ['Null', ['true'], [], true],
];

/** IAM User Guide, "Set operators for multivalued context keys". */
const SETS: readonly Case[] = [
  ['ForAnyValue:StringEquals', ['a', 'b'], ['x', 'b'], true],
  ['ForAnyValue:StringEquals', ['a', 'b'], ['x', 'y'], false],
  ['ForAnyValue:StringEquals', ['a'], 'a', true],
  ['ForAnyValue:StringEquals', ['a'], ABSENT, false],
  ['ForAnyValue:StringEquals', [''], '', false],
  ['ForAnyValue:StringLike', ['a*'], ['ab', 'x'], true],
  ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], true],
  ['ForAnyValue:StringNotEquals', ['a', 'b'], ['a', 'b'], false],
  ['ForAnyValue:StringNotEquals', ['a'], ABSENT, false],
];

describe('a condition', () => {
  test.each([...OPERATORS, ...EXISTENCE, ...SETS])(
    '%s %j holds as AWS documents it for the key being %j: %s',
    (operator, values, present, expected) => {
      expect(holds(operator, values, present)).toBe(expected);
    },
  );

  test('without a set operator refuses to answer for a key with several values', () => {
    expect(() => holds('StringEquals', ['a'], ['a', 'b'])).toThrow(ConditionUndefinedError);
  });

  test.each([
    ['BinaryEquals', ['YQ=='], 'not modelled'],
    ['stringequals', ['a'], 'not modelled'],
    ['StringMatches', ['a'], 'not modelled'],
    ['NumericLessThan', ['1'], 'not modelled'],
    ['DateLessThan', ['2026-01-31'], 'not modelled'],
    ['NotIpAddress', ['203.0.113.0/24'], 'not modelled'],
    ['constructor', ['a'], 'not modelled'],
    ['ForAnyValue:StringEqualsIfExists', ['a'], 'IfExists'],
    ['NullIfExists', ['true'], 'Null'],
    ['Null', ['yes'], '"true"'],
    ['Bool', ['1'], '"true"'],
    ['ArnLike', ['*'], 'not an ARN'],
    ['StringEquals', ['${aws:username}'], 'policy variable'],
  ])('%s with %j is refused, saying why', (operator, values, why) => {
    expect(() => compileCondition(operator, 'test:key', values)).toThrow(why);
  });
});
