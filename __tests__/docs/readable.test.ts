import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { narrowRows, WIDEST_CELL } from '../../tools/build/documentation/narrow-rows';

const ROOT = join(__dirname, '../..');

/** What users read; the instruments' own pages are for who works on them. */
const pages = execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' })
  .trim()
  .split('\n')
  .filter((page) => !page.startsWith('tools/') || page.includes('/template/'));

/** A page's lines without its code blocks, with their numbers. */
const linesOf = (page: string): readonly (readonly [string, string])[] =>
  readFileSync(join(ROOT, page), 'utf8')
    .replaceAll(/^```[\s\S]*?^```/gm, (block) => block.replaceAll(/[^\n]/g, ''))
    .split('\n')
    .map((line, index) => [`${page}:${index + 1}`, line] as const);

test('no cell of a table and no line of text is too wide for a screen', () => {
  expect(pages.length).toBeGreaterThan(10);
  const wide = pages.flatMap(linesOf).flatMap(([place, line]) => {
    const cells = line.startsWith('|') ? line.slice(1, -1).split(/(?<!\\)\|/) : [line];
    return cells.some((cell) => cell.trim().length > WIDEST_CELL) ? [place] : [];
  });
  expect(wide).toEqual([]);
});

test('a list that is too long for one cell takes several rows, and loses nothing', () => {
  const names = Array.from({ length: 40 }, (_, index) => `\`resource_${index}\``);
  const rows = narrowRows(['type', names.join(', ')]);
  expect(rows.map(([first]) => first)).toEqual(['type', '']);
  expect(rows.flatMap(([, cell = '']) => cell.split(', '))).toEqual(names);
});
