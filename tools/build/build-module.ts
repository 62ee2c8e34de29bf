import { join } from 'node:path';
import { Command } from 'commander';
import { buildFunctions, FunctionSourceMissingError } from './bundling';
import { EditFailedError, writeModule } from './hcl-module';

const root = join(__dirname, '../..');

const run = async ({ json }: { readonly json?: true }): Promise<void> => {
  await buildFunctions({ root });
  await writeModule({ root });
  const folder = 'dist/terraform-module';
  process.stdout.write(`${json === true ? JSON.stringify({ ok: true, folder }) : `wrote ${folder}`}\n`);
};

const main = async (): Promise<void> => {
  const program = new Command('npm run build:module --')
    .description('Writes the Terraform module for users of plain HCL into dist/terraform-module.')
    .option('--json', 'print one JSON object on one line')
    .action(run);
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof FunctionSourceMissingError || error instanceof EditFailedError)) {
      throw error;
    }
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
};

void main();
