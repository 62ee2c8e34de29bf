import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { moduleVariables } from '../../tools/build/hcl-module';

const EXAMPLES = join(__dirname, '../../examples');

/*
 * A light check of the HCL, for which Node has no parser that is well kept: brackets and quotes are balanced, and each
 * call of the module names inputs that it has. `npm run test:terraform` has Terraform itself read the files.
 */

const hcl = (name: string): string =>
  readFileSync(join(EXAMPLES, name, 'main.tf'), 'utf8').replaceAll(/^\s*#.*$/gm, '');

const withoutTexts = (source: string): string => source.replaceAll(/"(?:\\.|\$\{[^}]*\}|[^"\\])*"/g, '""');

const unbalanced = (source: string): string | undefined => {
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  for (const character of source) {
    if ('([{'.includes(character)) {
      open.push(character);
    } else if (')]}'.includes(character) && open.pop() !== pairs[character]) {
      return character;
    }
  }
  return open.at(-1);
};

/** The arguments of a block, without those of blocks and objects inside of it. */
const argumentsOf = (source: string, header: string): readonly string[] => {
  const start = source.indexOf(`${header} {`);
  let depth = 0;
  const lines: string[] = [];
  for (const line of source.slice(start).split('\n')) {
    if (depth === 1) {
      lines.push(line);
    }
    depth += (line.match(/[{[(]/g) ?? []).length - (line.match(/[}\])]/g) ?? []).length;
    if (depth === 0) {
      break;
    }
  }
  return lines.flatMap((line) => /^\s+([a-z0-9_]+)\s+=/.exec(line)?.[1] ?? []);
};

test('there is one in TypeScript, one in HCL, one with the Genesys side, and recipes', () => {
  expect(readdirSync(EXAMPLES).sort()).toEqual(['hcl', 'hcl-with-genesys', 'recipes', 'typescript']);
});

test('the TypeScript example has the right types', () => {
  const root = join(__dirname, '../..');
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram([join(EXAMPLES, 'typescript/main.ts')], options);
  const problems = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  expect(problems).toEqual([]);
});

describe.each(['hcl', 'hcl-with-genesys'])('the example %s', (name) => {
  const source = withoutTexts(hcl(name));

  test('closes what it opens', () => {
    expect(unbalanced(source)).toBeUndefined();
    expect(source.replaceAll('""', '')).not.toContain('"');
  });

  // depends_on is none of them: with it, a change of what it names would replace the bucket.
  test('gives the module inputs that it has, and all that it needs', () => {
    const given = argumentsOf(hcl(name), 'module "voicemail"').filter((argument) => argument !== 'source');
    const known = moduleVariables();
    expect(given.length).toBeGreaterThan(3);
    expect(given.filter((argument) => !known.some((variable) => variable.name === argument))).toEqual([]);
    const required = known
      .filter(({ byDefault }) => byDefault === undefined)
      .map((variable) => variable.name);
    expect(given).toEqual(expect.arrayContaining([...required, 'event_source_name', 'retention_days']));
  });
});

test('the Genesys side is made as the module expects it', () => {
  const source = hcl('hcl-with-genesys');
  expect(source).toContain('integration_type = "amazon-eventbridge-source"');
  expect(source).toContain('v2.detail.events.conversation.{id}.voicemail.end');
  expect(source).toContain(
    'aws.partner/genesys.com/cloud/${data.genesyscloud_organizations_me.current.id}/${local.event_source_suffix}',
  );
  // No action is chosen, so reading is all that the client needs.
  expect(source).toContain('["voicemail:readonly", "conversations:readonly"]');
  // It would put the client's secret into the state.
  expect(source).not.toContain('expose_client_secret');
});
