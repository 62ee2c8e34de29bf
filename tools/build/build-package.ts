import { join } from 'node:path';
import { Command } from 'commander';
import { FunctionSourceMissingError } from './bundling';
import { ForeignTypeError, writePackage } from './package';

const run = async ({ json }: { readonly json?: true }): Promise<void> => {
  const { files } = await writePackage(join(__dirname, '../..'));
  const lines = files.map(
    ({ path, bytes }) => `${path.padEnd(32)}${bytes.toLocaleString('en-GB').padStart(12)} bytes`,
  );
  process.stdout.write(`${json === true ? JSON.stringify({ ok: true, files }) : lines.join('\n')}\n`);
};

const main = async (): Promise<void> => {
  const program = new Command('npm run build:package --')
    .description('Builds what the npm package holds; npm pack then makes the archive.')
    .option('--json', 'print one JSON object on one line')
    .action(run);
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof FunctionSourceMissingError || error instanceof ForeignTypeError)) {
      throw error;
    }
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
};

void main();
