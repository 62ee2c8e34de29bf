import { evaluate, type Reference } from '../../../../tools/local-cloud/stack/expressions';

const resolve = ({ address, attribute }: Reference) =>
  attribute === 'list' ? ['a', 'b'] : attribute === 'count' ? 3 : `<${address}.${attribute}>`;
const evaluated = (value: Parameters<typeof evaluate>[0]) => evaluate(value, 'aws_test.here', resolve);

test('a doubled dollar sign stands for a literal one', () => {
  expect(evaluated('$${aws_x.y.arn} and ${aws_x.y.arn}')).toBe('${aws_x.y.arn} and <aws_x.y.arn>');
});

test.each(['${upper(aws_x.y.name)}', '${aws_x.y[0].arn}', '${var.region}', '${aws_x.y}', '${aws_x.y.arn'])(
  'an expression that the local run does not know is refused by name: %s',
  (expression) => {
    expect(() => evaluated(expression)).toThrow(/^aws_test\.here: /);
  },
);

test('a list inside a text is refused', () => {
  expect(() => evaluated('x${aws_x.y.list}')).toThrow('cannot stand inside the text');
});
