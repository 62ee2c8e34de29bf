import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (name: string): string => readFileSync(join(__dirname, '../..', name), 'utf8');

test('what a month costs is, in whole dollars, what the estimate adds up to', () => {
  const [, ...estimated] =
    /^\| \*\*Total\*\* \|[^|]*\| \*\*([\d.]+)\*\* \| \*\*([\d.]+)\*\* \|$/m.exec(
      read('docs/operations.md').split('<!-- table: month costs -->')[1] ?? '',
    ) ?? [];
  const [, ...said] =
    /about (\d+) US dollars with 1,000 voicemails and about (\d+) with 100,000/.exec(read('README.md')) ?? [];
  expect(said).toHaveLength(2);
  expect(said.map(Number)).toEqual(estimated.map((dollars) => Math.round(Number(dollars))));
});

test('the request limit stores as many voicemails a minute as the page on scale says', () => {
  const [, said] = /\[about (\d+) voicemails a minute\]/.exec(read('README.md')) ?? [];
  expect(read('docs/scale.md')).toContain(`at most **${said} voicemails a minute**`);
});
