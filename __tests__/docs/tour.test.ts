import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const DOCS = join(__dirname, '../../docs');
const page = readFileSync(join(DOCS, 'tour.md'), 'utf8');

/** The files of a section, in their order. */
const filesOf = (title: string): readonly string[] => {
  const section = page.split('\n## ').find((candidate) => candidate.startsWith(title)) ?? '';
  return [...section.matchAll(/\]\((\.\.\/[^)]+\.ts)\)/g)].flatMap(([, path]) => path ?? []);
};

test.each(['One event', 'One rotation'])('%s: every file is there, and none is visited twice', (title) => {
  const files = filesOf(title);
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((path) => !existsSync(join(DOCS, path)))).toEqual([]);
  expect(files).toEqual([...new Set(files)]);
});
