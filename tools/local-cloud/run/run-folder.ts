import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CannotBeginError } from './run-failed';

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/**
 * `.local`, which one run at a time works in: copies of what was archived, and what a person's commands need to work on a
 * run that is kept.
 */
export class RunFolder {
  readonly path: string;
  /** Copies of what was archived; they stay until the next run, to be listened to. */
  readonly archive: string;
  readonly #owner: string;
  readonly #release = (): void => {
    for (const name of ['owner', 'outputs.json', 'environment.sh']) {
      rmSync(join(this.path, name), { force: true });
    }
  };

  private constructor(path: string) {
    this.path = path;
    this.archive = join(path, 'archive');
    this.#owner = join(path, 'owner');
  }

  /** Takes the folder, until {@link close} or the end of the process. @throws CannotBeginError where another run has it. */
  static take(path: string): RunFolder {
    const folder = new RunFolder(path);
    mkdirSync(path, { recursive: true });
    folder.#claim();
    process.once('exit', folder.#release);
    rmSync(folder.archive, { recursive: true, force: true });
    return folder;
  }

  /** Writes a file that is removed with the run. @returns its path */
  write(name: 'outputs.json' | 'environment.sh', content: string): string {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  close(): void {
    process.off('exit', this.#release);
    this.#release();
  }

  #claim(): void {
    const owner = (): number => {
      try {
        return Number(readFileSync(this.#owner, 'utf8'));
      } catch {
        return 0;
      }
    };
    const pid = owner();
    if (pid > 0 && isAlive(pid)) {
      throw new CannotBeginError(
        `another run (process ${pid}) works in ${this.path}; end it with Ctrl-C, then start again`,
      );
    }
    writeFileSync(this.#owner, String(process.pid));
  }
}
