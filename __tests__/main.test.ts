import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { Plan } from './helpers/synth';

const PROJECT = join(__dirname, '..');

/** Copies what a synth reads into a folder of its own, as a fresh checkout would have it. */
const checkout = (folderName: string): string => {
  const root = join(mkdtempSync(join(tmpdir(), 'synth-')), folderName);
  mkdirSync(root);
  for (const name of [
    'functions',
    'modules',
    'deployments',
    'tools/build',
    'main.ts',
    'cdktf.json',
    'package.json',
    'tsconfig.json',
  ]) {
    cpSync(join(PROJECT, name), join(root, name), { recursive: true });
  }
  symlinkSync(join(PROJECT, 'node_modules'), join(root, 'node_modules'));
  return root;
};

const synth = (root: string, environment: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, ['--import', 'tsx', '--import', './tools/build/before-synth.mts', 'main.ts'], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, ...environment },
  });

const filesBelow = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [
        path.slice(folder.length + 1),
        createHash('sha256').update(readFileSync(path)).digest('hex'),
      ]),
  );

describe('npm run synth', () => {
  const root = checkout('a folder with spaces');
  const out = join(root, 'cdktf.out');
  const stackFolder = join(out, 'stacks/local');
  let plan: Plan;

  beforeAll(() => {
    // No proxy, no address: what would reach for the network fails at once.
    const result = synth(root, {
      TZ: 'Pacific/Kiritimati',
      HTTPS_PROXY: 'http://127.0.0.1:9',
      CHECKPOINT_DISABLE: '1',
    });
    expect([result.stderr, result.stdout, result.status]).toEqual(['', 'synthesized local\n', 0]);
    plan = new Plan(readFileSync(join(stackFolder, 'cdk.tf.json'), 'utf8'));
  });

  test('writes the same bytes from another folder in another time zone, zips included', () => {
    const other = checkout('other');
    expect(synth(other, { TZ: 'America/Anchorage' }).status).toBe(0);
    expect(filesBelow(join(other, 'cdktf.out'))).toEqual(filesBelow(out));
    expect(filesBelow(join(other, 'dist'))).toEqual(filesBelow(join(root, 'dist')));
    expect(Object.keys(filesBelow(out))).toHaveLength(4);
  });

  test.each(['refresh', 'move'])('gives the %s function exactly the bundle that was built', (name) => {
    const lambda = plan.named('aws_lambda_function', `${name}_function`);
    const id = name === 'refresh' ? 'refresh-auth-token' : 'move-voicemail-to-s3';
    const address = Object.keys(JSON.parse(plan.text).resource.aws_lambda_function).find((key) =>
      key.includes(`_${name}_`),
    );
    const zip = readFileSync(
      join(stackFolder, JSON.parse(plan.text).resource.aws_lambda_function[String(address)].filename),
    );
    const bundle = Buffer.from(unzipSync(zip)['index.js'] ?? []);
    expect(bundle.equals(readFileSync(join(root, 'dist/functions', id, 'index.js')))).toBe(true);
    expect(lambda['source_code_hash']).toBe(createHash('sha256').update(zip).digest('base64'));
  });

  test('makes the bundles that this checkout has', () => {
    for (const id of ['refresh-auth-token', 'move-voicemail-to-s3']) {
      const bundle = (folder: string) => readFileSync(join(folder, 'dist/functions', id, 'index.js'));
      expect(bundle(root).equals(bundle(PROJECT))).toBe(true);
    }
  });

  test('leaves no unresolved token, no absolute path and no secret value in what it writes', () => {
    const texts = Object.keys(filesBelow(out))
      .filter((path) => path.endsWith('.json'))
      // A hash in base64 may begin with a slash, as one in 64 does.
      .map((path) => readFileSync(join(out, path), 'utf8').replace(/"source_code_hash": "[^"]+"/g, ''));
    expect(texts).toHaveLength(2);
    for (const text of texts) {
      expect(text).not.toContain('<unresolved-token>');
      expect(text).not.toContain('TfToken');
      expect(text).not.toContain(root);
      expect(text).not.toContain(PROJECT);
      expect(text).not.toMatch(/"(?:\/(?!aws\/lambda\/|"|\/")|[A-Z]:\\)/);
      expect(text).not.toMatch(/secret_string|refreshToken|clientSecret|accessToken/);
    }
  });
});

const { awsRegion: _, ...WITHOUT_REGION } = JSON.parse(
  readFileSync(join(PROJECT, 'deployments/local.json'), 'utf8'),
);

describe('bad input', () => {
  const run = (
    files: Readonly<Record<string, string>>,
    outputFolder = mkdtempSync(join(tmpdir(), 'cdktf-out-')),
  ) => {
    const folder = join(mkdtempSync(join(tmpdir(), 'bad-')), 'deployments');
    mkdirSync(folder);
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), text);
    }
    return synth(PROJECT, { DEPLOYMENTS_DIR: folder, CDKTF_OUTDIR: outputFolder });
  };

  test.each([
    ['an empty folder', {}, /^deployments: there is no deployment here; .*\n$/],
    [
      'an error of JSON',
      { 'a.json': '{\n  "awsRegion": \n}' },
      /^deployments\/a\.json:3:1: not JSON: value expected; allowed: .*\n$/,
    ],
    [
      'a value that is not allowed',
      { 'a.json': JSON.stringify({ awsRegion: 'Frankfurt', ...WITHOUT_REGION }) },
      /^deployments\/a\.json:1:14: awsRegion is "Frankfurt"; allowed: .*\n$/,
    ],
  ])('%s is one line on standard error, without a stack trace, and exit code 1', (_, files, line) => {
    const { status, stdout, stderr } = run(files);
    expect(stderr).toMatch(line);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stdout).toBe('');
    expect(status).toBe(1);
  });

  const GOOD = { 'a.json': readFileSync(join(PROJECT, 'deployments/local.json'), 'utf8') };

  // Whoever runs this as root may write anywhere, so that a folder without the right to write would prove nothing.
  test('a folder that cannot be made is one line with the path and the reason', () => {
    const { status, stderr } = run(GOOD, '/dev/null/cdktf.out');
    expect([status, stderr]).toEqual([1, '/dev/null/cdktf.out: a part of the path is no folder (ENOTDIR)\n']);
  });

  test('a full disk is one line', () => {
    const outputFolder = mkdtempSync(join(tmpdir(), 'cdktf-out-'));
    mkdirSync(join(outputFolder, 'stacks/a'), { recursive: true });
    symlinkSync('/dev/full', join(outputFolder, 'stacks/a/cdk.tf.json'));
    const { status, stderr } = run(GOOD, outputFolder);
    expect([status, stderr]).toEqual([1, 'the disk is full (ENOSPC)\n']);
  });
});

test("cdktf's own commands run the same app, and tell nobody about it", () => {
  const configuration = JSON.parse(readFileSync(join(PROJECT, 'cdktf.json'), 'utf8'));
  expect(configuration).toMatchObject({
    language: 'typescript',
    app: 'npx tsx --import ./tools/build/before-synth.mts main.ts',
    sendCrashReports: 'false',
  });
  expect(configuration.projectId).toMatch(/^[0-9a-f-]{36}$/);
  expect(
    execFileSync('git', ['check-ignore', 'cdktf.out', 'terraform.local.tfstate'], {
      cwd: PROJECT,
      encoding: 'utf8',
    }),
  ).toBe('cdktf.out\nterraform.local.tfstate\n');
});
