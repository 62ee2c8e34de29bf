// The SDK says on every start that it will leave Node 20 in 2027; the lockfile holds the version that does not.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

// Packages that ship ES modules only: jest runs CommonJS, so swc has to translate them too.
const esmOnly = ['node-fetch', 'fetch-blob', 'formdata-polyfill', 'data-uri-to-buffer'];

/** What every project of tests shares. @type {import('jest').ProjectConfig} */
export const shared = {
  testEnvironment: 'node',
  roots: ['<rootDir>/__tests__'],
  transform: {
    '\\.[cm]?[jt]s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmOnly.join('|')})/)`],
  // cdktf notes a stack trace with every token, which jest maps to sources each time: a third of what a synthesis costs here.
  moduleNameMapper: { '/private/stack-trace$': '<rootDir>/__tests__/helpers/no-stack-trace.ts' },
};

const wholeRun = {
  globalSetup: '<rootDir>/__tests__/helpers/global-setup.ts',
  globalTeardown: '<rootDir>/__tests__/helpers/global-teardown.ts',
};

/** @type {import('jest').Config} */
export default {
  // `npm test -- --selectProjects product` is the quick answer while one works; `npm test` runs both.
  projects: [
    {
      ...shared,
      displayName: 'product',
      ...wholeRun,
      testMatch: ['**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '<rootDir>/__tests__/tools/'],
    },
    { ...shared, displayName: 'tools', ...wholeRun, testMatch: ['<rootDir>/__tests__/tools/**/*.test.ts'] },
  ],
  // Of the whole run: within a project it is not read.
  testTimeout: 30_000,
  // Most tests wait for a server or a process, so even two cores serve more than two of them.
  maxWorkers: 5,
};
