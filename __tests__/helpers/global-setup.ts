import { join } from 'node:path';
import { buildFunctions } from '../../tools/build/bundling';

/** Builds both functions once per jest run, so that every test drives the bundles that would be deployed. */
export default async (): Promise<void> => {
  await buildFunctions({ root: join(__dirname, '../..') });
};
