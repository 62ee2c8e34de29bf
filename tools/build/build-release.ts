import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { AdvisoriesUnreadableError, writeRelease } from './release';

const root = join(__dirname, '../..');

interface Options {
  readonly output: string;
  readonly advisories?: string;
}

const run = async ({ output, advisories }: Options): Promise<void> => {
  const folder = resolve(output);
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    process.stderr.write(`${output} is not empty; a release is written into a folder of its own\n`);
    process.exitCode = 2;
    return;
  }
  try {
    await writeRelease(folder, {
      root,
      ...(advisories === undefined ? {} : { advisories: readFileSync(advisories, 'utf8') }),
    });
  } catch (error) {
    if (!(error instanceof AdvisoriesUnreadableError)) {
      throw error;
    }
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
    return;
  }
  process.stdout.write(readFileSync(join(folder, 'SHA256SUMS')));
};

void new Command('npm run build:release --')
  .description(
    'Makes every file of a release: npm package, Terraform module, zips, bills of materials, checksums.',
  )
  .option('--output <folder>', 'an empty folder', 'dist/release')
  .option(
    '--advisories <file>',
    'what "npm audit --json" printed; the release then says which of it cannot affect it',
  )
  .action(run)
  .parseAsync();
