import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application, filesOf, PROJECT, packProject, programOf } from './packed';

const folder = mkdtempSync(join(tmpdir(), 'packed-'));
const application = new Application();
let archive: string;

/** What the README tells to write, with a second instance. */
const APPLICATION = `
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformStack } from 'cdktf';
import { GenesysVoicemailToS3 } from 'genesys-voicemail-to-s3';

const app = new App();
const stack = new TerraformStack(app, 'calls');
new AwsProvider(stack, 'aws', { region: 'eu-central-1' });
const care = new GenesysVoicemailToS3(stack, 'care', {
  name: 'care',
  genesysRegion: 'mypurecloud.de',
  eventSourceName: 'aws.partner/genesys.com/cloud/7f1c9a34-3d1b-4b0e-8a55-2f6d0c9e4b18/voicemail',
  queueIds: ['2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e'],
  retentionDays: 365,
});
new GenesysVoicemailToS3(stack, 'sales', {
  name: 'sales',
  genesysRegion: 'mypurecloud.de',
  existingEventBusName: care.eventBusName,
  retainForever: true,
});
app.synth();
`;

beforeAll(async () => {
  archive = await packProject(join(folder, 'first'));
  await application.install(archive);
  application.useTemplate();
  application.link('cdktf', 'constructs', '@cdktf/provider-aws', '@types/node', 'typescript', 'tsx');
  application.write('main.ts', APPLICATION);
}, 120_000);
afterAll(() => {
  application.remove();
  rmSync(folder, { recursive: true, force: true });
});

const declarations = (entry: string): string =>
  readFileSync(
    join(application.folder, `node_modules/genesys-voicemail-to-s3/dist/package/${entry}.d.ts`),
    'utf8',
  );

const importsOf = (source: string): readonly string[] => [
  ...new Set([...source.matchAll(/\bfrom '([^']+)'/g)].map(([, specifier = '']) => specifier)),
];

/** What was synthesized, without where the zips lie. */
const synthesized = (): string =>
  readFileSync(join(application.folder, 'cdktf.out/stacks/calls/cdk.tf.json'), 'utf8');

test('the archive holds the construct, its types, the commands, the zips and the texts, and nothing else', async () => {
  expect(await filesOf(archive)).toEqual([
    'CHANGELOG.md',
    'LICENSE',
    'README.md',
    'cli/bin.cjs',
    'dist/functions/move-voicemail-to-s3.zip',
    'dist/functions/refresh-auth-token.zip',
    'dist/package/THIRD-PARTY-NOTICES.txt',
    'dist/package/cdktn.d.ts',
    'dist/package/cdktn.js',
    'dist/package/command-line.js',
    'dist/package/index.d.ts',
    'dist/package/index.js',
    'package.json',
  ]);
});

test('the notices name every package whose code is handed out, with its license and its text', () => {
  const notices = readFileSync(
    join(application.folder, 'node_modules/genesys-voicemail-to-s3/dist/package/THIRD-PARTY-NOTICES.txt'),
    'utf8',
  );
  for (const named of [
    /^cdktf 0\.21\.0 \(MPL-2\.0\) .*github/m,
    /^commander \S+ \(MIT\)/m,
    /^@aws-sdk\/client-s3 /m,
  ]) {
    expect(notices).toMatch(named);
  }
  expect(notices).toMatch(/Permission is hereby granted, free of charge/);
  expect(notices).not.toContain(PROJECT);
});

test('two packs give the same bytes', async () => {
  const again = await packProject(join(folder, 'second'));
  expect(readFileSync(again).equals(readFileSync(archive))).toBe(true);
});

test('an installation brings no other package', () => {
  const manifest = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  expect(manifest.dependencies).toBeUndefined();
  expect(manifest.peerDependencies).toMatchObject({
    cdktf: '>=0.21 <0.22',
    constructs: '^10.4',
    '@cdktf/provider-aws': '^21',
  });
  // A required peer would bring 600 MB of bindings to whoever wants the commands alone.
  expect(Object.keys(manifest.peerDependenciesMeta).sort()).toEqual(
    Object.keys(manifest.peerDependencies).sort(),
  );
});

test.each([
  ['index', /^(cdktf|constructs|@cdktf\/provider-aws\/lib\/[a-z0-9-]+)$/],
  ['cdktn', /^(cdktn|constructs|@cdktn\/provider-aws\/lib\/[a-z0-9-]+)$/],
])('the types of the entry %s need no package but its peers', (entry, peer) => {
  const imports = importsOf(declarations(entry));
  expect(imports).toContain('constructs');
  expect(imports.filter((specifier) => !peer.test(specifier))).toEqual([]);
});

test('every option is documented where an editor shows it, with its default where it has one', () => {
  const [, props = ''] =
    /interface GenesysVoicemailToS3Props[^{]*\{([\s\S]*?)\n\}/.exec(declarations('index')) ?? [];
  const options = [...props.matchAll(/(\*\/)?\n {4}(?:readonly )?([a-zA-Z0-9]+)(\??):/g)];
  expect(options.length).toBeGreaterThan(40);
  expect(options.filter(([, comment]) => comment === undefined).map(([, , name]) => name)).toEqual([]);
  const optional = options.filter(([, , , mark]) => mark === '?');
  expect(props.match(/@default/g) ?? []).toHaveLength(optional.length);
});

test("an application with the settings of cdktf's template type-checks, compiles and synthesizes two instances", () => {
  application.run(programOf('typescript/bin/tsc'));
  application.run('main.js');
  const compiled = synthesized();
  const buckets: Readonly<Record<string, unknown>> = JSON.parse(compiled).resource.aws_s3_bucket;
  expect(Object.keys(buckets).map((name) => name.replace(/_.*/, ''))).toEqual(['care', 'sales']);
  application.run(programOf('tsx/dist/cli.mjs'), 'main.ts');
  expect(synthesized()).toBe(compiled);
});

test('the types refuse what the construct would', () => {
  application.write(
    'wrong.ts',
    APPLICATION.replace(
      "queueIds: ['2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e']",
      'queueIds: 5, noSuchOption: true',
    ),
  );
  try {
    application.run(programOf('typescript/bin/tsc'), '--noEmit');
    throw new Error('the wrong options were taken');
  } catch (error) {
    expect(String(Object(error).stdout)).toMatch(/wrong\.ts.*(queueIds|number|noSuchOption)/);
  }
});

test('where a peer is missing, the message says what to install', async () => {
  const bare = new Application();
  try {
    await bare.install(archive);
    bare.link('cdktf', 'constructs');
    for (const [entry, missing] of [
      ['genesys-voicemail-to-s3', '@cdktf/provider-aws@^21'],
      ['genesys-voicemail-to-s3/cdktn', 'cdktn@>=0.24 <0.25'],
    ] as const) {
      expect(() => bare.run('-e', `require('${entry}')`)).toThrow(missing);
    }
  } finally {
    bare.remove();
  }
});

test('the commands start from the archive alone', async () => {
  const alone = new Application();
  try {
    await alone.install(archive);
    for (const command of ['authorize', 'doctor', 'backfill', 'redrive', 'find', 'erase']) {
      const help = alone.run('node_modules/genesys-voicemail-to-s3/cli/bin.cjs', command, '--help');
      expect(help).toContain(`Usage: genesys-voicemail ${command}`);
      const policy = alone.run(
        'node_modules/genesys-voicemail-to-s3/cli/bin.cjs',
        'policy',
        command,
        '--placeholders',
      );
      expect(policy).toContain('"Version": "2012-10-17"');
    }
  } finally {
    alone.remove();
  }
});
