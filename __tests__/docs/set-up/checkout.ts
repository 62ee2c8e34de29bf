import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

const PROJECT = join(__dirname, '../../..');

/** What a clone does not have, at the top of the project. */
const NOT_CLONED = new Set([
  '.git',
  '.local',
  '.venv',
  'cdktf.out',
  'coverage',
  'dist',
  'node_modules',
  'outputs.json',
]);

/** How a command ended, and what it printed. */
export interface CommandEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type Watch = (stderr: string) => Promise<unknown>;

/** A fresh copy of the project, and a shell in it: all that a newcomer has. */
export class Checkout {
  readonly #root = mkdtempSync(join(tmpdir(), 'set-up-'));
  readonly #home = join(this.#root, 'home');
  readonly #folder = join(this.#root, 'genesys-voicemail-to-s3');
  readonly #browser = join(this.#home, 'bin', 'open');
  readonly #opened = join(this.#home, 'browser-opened');
  #exported: Readonly<Record<string, string>> = {};

  constructor() {
    mkdirSync(dirname(this.#browser), { recursive: true });
    // A browser that shows nothing: the person takes the URL from the terminal.
    writeFileSync(this.#browser, `#!/bin/sh\n: >"$HOME/browser-opened"\n`, { mode: 0o755 });
    mkdirSync(this.#folder);
    for (const name of readdirSync(PROJECT).filter((candidate) => !NOT_CLONED.has(candidate))) {
      cpSync(join(PROJECT, name), this.path(name), { recursive: true });
    }
  }

  /** Whether a browser was opened for the person. */
  get hasOpenedBrowser(): boolean {
    return existsSync(this.#opened);
  }

  /** What `export` lines have set. */
  get exported(): Readonly<Record<string, string>> {
    return this.#exported;
  }

  path(name: string): string {
    return join(this.#folder, name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text);
  }

  /** Does what `npm ci` does, without fetching: the packages are those of the project itself. */
  install(): void {
    if (this.read('package-lock.json') !== readFileSync(join(PROJECT, 'package-lock.json'), 'utf8')) {
      throw new Error('the copy wants other packages than the project');
    }
    symlinkSync(join(PROJECT, 'node_modules'), this.path('node_modules'));
  }

  /** Runs an `export` line: what it sets is there for the lines after it. */
  async export(line: string): Promise<void> {
    const before = await this.run('env -0', {});
    const after = await this.run(`${line}; env -0`, {});
    const set = after.stdout.split('\0').filter((entry) => !before.stdout.split('\0').includes(entry));
    const entries = set.map((entry) => [entry.split('=', 1)[0] ?? '', entry.slice(entry.indexOf('=') + 1)]);
    this.#exported = { ...this.#exported, ...Object.fromEntries(entries) };
  }

  /**
   * Runs one line in a shell in the copy.
   *
   * @param variables - beside what was exported
   * @param watch - gets what the command has written to standard error so far, each time that it writes; where what it
   *   does about it fails, the command is ended
   */
  run(
    line: string,
    variables: Readonly<Record<string, string>>,
    watch: Watch = async () => undefined,
  ): Promise<CommandEnd> {
    // With a socket for standard input bash takes itself for a remote shell, and reads its start-up file.
    const shell = spawn('bash', ['--norc', '-euc', line], {
      cwd: this.#folder,
      // A process group of its own, so that it can be ended whole.
      detached: true,
      env: {
        PATH: [dirname(this.#browser), dirname(process.execPath), process.env['PATH']].join(delimiter),
        HOME: this.#home,
        BROWSER: this.#browser,
        // Whatever npx runs is in the copy: nothing may be fetched.
        npm_config_offline: 'true',
        npm_config_update_notifier: 'false',
        ...this.#exported,
        ...variables,
      },
    });
    return endOf(shell, watch);
  }

  remove(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }
}

const endOf = (shell: ChildProcessWithoutNullStreams, watch: Watch): Promise<CommandEnd> =>
  new Promise((resolve, reject) => {
    let stdout = '';
    let stderr = '';
    let isKilled = false;
    shell.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    shell.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      watch(stderr).catch((error: unknown) => {
        if (!isKilled && shell.pid !== undefined && shell.exitCode === null) {
          isKilled = true;
          process.kill(-shell.pid, 'SIGKILL');
        }
        reject(error);
      });
    });
    shell.once('error', reject);
    shell.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
    shell.stdin.end();
  });
