import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { followExample } from '../../tools/checks/examples/follow';
import { readSynthesizedStack, type SynthesizedStack } from '../../tools/local-cloud/stack';

const PROJECT = join(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'typescript-example-'));
let synthesized: SynthesizedStack;

beforeAll(() => {
  execFileSync(
    process.execPath,
    [join(PROJECT, 'node_modules/tsx/dist/cli.mjs'), join(PROJECT, 'examples/typescript/main.ts')],
    { cwd: folder, env: { ...process.env, TSX_TSCONFIG_PATH: join(PROJECT, 'tsconfig.json') } },
  );
  synthesized = readSynthesizedStack(join(folder, 'cdktf.out'), 'voicemail');
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The local run makes one instance real at a time: its resources, and the bus that both share. */
const instance = (name: string): SynthesizedStack => ({
  ...synthesized,
  declarations: synthesized.declarations.filter(
    ({ address, kind }) => kind === 'aws_cloudwatch_event_bus' || address.includes(`.${name}_`),
  ),
  outputs: Object.fromEntries(Object.entries(synthesized.outputs).filter(([output]) => output === name)),
});

test.each(['care', 'sales'])(
  'the instance %s of the TypeScript example is authorized, examined and searched by its outputs',
  async (name) => {
    const other = name === 'care' ? 'sales' : 'care';
    const { authorized, examined, found, voicemailId } = await followExample({
      stack: instance(name),
      // As cdktf writes them: by the constructs that they stand in.
      outputsFile: ({ outputs }) => ({
        voicemail: {
          [name]: { outputs: outputs[name] },
          [other]: { outputs: synthesized.outputs[other] },
        },
      }),
      deployment: `voicemail/${name}`,
    });
    expect(authorized).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('the chain holds') });
    expect(examined.stdout).toContain('links hold');
    expect(found).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(voicemailId) });
  },
  60_000,
);
