import { join } from 'node:path';
import { buildFunctions, FunctionSourceMissingError } from '../../scripts/bundling';

/** Builds both functions once per jest run, so that every test drives the bundles that would be deployed. */
export default async (): Promise<void> => {
  try {
    await buildFunctions({ root: join(__dirname, '../..') });
  } catch (error) {
    if (!(error instanceof FunctionSourceMissingError)) {
      throw error;
    }
    process.stderr.write(`BUNDLES NOT BUILT: ${error.message}\n`);
  }
};
