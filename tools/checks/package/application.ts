import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LARGEST } from '../../build/hcl-module';

const ROOT = join(__dirname, '../../..');

/** Files that `cdktf init --template=typescript` writes. */
const TEMPLATE = join(ROOT, 'node_modules/cdktf-cli/bundle/templates/typescript');

/** One of the two libraries that the package serves. */
export interface Library {
  readonly name: 'cdktf' | 'cdktn';
  /** Imports of the application. */
  readonly entry: string;
  readonly provider: string;
  /** With their versions, as npm takes them. */
  readonly packages: readonly string[];
  /** Versions of `constructs` to try. */
  readonly constructs: {
    /** The oldest that the library takes. */
    readonly oldest: string;
    readonly newest: string;
  };
  /** Version of Node to run on, from npm. @default - the one that runs this */
  readonly node?: string;
}

export const LIBRARIES: readonly Library[] = [
  {
    name: 'cdktf',
    entry: 'genesys-voicemail-to-s3',
    provider: '@cdktf/provider-aws',
    packages: ['cdktf@0.21.0', '@cdktf/provider-aws@21'],
    constructs: { oldest: '10.4.2', newest: '10' },
  },
  {
    name: 'cdktn',
    entry: 'genesys-voicemail-to-s3/cdktn',
    provider: '@cdktn/provider-aws',
    packages: ['cdktn@0.24', '@cdktn/provider-aws@25'],
    constructs: { oldest: '10.6.0', newest: '10' },
    node: '22',
  },
];

/** What the template installs, as old as ts-jest and ts-node can work with: they need TypeScript's own API, which 7 has not. */
const TOOLS = [
  'typescript@5',
  'ts-node@10',
  'tsx@4',
  'jest@30',
  'ts-jest@29',
  '@types/jest@30',
  '@types/node@22',
];

const OPTIONS = `genesysRegion: 'mypurecloud.de', retainForever: true`;
const SOURCE = `eventSourceName: 'aws.partner/genesys.com/cloud/7f1c9a34-3d1b-4b0e-8a55-2f6d0c9e4b18/voicemail'`;

const mainFile = ({ name, entry, provider }: Library): string => `
import { AwsProvider } from '${provider}/lib/provider';
import { App, TerraformStack } from '${name}';
import { GenesysVoicemailToS3 } from '${entry}';

const app = new App();
const stack = new TerraformStack(app, 'calls');
new AwsProvider(stack, 'aws', { region: 'eu-central-1' });
const care = new GenesysVoicemailToS3(stack, 'care', {
  name: 'care',
  ${SOURCE},
  ${OPTIONS},
});
// Every option: what the bindings do not know they leave out, so that the other library's stack would differ.
new GenesysVoicemailToS3(stack, 'largest', ${JSON.stringify(LARGEST)});
new GenesysVoicemailToS3(stack, 'sales', { name: 'sales', existingEventBusName: care.eventBusName, ${OPTIONS} });
care.bucket?.addOverride('force_destroy', true);
care.addOutput();
app.synth();
`;

const testFile = ({ name, entry }: Library): string => `
import { Testing } from '${name}';
import { GenesysVoicemailToS3, InvalidOptionError } from '${entry}';

test('synthesizes', () => {
  const text = Testing.synthScope((scope) => {
    new GenesysVoicemailToS3(scope, 'care', { ${SOURCE}, ${OPTIONS} });
  });
  expect(Object.keys(JSON.parse(text).resource.aws_s3_bucket)).toHaveLength(1);
});

test('refuses', () => {
  expect(() =>
    Testing.synthScope((scope) => {
      new GenesysVoicemailToS3(scope, 'care', { ${SOURCE}, ${OPTIONS}, batchSize: 0 });
    }),
  ).toThrow(InvalidOptionError);
});
`;

const SYNTHESIZED = 'cdktf.out/stacks/calls/cdk.tf.json';

/** An application in an empty folder that knows of this repository nothing but its archive. */
export class Application {
  readonly #folder: string;
  readonly #library: Library;

  constructor(folder: string, library: Library) {
    this.#folder = folder;
    this.#library = library;
    mkdirSync(join(folder, '__tests__'), { recursive: true });
    for (const file of ['tsconfig.json', 'jest.config.js', 'setup.js']) {
      cpSync(join(TEMPLATE, file), join(folder, file));
    }
    const manifest = { name: 'application', version: '1.0.0', private: true };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    writeFileSync(
      join(folder, 'cdktf.json'),
      JSON.stringify({ language: 'typescript', app: 'npx ts-node main.ts', sendCrashReports: 'false' }),
    );
    writeFileSync(
      join(folder, 'setup.js'),
      `const { Testing } = require('${library.name}');\nTesting.setupJest();\n`,
    );
    writeFileSync(join(folder, 'main.ts'), mainFile(library));
    writeFileSync(join(folder, '__tests__/main-test.ts'), testFile(library));
  }

  /** Installs the archive as its users do, everything else from the registry. */
  install(archive: string): void {
    const { packages, constructs, node } = this.#library;
    const nodes = node === undefined ? [] : [`node-${process.platform}-${process.arch}@${node}`];
    this.#npm(...packages, `constructs@${constructs.oldest}`, archive, ...TOOLS, ...nodes);
  }

  installConstructs(version: string): void {
    this.#npm(`constructs@${version}`);
  }

  /** Type-checks and compiles by the template's settings, and synthesizes what was compiled. */
  compile(): string {
    this.#run('typescript/bin/tsc');
    this.#node('main.js');
    return this.#synthesized();
  }

  /** Synthesizes by ts-node, as `cdktf synth` does. */
  byTsNode(): string {
    this.#run('ts-node/dist/bin.js', 'main.ts');
    return this.#synthesized();
  }

  byTsx(): string {
    this.#run('tsx/dist/cli.mjs', 'main.ts');
    return this.#synthesized();
  }

  test(): void {
    this.#run('jest/bin/jest.js');
  }

  /** Synthesizes by the command line of cdktf, which starts the application itself. */
  byCdktf(): string {
    this.#node(join(ROOT, 'node_modules/cdktf-cli/bundle/bin/cdktf.js'), 'synth');
    return this.#synthesized();
  }

  #synthesized(): string {
    return readFileSync(join(this.#folder, SYNTHESIZED), 'utf8');
  }

  #run(program: string, ...args: readonly string[]): void {
    this.#node(join(this.#folder, 'node_modules', program), ...args);
  }

  #node(...args: readonly string[]): void {
    const { node } = this.#library;
    const program =
      node === undefined
        ? process.execPath
        : join(this.#folder, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin/node');
    execFileSync(program, [...args], {
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, CHECKPOINT_DISABLE: '1', CI: '1' },
    });
  }

  #npm(...packages: readonly string[]): void {
    // --force: this npm runs on the project's own Node, which may be older than the one that cdktn asks for.
    const force = this.#library.node === undefined ? [] : ['--force'];
    execFileSync('npm', ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...force, ...packages], {
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }
}
