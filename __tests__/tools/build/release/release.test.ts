import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FUNCTION_NAMES } from '../../../../tools/build/bundling';
import {
  AdvisoriesUnreadableError,
  compareRelease,
  exploitability,
  makeRelease,
  ReleaseUnreadableError,
  verifyRelease,
} from '../../../../tools/build/release';
import { filesOf } from '../../../package/packed';

const PROJECT = join(__dirname, '../../../..');
const folder = mkdtempSync(join(tmpdir(), 'release-'));

/** As `npm audit --json` prints it, as far as it is read. */
const advisory = (name: string, number: string) => ({
  via: [
    'another package',
    { name, range: '<99', title: 'something is wrong', url: `https://github.com/advisories/${number}` },
  ],
});
const ADVISORIES = JSON.stringify({
  auditReportVersion: 2,
  vulnerabilities: {
    axios: advisory('axios', 'GHSA-tool'),
    'node-fetch': advisory('node-fetch', 'GHSA-shipped'),
  },
});

let release: ReadonlyMap<string, Uint8Array>;
beforeAll(async () => {
  release = await makeRelease({ root: PROJECT, advisories: ADVISORIES });
  for (const [name, content] of release) {
    writeFileSync(join(folder, name), content);
  }
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const textOf = (name: string): string => Buffer.from(release.get(name) ?? []).toString();

/** A package that lies at the end of a path, with its version. */
const packageAt = (path: string): string => {
  const manifest = JSON.parse(readFileSync(join(PROJECT, path, 'package.json'), 'utf8'));
  return `${manifest.name}@${manifest.version}`;
};

/** The packages in a bundle, as its source map tells them. */
const mappedPackages = (name: string): ReadonlySet<string> => {
  const map = readFileSync(join(PROJECT, 'dist/functions', name, 'index.js.map'), 'utf8');
  const { sources }: { readonly sources: readonly string[] } = JSON.parse(map);
  const folders = sources.flatMap((source) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0] ?? []);
  return new Set([...new Set(folders)].map(packageAt));
};

const listedPackages = (name: string): ReadonlySet<string> => {
  const { components } = JSON.parse(textOf(`${name}.cdx.json`));
  return new Set(
    components.map((component: { name: string; group?: string; version: string }) =>
      [component.group, `${component.name}@${component.version}`].filter(Boolean).join('/'),
    ),
  );
};

test('a release is the package, the module, the zips, the bundles, the bills of materials and their checksums', () => {
  expect([...release.keys()].sort()).toEqual([
    'SHA256SUMS',
    'advisories.json',
    'command-line.cdx.json',
    'construct.cdx.json',
    'functions-v0.1.0.tar.gz',
    'genesys-voicemail-to-s3-0.1.0.tgz',
    'move-voicemail-to-s3.cdx.json',
    'move-voicemail-to-s3.zip',
    'refresh-auth-token.cdx.json',
    'refresh-auth-token.zip',
    'terraform-module-v0.1.0.tar.gz',
    'vex.cdx.json',
  ]);
});

test('its archives hold what npm and Terraform read, under no folder of this machine', async () => {
  expect(await filesOf(join(folder, 'genesys-voicemail-to-s3-0.1.0.tgz'))).toEqual(
    expect.arrayContaining([
      'dist/package/index.js',
      'dist/functions/move-voicemail-to-s3.zip',
      'package.json',
    ]),
  );
  expect(await filesOf(join(folder, 'terraform-module-v0.1.0.tar.gz'))).toEqual(
    expect.arrayContaining(['main.tf.json', 'versions.tf']),
  );
  expect(await filesOf(join(folder, 'functions-v0.1.0.tar.gz'))).toEqual(
    FUNCTION_NAMES.flatMap((name) => [`functions/${name}/index.js`, `functions/${name}/index.js.map`]).sort(),
  );
});

test.each(FUNCTION_NAMES)(
  'the bill of materials of %s lists every package that its source map names',
  (name) => {
    const mapped = mappedPackages(name);
    expect(mapped.size).toBeGreaterThan(5);
    expect([...listedPackages(name)].sort()).toEqual([...mapped].sort());
  },
);

test('a bill of materials has the text of a license for every package', () => {
  for (const name of [...FUNCTION_NAMES, 'construct', 'command-line']) {
    const { components } = JSON.parse(textOf(`${name}.cdx.json`));
    const without = components.filter(
      ({ evidence, licenses }: { evidence?: object; licenses?: object }) =>
        evidence === undefined && licenses === undefined,
    );
    expect(without).toEqual([]);
  }
});

test('it says of an advisory whether anything that ships holds the package', () => {
  const { vulnerabilities } = JSON.parse(textOf('vex.cdx.json'));
  expect(vulnerabilities).toMatchObject([
    {
      id: 'GHSA-shipped',
      analysis: { state: 'in_triage', detail: expect.stringContaining('refresh-auth-token') },
    },
    { id: 'GHSA-tool', analysis: { state: 'not_affected', justification: 'code_not_present' } },
  ]);
  expect(() => exploitability('no report', new Map(), '0.1.0')).toThrow(AdvisoriesUnreadableError);
});

const failures = async () =>
  (await compareRelease(folder, release)).filter(({ verdict }) => verdict !== 'equal');

test('a flipped byte in a zip is found, with the old checksum and with a new one', async () => {
  const name = 'move-voicemail-to-s3.zip';
  const path = join(folder, name);
  const sums = readFileSync(join(folder, 'SHA256SUMS'), 'utf8');
  const sound = readFileSync(path);
  const flipped = Buffer.from(sound);
  flipped[flipped.length >> 1] = (flipped[flipped.length >> 1] ?? 0) ^ 1;
  writeFileSync(path, flipped);
  try {
    expect(await failures()).toEqual([{ file: name, verdict: 'wrong checksum' }]);
    const hash = (content: Uint8Array) => createHash('sha256').update(content).digest('hex');
    writeFileSync(join(folder, 'SHA256SUMS'), sums.replace(hash(sound), hash(flipped)));
    expect(await failures()).toEqual([
      { file: 'SHA256SUMS', verdict: 'differs' },
      { file: name, verdict: 'differs' },
    ]);
  } finally {
    writeFileSync(path, sound);
    writeFileSync(join(folder, 'SHA256SUMS'), sums);
  }
});

test('a file too many and a file too few are found, and a folder without a release is refused', async () => {
  const path = join(folder, 'refresh-auth-token.zip');
  const sound = readFileSync(path);
  rmSync(path);
  writeFileSync(join(folder, 'extra.txt'), 'extra');
  try {
    expect(await failures()).toEqual([
      { file: 'extra.txt', verdict: 'not in SHA256SUMS' },
      { file: 'refresh-auth-token.zip', verdict: 'missing' },
    ]);
  } finally {
    writeFileSync(path, sound);
    rmSync(join(folder, 'extra.txt'));
  }
  await expect(verifyRelease(PROJECT, PROJECT)).rejects.toThrow(ReleaseUnreadableError);
});
