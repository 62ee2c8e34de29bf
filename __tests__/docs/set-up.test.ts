import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { follow, PageUnknownError } from './set-up/follow';
import { setUpSteps } from './set-up/steps';

const page = readFileSync(join(__dirname, '../../docs/set-up.md'), 'utf8');

test('the page, followed from top to bottom in a fresh copy, leads to the first voicemail and keeps each promise', async () => {
  await follow(page, setUpSteps());
}, 300_000);

test.each([
  ['a renamed command', page.replace('npx genesys-voicemail doctor', 'npx genesys-voicemail examine')],
  ['a further command', page.replace('npm ci\n', 'npm ci\nnpm run build\n')],
  ['a missing command', page.replace('npx genesys-voicemail doctor\n', '')],
])('%s on the page is refused before anything is done', async (_what, text) => {
  expect(text).not.toBe(page);
  await expect(follow(text, setUpSteps())).rejects.toThrow(PageUnknownError);
});
