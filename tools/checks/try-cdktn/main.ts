import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';

/*
 * Runs the module's tests on cdktn, the successor of cdktf, from a copy in a temporary folder. What is tried is one
 * promise: that moving is a matter of renaming imports. Needs the npm registry, and takes minutes.
 */

const PROJECT = join(__dirname, '../../..');

/** What takes the place of each package. Both need Node 22, which comes from npm too. */
const SUCCESSORS = [
  { from: '@cdktf/provider-aws', to: '@cdktn/provider-aws', version: '25.7.0' },
  { from: 'cdktf', to: 'cdktn', version: '0.24.0' },
] as const;

/** What npm's `node` package would fetch by an install script: the program for this machine. */
const NODE_PACKAGE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const NODE_VERSION = '22';

/** What the module's tests read. */
const COPIED = [
  '__tests__/helpers',
  '__tests__/modules',
  'deployments',
  'functions',
  'tools/local-cloud',
  'modules',
  'tools/build',
  'biome.json',
  'jest.config.mjs',
  'package-lock.json',
  'package.json',
  'tsconfig.json',
] as const;

/** An import of the package, or of a file in it. */
const importsOf = (name: string): RegExp => new RegExp(`(from |import\\()'${name}(?=['/])`, 'g');

const renameImports = (folder: string): number => {
  let renamed = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith('.ts') || entry.parentPath.includes('node_modules')) {
      continue;
    }
    const path = join(entry.parentPath, entry.name);
    const before = readFileSync(path, 'utf8');
    const after = SUCCESSORS.reduce(
      (text, { from, to }) => text.replaceAll(importsOf(from), (_, keyword: string) => `${keyword}'${to}`),
      before,
    );
    if (after !== before) {
      writeFileSync(path, after);
      renamed += 1;
    }
  }
  return renamed;
};

const copyProject = (folder: string): void => {
  for (const name of COPIED) {
    cpSync(join(PROJECT, name), join(folder, name), { recursive: true });
  }
};

const install = (folder: string): void => {
  const npm = (...command: readonly string[]): void => {
    execFileSync('npm', [...command, '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: folder,
      stdio: 'inherit',
    });
  };
  npm('ci');
  npm('uninstall', 'cdktf-cli', ...SUCCESSORS.map(({ from }) => from));
  // This npm runs on the project's own Node, which may be older than the one that the packages ask for.
  npm(
    'install',
    '--save-exact',
    '--force',
    `${NODE_PACKAGE}@${NODE_VERSION}`,
    ...SUCCESSORS.map(({ to, version }) => `${to}@${version}`),
  );
};

const nodeIn = (folder: string): string => join(folder, 'node_modules', NODE_PACKAGE, 'bin/node');

const run = ({ keep }: { readonly keep?: true }): void => {
  const folder = mkdtempSync(join(tmpdir(), 'try-cdktn-'));
  try {
    copyProject(folder);
    process.stdout.write(`${renameImports(folder)} files import cdktn instead of cdktf\n`);
    install(folder);
    const { status } = spawnSync(
      nodeIn(folder),
      [join(folder, 'node_modules/jest/bin/jest.js'), '__tests__/modules'],
      { cwd: folder, stdio: 'inherit' },
    );
    process.exitCode = status ?? 1;
  } finally {
    if (keep === true) {
      process.stdout.write(`kept ${folder}\n`);
    } else {
      rmSync(folder, { recursive: true, force: true });
    }
  }
};

new Command('npm run try:cdktn --')
  .description('Runs the tests of the module with its imports renamed to cdktn, the successor of cdktf.')
  .option('--keep', 'keep the temporary folder')
  .action(run)
  .parse();
