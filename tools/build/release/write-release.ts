import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { FUNCTION_NAMES } from '../bundling';
import { writeModule } from '../hcl-module';
import { writePackage } from '../package';
import { archive, filesBelow } from './archives';
import { billOfMaterials } from './bill-of-materials';
import { exploitability } from './exploitability';

const execute = promisify(execFile);

/** The file with the checksums of all others. */
export const CHECKSUMS = 'SHA256SUMS';

/** The report of `npm audit --json` that the release says something of. */
export const ADVISORIES = 'advisories.json';

/** How a release is made. */
export interface ReleaseOptions {
  /** The checkout. What it has in `dist` is replaced. */
  readonly root: string;
  /** A report of `npm audit --json`. @default - the release says nothing of advisories */
  readonly advisories?: string;
}

const manifest = v.object({ version: v.string() });
const packedFiles = v.tuple([v.object({ files: v.array(v.object({ path: v.string() })) })]);

/** The files that npm would pack; scripts are off, because everything is built already. */
const npmFiles = async (root: string): Promise<readonly string[]> => {
  const { stdout } = await execute('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root });
  return v.parse(packedFiles, JSON.parse(stdout))[0].files.map(({ path }) => path);
};

const checksums = (files: ReadonlyMap<string, Uint8Array>): string =>
  [...files]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, content]) => `${createHash('sha256').update(content).digest('hex')}  ${name}\n`)
    .join('');

/**
 * Makes every file of a release: npm package, Terraform module, the functions' zips, their bundles with source maps, the
 * bills of materials, and the checksums. The same sources give the same bytes, on each supported Node.
 *
 * @returns the content of each file, by its name.
 */
export const makeRelease = async ({
  root,
  advisories,
}: ReleaseOptions): Promise<ReadonlyMap<string, Uint8Array>> => {
  const { version } = v.parse(manifest, JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  const { metafiles } = await writePackage(root);
  await writeModule({ root });
  const staging = await mkdtemp(join(tmpdir(), 'release-'));
  try {
    const inDist = (folder: string) => join(root, 'dist', folder);
    const bundles = (await filesBelow(inDist('functions'))).filter((file) =>
      /\/index\.js(?:\.map)?$/.test(file),
    );
    const files = new Map<string, Uint8Array>([
      [
        `genesys-voicemail-to-s3-${version}.tgz`,
        await archive({
          stagingFolder: join(staging, 'npm'),
          from: root,
          files: await npmFiles(root),
          prefix: 'package',
          executables: ['cli/bin.cjs'],
        }),
      ],
      [
        `terraform-module-v${version}.tar.gz`,
        await archive({
          stagingFolder: join(staging, 'module'),
          from: inDist('terraform-module'),
          files: await filesBelow(inDist('terraform-module')),
        }),
      ],
      [
        `functions-v${version}.tar.gz`,
        await archive({
          stagingFolder: join(staging, 'functions'),
          from: inDist('functions'),
          files: bundles,
          prefix: 'functions',
        }),
      ],
    ]);
    for (const name of FUNCTION_NAMES) {
      files.set(`${name}.zip`, await readFile(join(inDist('functions'), `${name}.zip`)));
    }
    const bills = new Map<string, string>();
    for (const [name, metafile] of metafiles) {
      const bill = await billOfMaterials(root, metafile);
      files.set(`${name}.cdx.json`, bill);
      bills.set(name, Buffer.from(bill).toString());
    }
    if (advisories !== undefined) {
      files.set(ADVISORIES, Buffer.from(advisories));
      files.set('vex.cdx.json', Buffer.from(exploitability(advisories, bills, version)));
    }
    files.set(CHECKSUMS, Buffer.from(checksums(files)));
    return files;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
};

/** Writes a release into a folder, which must be empty or not there. */
export const writeRelease = async (outputFolder: string, options: ReleaseOptions): Promise<void> => {
  const files = await makeRelease(options);
  await mkdir(outputFolder, { recursive: true });
  for (const [name, content] of files) {
    await writeFile(join(outputFolder, name), content);
  }
};
