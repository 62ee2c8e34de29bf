import { ConfigurationInvalidError } from '../../../functions/shared/errors';
import { describeError } from '../../../functions/shared/observability';

const SECRET = 'Bearer eyJ0b2tlbiI6InNlY3JldCJ9 of tel:+15550177';

test.each([
  ['an error of Node', new TypeError(SECRET)],
  ['an error with a code', Object.assign(new Error(SECRET), { code: 'ECONNRESET' })],
  [
    'an error whose message stands in its stack',
    Object.assign(new Error('short'), { stack: `Error: ${SECRET}\n    at here` }),
  ],
  ['an error with a cause', new Error(SECRET, { cause: new Error(SECRET) })],
  ['a text', SECRET],
  ['an object', { message: SECRET }],
])('of %s that is not ours no message is told', (_name, error) => {
  expect(JSON.stringify(describeError(error))).not.toMatch(/Bearer|eyJ|\+1555/);
});

test('one of our own errors is told in full', () => {
  expect(describeError(new ConfigurationInvalidError('QUEUE_IDS must be UUIDs'))).toEqual({
    errorKind: 'ConfigurationInvalid',
    errorMessage: 'QUEUE_IDS must be UUIDs',
  });
});
