import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildFunctions, ensureFunctionsBuilt, FUNCTION_NAMES } from '../../../tools/build/bundling';

const PACKAGE = 'node_modules/greeting/index.js';
const LOCKFILE = 'package-lock.json';

/** A checkout with tiny functions and one package, whose edits a build alone would not notice. */
const checkout = (): string => {
  const root = mkdtempSync(join(tmpdir(), 'ensure-built-'));
  mkdirSync(join(root, 'node_modules/greeting'), { recursive: true });
  writeFileSync(join(root, PACKAGE), "exports.greeting = 'first';\n");
  writeFileSync(join(root, LOCKFILE), '{}\n');
  for (const name of FUNCTION_NAMES) {
    mkdirSync(join(root, 'functions', name), { recursive: true });
    writeFileSync(
      join(root, 'functions', name, 'handler.ts'),
      "import { greeting } from 'greeting';\nexport const handler = () => greeting;\n",
    );
  }
  return root;
};

const bundleIn = (root: string): string =>
  readFileSync(join(root, 'dist/functions/move-voicemail-to-s3/index.js'), 'utf8');

/** Builds, and then changes what the sources do not show: whether it gets into the bundle tells whether there was a build. */
const builtBefore = async (): Promise<string> => {
  const root = checkout();
  await ensureFunctionsBuilt({ root });
  expect(bundleIn(root)).toContain('first');
  writeFileSync(join(root, PACKAGE), "exports.greeting = 'second';\n");
  return root;
};

test('bundles are left alone while neither sources nor installed packages nor they themselves have changed', async () => {
  const root = await builtBefore();
  await ensureFunctionsBuilt({ root });
  expect(bundleIn(root)).toContain('first');
});

test('an explicit build always builds', async () => {
  const root = await builtBefore();
  await buildFunctions({ root });
  expect(bundleIn(root)).toContain('second');
});

test.each([
  ['a changed source', 'functions/move-voicemail-to-s3/handler.ts', '// changed\n'],
  ['a new file beside the sources', 'functions/greeting.ts', 'export {};\n'],
  ['a change of how functions are bundled', 'tools/build/bundling/bundle.ts', '// changed\n'],
  ['another version of a package', LOCKFILE, '\n'],
  ['a damaged bundle', 'dist/functions/move-voicemail-to-s3/index.js', '// damaged\n'],
  ['a damaged zip', 'dist/functions/refresh-auth-token.zip', 'damaged'],
])('%s leads to a build', async (_, path, text) => {
  const root = await builtBefore();
  mkdirSync(join(root, path, '..'), { recursive: true });
  appendFileSync(join(root, path), text);
  await ensureFunctionsBuilt({ root });
  expect(bundleIn(root)).toContain('second');
  expect(bundleIn(root)).not.toContain('damaged');
});

test('an edit while the functions are built is not taken for built', async () => {
  const root = checkout();
  const build = ensureFunctionsBuilt({ root });
  appendFileSync(join(root, 'functions/move-voicemail-to-s3/handler.ts'), 'export const late = 1;\n');
  await build;
  writeFileSync(join(root, PACKAGE), "exports.greeting = 'second';\n");
  await ensureFunctionsBuilt({ root });
  expect(bundleIn(root)).toContain('second');
});
