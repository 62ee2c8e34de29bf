import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withoutFunctionWords } from '../../cli/errors';

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
