import { execFileSync, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { unzipSync } from 'fflate';
import { buildFunctions, FUNCTION_NAMES, FunctionSourceMissingError } from '../../../tools/build/bundling';

const PROJECT = join(__dirname, '../../..');
const CREDENTIALS = 'tools/build/bundling/stand-ins/lambda-credentials.ts';
/** What the build puts in the place of packages' modules. */
const STAND_INS = [CREDENTIALS, 'tools/build/bundling/stand-ins/no-event-streams.ts'];

const HANDLER = `
import { S3Client } from '@aws-sdk/client-s3';
import fetch, { AbortError } from 'node-fetch';
import { shared } from '../shared/shared';

export const handler = async () => ({
  shared,
  error: new AbortError('stopped').name,
  fetch: typeof fetch,
  credentials: await new S3Client({ region: 'eu-central-1' }).config.credentials(),
});
`;

/** A checkout with tiny functions in a folder of its own. */
const checkout = (folderName: string): string => {
  const root = join(mkdtempSync(join(tmpdir(), 'build-')), folderName);
  mkdirSync(join(root, 'functions/shared'), { recursive: true });
  symlinkSync(join(PROJECT, 'node_modules'), join(root, 'node_modules'));
  writeFileSync(join(root, 'functions/shared/shared.ts'), "export const shared = 'from another file';\n");
  for (const path of STAND_INS) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), readFileSync(join(PROJECT, path)));
  }
  for (const name of FUNCTION_NAMES) {
    mkdirSync(join(root, 'functions', name));
    writeFileSync(join(root, 'functions', name, 'handler.ts'), HANDLER);
  }
  return root;
};

const filesBelow = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => [path.slice(folder.length + 1), readFileSync(path).toString('base64')]),
  );

describe('a build', () => {
  const root = checkout('checkout');
  const dist = join(root, 'dist/functions');
  beforeAll(async () => {
    await buildFunctions({ root });
  });

  test.each(FUNCTION_NAMES)(
    'puts exactly the bundle of %s into its zip, as index.js that all may read',
    (name) => {
      const zip = readFileSync(join(dist, `${name}.zip`));
      const entries = unzipSync(zip);
      expect(Object.keys(entries)).toEqual(['index.js']);
      expect(Buffer.from(entries['index.js'] ?? []).equals(readFileSync(join(dist, name, 'index.js')))).toBe(
        true,
      );
      const attributesOfFirstEntry = zip.readUInt32LE(zip.lastIndexOf('PK\u0001\u0002') + 38);
      expect((attributesOfFirstEntry >>> 16).toString(8)).toBe('100644');
    },
  );

  test('makes a bundle that runs by itself: handler exported, SDK inside, names of classes kept', () => {
    const alone = join(mkdtempSync(join(tmpdir(), 'alone-')), 'index.js');
    writeFileSync(alone, readFileSync(join(dist, 'refresh-auth-token/index.js')));
    const answer = execFileSync(
      process.execPath,
      [
        '-e',
        `require(${JSON.stringify(alone)}).handler().then((answer) => console.log(JSON.stringify(answer)))`,
      ],
      {
        env: { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'session' },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    );
    expect(JSON.parse(answer)).toMatchObject({
      shared: 'from another file',
      error: 'AbortError',
      fetch: 'function',
      credentials: { accessKeyId: 'key', secretAccessKey: 'secret', sessionToken: 'session' },
    });
  });

  test('leaves the sources of credentials out that a function never has', () => {
    const map = readFileSync(join(dist, 'refresh-auth-token/index.js.map'), 'utf8');
    const { sources } = JSON.parse(map) as { readonly sources: readonly string[] };
    expect(sources).toContain(CREDENTIALS);
    expect(sources.filter((source) => source.startsWith('..'))).toEqual([]);
    expect(
      sources.filter((source) => /credential-provider-(node|sso|ini|process|web-identity)/.test(source)),
    ).toEqual([]);
  });

  test('leaves out what is never reached: polyfills, form data, event streams, and schemas of operations not called', () => {
    const map = readFileSync(join(dist, 'move-voicemail-to-s3/index.js.map'), 'utf8');
    const { sources } = JSON.parse(map) as { readonly sources: readonly string[] };
    expect(sources.filter((source) => /client-s3.*S3Client\.js$/.test(source))).toHaveLength(1);
    expect(
      sources.filter((source) =>
        /node_modules.*(?:web-streams-polyfill|multipart-parser|submodules\/event-streams)/.test(source),
      ),
    ).toEqual([]);
    const code = readFileSync(join(dist, 'move-voicemail-to-s3/index.js'), 'utf8');
    expect(code).not.toContain('AnalyticsConfiguration');
  });

  test('holds no absolute path', () => {
    for (const [path, content] of Object.entries(filesBelow(dist))) {
      expect([path, Buffer.from(content, 'base64').includes(root)]).toEqual([path, false]);
      expect([path, Buffer.from(content, 'base64').includes(PROJECT)]).toEqual([path, false]);
    }
  });
});

test('another folder with a space in its name, another time zone and files of another date give the same bytes', async () => {
  const build = (root: string, timeZone: string) => {
    const script = `require(${JSON.stringify(join(PROJECT, 'tools/build/bundling'))}).buildFunctions({ root: ${JSON.stringify(root)} });`;
    execFileSync(
      process.execPath,
      ['--require', createRequire(__filename).resolve('tsx/cjs'), '-e', script],
      {
        // Where the build is started from must not matter either.
        cwd: tmpdir(),
        env: { ...process.env, TZ: timeZone },
      },
    );
    return filesBelow(join(root, 'dist/functions'));
  };
  const [one, another] = [checkout('one'), checkout('deeper/another one')];
  for (const name of FUNCTION_NAMES) {
    utimesSync(
      join(another, 'functions', name, 'handler.ts'),
      new Date('2001-01-01'),
      new Date('2001-01-01'),
    );
  }
  await buildFunctions({ root: one });
  const files = filesBelow(join(one, 'dist/functions'));
  expect(Object.keys(files)).toHaveLength(6);
  expect(build(another, 'Pacific/Kiritimati')).toEqual(files);
});

test('a function without a handler fails the build, by the name of the missing file', async () => {
  const root = mkdtempSync(join(tmpdir(), 'empty-'));
  await expect(buildFunctions({ root })).rejects.toThrow(FunctionSourceMissingError);
  await expect(buildFunctions({ root })).rejects.toThrow(
    'no function at functions/refresh-auth-token/handler.ts',
  );
});

describe('npm run build', () => {
  const build = (...options: readonly string[]) =>
    spawnSync(process.execPath, ['--require', 'tsx/cjs', 'tools/build/build.ts', ...options], {
      cwd: PROJECT,
      encoding: 'utf8',
    });

  test('prints one JSON object on one line for a script', () => {
    const { status, stdout } = build('--json');
    expect(status).toBe(0);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: true,
      functions: [{ name: 'refresh-auth-token' }, { name: 'move-voicemail-to-s3' }],
    });
  });

  test('explains itself, and refuses what it does not know', () => {
    expect(build('--help').stdout).toContain('--json');
    const refused = build('--jsno');
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('--json');
  });
});
