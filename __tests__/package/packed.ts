import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { extract, list } from 'tar';
import { writePackage } from '../../tools/build/package';

export const PROJECT = join(__dirname, '../..');

/** What `cdktf init --template=typescript` writes. */
const TEMPLATE = join(PROJECT, 'node_modules/cdktf-cli/bundle/templates/typescript');

/** The archive that `npm pack` makes of the project. */
export const packProject = async (folder: string): Promise<string> => {
  await writePackage(PROJECT);
  mkdirSync(folder, { recursive: true });
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: PROJECT });
  return join(folder, 'genesys-voicemail-to-s3-0.1.0.tgz');
};

/** The files of an archive, without the folder that npm puts around them. */
export const filesOf = async (archive: string): Promise<readonly string[]> => {
  const files: string[] = [];
  await list({ file: archive, onReadEntry: ({ path }) => files.push(path.replace(/^package\//, '')) });
  return files.sort();
};

/** An application in a folder of its own, to which this repository is unknown. */
export class Application {
  readonly folder = mkdtempSync(join(tmpdir(), 'application-'));

  /** Puts the package where npm would, from its archive alone. */
  async install(archive: string): Promise<void> {
    const target = join(this.folder, 'node_modules/genesys-voicemail-to-s3');
    mkdirSync(target, { recursive: true });
    await extract({ file: archive, cwd: target, strip: 1 });
  }

  /** Takes packages from the project's own installation: a download of the AWS provider's bindings takes a minute. */
  link(...packages: readonly string[]): void {
    for (const name of packages) {
      const target = join(this.folder, 'node_modules', name);
      mkdirSync(dirname(target), { recursive: true });
      symlinkSync(join(PROJECT, 'node_modules', name), target);
    }
  }

  /** The TypeScript settings of cdktf's template, to the letter. */
  useTemplate(): void {
    cpSync(join(TEMPLATE, 'tsconfig.json'), join(this.folder, 'tsconfig.json'));
  }

  write(name: string, content: string): void {
    writeFileSync(join(this.folder, name), content);
  }

  /** Runs a program of Node's in the folder. */
  run(...command: readonly string[]): string {
    return execFileSync(process.execPath, [...command], {
      cwd: this.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A program of one of the project's packages. */
export const programOf = (path: string): string => join(PROJECT, 'node_modules', path);
