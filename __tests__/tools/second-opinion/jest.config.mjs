import { shared } from '../../../jest.config.mjs';

/** The runner builds the bundles once for all; these files are named so that the project's own run passes them by. @type {import('jest').Config} */
export default {
  ...shared,
  rootDir: '../../..',
  testMatch: ['**/second-opinion/*.scenarios.ts', '**/contract/secrets-manager.test.ts'],
  testTimeout: 60_000,
};
