import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Command } from 'commander';
import { writePackage } from '../../build/package';
import { Application, LIBRARIES } from './application';
import { planned } from './plan';

/*
 * Tries the npm package as its users have it: installed from its archive, beside nothing of this repository. Needs the npm
 * registry, and takes minutes: the bindings of the AWS provider are 600 MB.
 */

const ROOT = join(__dirname, '../../..');
const LARGEST_INSTALLATION_BYTES = 60_000_000;
const NODES = ['20', '22', '24'];

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

let failed = 0;
const check = (title: string, work: () => string | undefined): void => {
  const startedMs = Date.now();
  try {
    const note = work();
    say(
      `ok    ${title}${note === undefined ? '' : `: ${note}`} (${Math.round((Date.now() - startedMs) / 1000)} s)`,
    );
  } catch (error) {
    failed += 1;
    const said =
      error instanceof Error && 'stdout' in error ? `${error.stdout}\n${Object(error).stderr}` : '';
    say(`FAIL  ${title}\n${String(error)}\n${said}`);
  }
};

const bytesBelow = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);

const expectSame = (what: string, one: unknown, other: unknown): void => {
  if (!isDeepStrictEqual(one, other)) {
    throw new Error(`${what} differs`);
  }
};

/** The commands alone, for a machine that has nothing but Node. */
const checkCommands = (archive: string, folder: string): void => {
  check('the commands alone install without another package', () => {
    execFileSync('npm', ['install', '--prefix', folder, '--omit=dev', '--no-audit', '--no-fund', archive], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const bytes = bytesBelow(folder);
    if (bytes > LARGEST_INSTALLATION_BYTES) {
      throw new Error(`the installation has ${bytes} bytes`);
    }
    return `${(bytes / 1e6).toFixed(1)} MB`;
  });
  check('every command prints its help', () => {
    const program = join(folder, 'node_modules/.bin/genesys-voicemail');
    const help = (...args: readonly string[]): string =>
      execFileSync(program, [...args, '--help'], { cwd: tmpdir(), encoding: 'utf8' });
    const commands = [...help().matchAll(/^ {2}([a-z][a-z-]*) {2,}[A-Z]/gm)].map(([, name = '']) => name);
    if (commands.length < 6) {
      throw new Error(`the help names ${commands.length} commands`);
    }
    const startsMs = commands.map((command) => {
      const startedMs = performance.now();
      help(command);
      return performance.now() - startedMs;
    });
    return `${commands.join(', ')}; fastest start ${Math.round(Math.min(...startsMs))} ms`;
  });
};

/** @returns the synthesized stack of each library. */
const checkLibraries = (archive: string, folder: string): void => {
  const plans: unknown[] = [];
  for (const library of LIBRARIES) {
    const application = new Application(join(folder, library.name), library);
    const title = (what: string): string => `${library.name}: ${what}`;
    let first = '';
    check(title('the archive installs'), () => {
      application.install(archive);
      return undefined;
    });
    check(title(`tsc, node, ts-node, tsx and jest with constructs ${library.constructs.oldest}`), () => {
      first = application.compile();
      expectSame('what ts-node synthesizes', application.byTsNode(), first);
      expectSame('what tsx synthesizes', application.byTsx(), first);
      application.test();
      return undefined;
    });
    // Another version has other types and another behaviour, and is loaded the same way.
    check(title(`tsc and node with constructs ${library.constructs.newest}`), () => {
      application.installConstructs(library.constructs.newest);
      expectSame('what it synthesizes', planned(application.compile()), planned(first));
      return undefined;
    });
    if (library.name === 'cdktf') {
      check(title('cdktf synth'), () => {
        expectSame('what cdktf synthesizes', planned(application.byCdktf()), planned(first));
        return undefined;
      });
    }
    plans.push(first === '' ? undefined : planned(first));
  }
  check(
    'with every option cdktn and the newest bindings plan the same as cdktf, but for the version of the provider',
    () => {
      if (plans.includes(undefined)) {
        throw new Error('one of them synthesized nothing');
      }
      expectSame('the plan', plans[1], plans[0]);
      return undefined;
    },
  );
};

/** Every file of a release again, on each supported Node. */
const checkNodes = (folder: string): void => {
  const sums = NODES.map((version) => {
    const name = `node-${process.platform}-${process.arch}`;
    const home = join(folder, `node-${version}`);
    let printed = '';
    check(`Node ${version} makes a release`, () => {
      mkdirSync(home, { recursive: true });
      execFileSync('npm', ['install', '--prefix', home, '--no-audit', '--no-fund', `${name}@${version}`], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const bin = join(home, 'node_modules', name, 'bin');
      const { status, stdout, stderr } = spawnSync(
        join(bin, 'node'),
        ['--require', 'tsx/cjs', 'tools/build/build-release.ts', '--output', join(home, 'release')],
        { cwd: ROOT, encoding: 'utf8', env: { ...process.env, PATH: `${bin}:${process.env['PATH']}` } },
      );
      if (status !== 0) {
        throw new Error(stderr);
      }
      printed = stdout;
      return undefined;
    });
    return printed;
  });
  check('a release has the same bytes on each Node', () => {
    expectSame('a checksum', new Set(sums).size === 1 && sums[0] !== '', true);
    return undefined;
  });
};

const run = async ({ only, keep }: { readonly only?: string; readonly keep?: true }): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'check-package-'));
  const wants = (part: string): boolean => only === undefined || only === part;
  try {
    await writePackage(ROOT);
    execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
      cwd: ROOT,
    });
    const [name = ''] = readdirSync(folder);
    const archive = join(folder, name);
    say(`${name}: ${statSync(archive).size} bytes`);
    if (wants('commands')) {
      checkCommands(archive, join(folder, 'commands'));
    }
    if (wants('libraries')) {
      checkLibraries(archive, folder);
    }
    if (wants('nodes')) {
      checkNodes(folder);
    }
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    if (keep === true) {
      say(`kept ${folder}`);
    } else {
      rmSync(folder, { recursive: true, force: true });
    }
  }
};

void new Command('npm run check:package --')
  .description(
    'Installs the npm package from its archive and tries it as its users do, with cdktf and with cdktn.',
  )
  .option('--only <part>', 'commands, libraries or nodes')
  .option('--keep', 'keep the temporary folder')
  .action(run)
  .parseAsync();
