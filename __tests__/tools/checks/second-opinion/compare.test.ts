import { compare } from '../../../../tools/checks/second-opinion/compare';
import { EXPECTED_DIFFERENCES } from '../../../../tools/checks/second-opinion/expected-differences';

const difference = {
  promise: 'refuses wrong bytes',
  because: 'it does not look',
  source: 'https://docs.aws.amazon.com/',
  shows: /resolved instead of rejected/,
};
const asExpected = { title: difference.promise, broken: 'promise resolved instead of rejected' };

test('a difference that is expected, and shows as expected, is no problem', () => {
  expect(compare([asExpected, { title: 'stores' }], [difference])).toEqual({
    kept: 1,
    expected: [difference],
    problems: [],
  });
});

test('a difference that is not expected is a problem, with what jest says of it', () => {
  const { problems } = compare([{ title: 'stores', broken: 'nothing was stored' }], []);
  expect(problems).toEqual(['differs, which is not expected: stores\nnothing was stored']);
});

test('an expected difference that has vanished is a problem', () => {
  const { problems, expected } = compare([{ title: difference.promise }], [difference]);
  expect(problems).toEqual([expect.stringContaining('does not any more')]);
  expect(expected).toEqual([]);
});

test('an expected difference that shows in another way is a problem: something else is wrong', () => {
  const { problems } = compare([{ ...asExpected, broken: 'connection refused' }], [difference]);
  expect(problems).toEqual([expect.stringContaining('in another way')]);
});

test('an expected difference without a test is a problem', () => {
  expect(compare([], [difference]).problems).toEqual([expect.stringContaining('no such test')]);
});

test.each(Object.entries(EXPECTED_DIFFERENCES))(
  '%s is expected to differ once per promise',
  (_name, list) => {
    const promises = list.map(({ promise }) => promise);
    expect(new Set(promises).size).toBe(promises.length);
  },
);
