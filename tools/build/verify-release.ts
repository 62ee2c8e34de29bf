import { join, resolve } from 'node:path';
import { Command } from 'commander';
import { ReleaseUnreadableError, verifyRelease } from './release';

const run = async (folder: string, { json }: { readonly json?: true }): Promise<void> => {
  try {
    const files = await verifyRelease(join(__dirname, '../..'), resolve(folder));
    const ok = files.every(({ verdict }) => verdict === 'equal');
    const lines = files.map(
      ({ file, verdict }) => `${verdict === 'equal' ? 'ok  ' : 'FAIL'}  ${file}: ${verdict}`,
    );
    process.stdout.write(`${json === true ? JSON.stringify({ ok, files }) : lines.join('\n')}\n`);
    process.exitCode = ok ? 0 : 1;
  } catch (error) {
    if (!(error instanceof ReleaseUnreadableError)) {
      throw error;
    }
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
};

void new Command('npm run verify-release --')
  .description(
    'Rebuilds a release from this checkout, which has to be that of its tag, and compares every byte. Exit code: 0 all equal, 1 something differs, 2 the folder holds no release.',
  )
  .argument('<folder>', 'the folder with the files of the release')
  .option('--json', 'print one JSON object on one line')
  .action(run)
  .parseAsync();
