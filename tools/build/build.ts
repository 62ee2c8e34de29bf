import { join } from 'node:path';
import { Command } from 'commander';
import { type BuiltFunction, buildFunctions, FunctionSourceMissingError } from './bundling';

const table = (functions: readonly BuiltFunction[]): string => {
  const number = (bytes: number): string => bytes.toLocaleString('en-GB').padStart(12);
  return [
    `${'function'.padEnd(24)}${'index.js'.padStart(12)}${'zip'.padStart(12)}  bytes`,
    ...functions.map(
      ({ name, bundleBytes, zipBytes }) => `${name.padEnd(24)}${number(bundleBytes)}${number(zipBytes)}`,
    ),
  ].join('\n');
};

const run = async ({ json }: { readonly json?: true }): Promise<void> => {
  const functions = await buildFunctions({ root: join(__dirname, '../..') });
  const sizes = functions.map(({ metafile: _record, ...rest }) => rest);
  process.stdout.write(
    `${json === true ? JSON.stringify({ ok: true, functions: sizes }) : table(functions)}\n`,
  );
};

const main = async (): Promise<void> => {
  const program = new Command('npm run build --')
    .description('Bundles both functions into dist/functions/<name>/index.js and dist/functions/<name>.zip.')
    .option('--json', 'print one JSON object on one line')
    .action(run);
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof FunctionSourceMissingError)) {
      throw error;
    }
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
};

void main();
