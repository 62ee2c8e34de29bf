import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { awsProblem, EXIT_CODE, withoutFunctionWords } from '../../cli/errors';
import { failureOf } from '../../cli/failure';
import { awsTrouble } from '../../functions/move-voicemail-to-s3/aws';
import { GenesysUnreachableError } from '../../functions/shared/genesys-http';

const FUNCTION = join(__dirname, '../../functions/move-voicemail-to-s3');

/** What the function says of itself in its errors: true of a function that is called again, untrue of a command that ends. */
const OF_A_FUNCTION = /tried again|messages? waits?\b/;

const messages = readdirSync(FUNCTION, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) => readFileSync(join(FUNCTION, name), 'utf8').split('\n'))
  .filter((line) => !/^\s*(?:\/?\*|\/\/)|log\./.test(line))
  .flatMap((line) => line.match(/'[^']*'|`[^`]*`|"[^"]*"/g) ?? [])
  .filter((text) => OF_A_FUNCTION.test(text) && !/^'asking/.test(text));

test('there are messages of the function that hold such words', () => {
  expect(messages.length).toBeGreaterThan(8);
});

test.each(messages)('a command says %s without what only holds inside the function', (message) => {
  const said = withoutFunctionWords(message.slice(1, -1));
  expect(said).not.toMatch(OF_A_FUNCTION);
});

const awsError = (name: string): Error => Object.assign(new Error('what AWS says'), { name });

test.each([
  ['of a wrong clock', awsError('RequestTimeTooSkewed'), 'ClockWrong', /set its clock right/],
  ['of a signature without its date', awsError('IncompleteSignature'), 'CredentialsUnknown', /log in again/],
  [
    'of a web identity token that is not there',
    Object.assign(new Error('no such file'), { code: 'ENOENT' }),
    'NoCredentials',
    /a file that the AWS credentials name cannot be read \(ENOENT\)/,
  ],
  [
    'that the function met',
    awsTrouble('reading', awsError('ExpiredTokenException')),
    'CredentialsExpired',
    /have expired/,
  ],
])(
  'a trouble of credentials %s is told in words, with an exit code of its own',
  (_what, error, code, message) => {
    expect(awsProblem('looking', error)).toMatchObject({
      code,
      exitCode: EXIT_CODE.credentials,
      message: expect.stringMatching(message),
    });
  },
);

test('what AWS does not allow the function to do names the policy that a command needs', () => {
  expect(awsProblem('looking', awsTrouble('reading', awsError('AccessDeniedException')))).toMatchObject({
    code: 'NotAllowed',
    message: expect.stringContaining('genesys-voicemail policy'),
  });
});

test("one of the functions' own errors is told in its words; a foreign one, which may quote anything, is not", () => {
  expect(failureOf(new GenesysUnreachableError('api.mypurecloud.de', 'ECONNREFUSED', false), 2)).toEqual({
    code: 'TemporarilyUnavailable',
    message: 'no answer from api.mypurecloud.de (ECONNREFUSED; the request was not sent)',
    exitCode: 1,
  });
  expect(failureOf(new TypeError('a secret'), 2)).toEqual({
    code: 'Unexpected',
    message: expect.not.stringContaining('secret'),
    exitCode: 1,
  });
});
