import { DOCUMENTS, readDocument, UnknownTableError, withTables } from '../../scripts/documentation';

test.each(DOCUMENTS)('the tables of %s are what `npm run docs` writes', (path) => {
  const { current, wanted } = readDocument(path);
  expect(current).toContain('<!-- table: ');
  expect(current).toBe(wanted);
});

test('a table that is out of date is replaced, and nothing around it', () => {
  const text = 'before\n<!-- table: outputs -->\n\n| old |\n\n<!-- end -->\nafter';
  const written = withTables(text);
  expect(written).toMatch(
    /^before\n<!-- table: outputs -->\n\n\| Output \| Meaning \|\n[\s\S]*<!-- end -->\nafter$/,
  );
  expect(written).not.toContain('old');
  expect(withTables(written)).toBe(written);
});

test('a table that nobody makes is refused by its name', () => {
  expect(() => withTables('<!-- table: prices -->\n<!-- end -->')).toThrow(UnknownTableError);
});
