import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../../../modules/deployment/synthesize';
import { bareApp } from '../../../../tools/bench/benchmarks/synth/bare-app';
import { runApp, SynthFailedError } from '../../../../tools/bench/benchmarks/synth/run-app';
import {
  BENCH_DEPLOYMENT,
  BENCH_DEPLOYMENTS_FOLDER,
} from '../../../../tools/bench/local-stack/measured-stack';

const PROJECT = join(__dirname, '../../../..');
const folder = mkdtempSync(join(tmpdir(), 'bare-app-'));
const ours = join(folder, 'ours/stacks', BENCH_DEPLOYMENT);
let stackJson = '';

beforeAll(() => {
  synthesize({ deploymentsFolder: BENCH_DEPLOYMENTS_FOLDER, outputFolder: join(folder, 'ours') });
  stackJson = readFileSync(join(ours, 'cdk.tf.json'), 'utf8');
  symlinkSync(join(PROJECT, 'node_modules'), join(folder, 'node_modules'));
  cpSync(join(ours, 'assets'), join(folder, 'assets'), { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What is declared, without cdktf's own remarks and the places of the zips. */
const declared = (json: string): unknown => {
  const { resource, data, output } = JSON.parse(json, (key, value: unknown) =>
    key === '//' || key === 'filename' ? undefined : value,
  );
  return { resource, data, output };
};

test('the bare app declares exactly what ours does, and copies the same zips', async () => {
  writeFileSync(join(folder, 'main.ts'), bareApp(stackJson, 'per-resource'));
  expect(await runApp(folder)).toBeGreaterThan(0);
  const bare = readFileSync(join(folder, 'out/stacks/bare/cdk.tf.json'), 'utf8');
  expect(declared(bare)).toEqual(declared(stackJson));
  const hashes = (json: string) =>
    [...json.matchAll(/[0-9A-F]{32}(?=\/[a-z0-9-]+\.zip)/g)].map(String).sort();
  expect(hashes(bare)).toHaveLength(2);
  expect(hashes(bare)).toEqual(hashes(stackJson));
});

test('an app that fails is told with its own words', async () => {
  writeFileSync(join(folder, 'main.ts'), "throw new Error('no such option');\n");
  const failure: unknown = await runApp(folder).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(SynthFailedError);
  expect(failure).toMatchObject({ message: expect.stringContaining('no such option') });
});
