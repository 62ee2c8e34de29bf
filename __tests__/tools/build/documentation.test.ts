import { GENERATED_FILES, generate, UnknownTableError, withTables } from '../../../tools/build/documentation';

test.each(GENERATED_FILES)('%s is what `npm run docs` writes', (path) => {
  const { current, wanted } = generate(path);
  expect(wanted).not.toBe('');
  expect(current).toBe(wanted);
});

test("pages, schemas and the editors' schema are all made from code", () => {
  expect([...GENERATED_FILES].sort()).toEqual([
    'deployments/schema/deployment.schema.json',
    'docs/assumptions.md',
    'docs/least-privilege.md',
    'docs/module.md',
    'docs/operations.md',
    'docs/pictures/dashboard.svg',
    'docs/pictures/event-integration.svg',
    'docs/pictures/oauth-client.svg',
    'docs/pipeline.md',
    'docs/scale.md',
    'docs/schemas/queue-message.schema.json',
    'docs/schemas/sidecar.schema.json',
    'modules/genesys-voicemail-to-s3/options/props.ts',
    'tools/build/hcl-module/template/README.md',
  ]);
});

test('a file that nobody makes is refused by its name', () => {
  expect(() => generate('README.md')).toThrow('README.md is not made from code');
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
