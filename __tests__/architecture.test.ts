import { brokenRules } from './helpers/house-rules';
import { readSources, type Sources } from './helpers/imports';

const PROJECT = readSources();

const TODAY = new Set(brokenRules(PROJECT));

/** What these files break beyond what the project breaks, so that each violation is told by itself. */
const newlyBroken = (sources: Sources): readonly string[] =>
  brokenRules(sources).filter((broken) => !TODAY.has(broken));

/** The project with one file changed, or added. */
const withFile = (path: string, text: string) => new Map(PROJECT).set(path, text);

test('the project keeps the rules of the house', () => {
  expect(PROJECT.size).toBeGreaterThan(300);
  expect(brokenRules(PROJECT)).toEqual([]);
});

describe('a planted violation is told', () => {
  const MOVER = 'functions/move-voicemail-to-s3';

  test.each([
    ['a function that imports infrastructure', `${MOVER}/planted.ts`, "import { App } from 'cdktf';"],
    [
      'a function that imports another function',
      `${MOVER}/planted.ts`,
      "import '../refresh-auth-token/handler';",
    ],
    [
      'a function that imports a tool',
      `${MOVER}/planted.ts`,
      "export * from '../../tools/local-cloud/clock';",
    ],
    [
      'what functions share that imports one of them',
      'functions/shared/planted.ts',
      `import '../../${MOVER}/handler';`,
    ],
    ['a contract that imports its function', `${MOVER}/contract/planted.ts`, "import '../handler';"],
    [
      'a module that goes past the contract',
      'modules/genesys-voicemail-to-s3/planted.ts',
      `import type { X } from '../../${MOVER}/errors';`,
    ],
    [
      'a module that takes the door of the commands',
      'modules/genesys-voicemail-to-s3/planted.ts',
      `import '../../${MOVER}/contract/operator';`,
    ],
    [
      'the construct that imports the app',
      'modules/genesys-voicemail-to-s3/planted.ts',
      "import '../deployment/errors';",
    ],
    [
      'a command that goes past the contract',
      'cli/planted.ts',
      `const late = () => import('../${MOVER}/handler');`,
    ],
    ['a command that imports a tool', 'cli/planted.ts', "import '../tools/local-cloud/clock';"],
    ['the app that imports a tool', 'main.ts', "import './tools/build/bundling';"],
    ['a tool that goes past the contract', 'tools/bench/planted.ts', `require('../../${MOVER}/handler');`],
    [
      'the local cloud that imports a fault run',
      'tools/local-cloud/planted.ts',
      "import '../fault-runs/command';",
    ],
  ])('%s', (_, path, text) => {
    const [told, ...more] = newlyBroken(withFile(path, text));
    expect(told).toMatch(new RegExp(`^${path} may not import `));
    expect(more).toEqual([]);
  });

  test('a circle, even of types alone', () => {
    const sources = withFile('cli/one.ts', "import type { Two } from './two';").set(
      'cli/two.ts',
      "export { one } from './one';",
    );
    expect(newlyBroken(sources)).toEqual(['a circle of imports: cli/one.ts -> cli/two.ts -> cli/one.ts']);
  });

  test('a crowded folder', () => {
    const sources = new Map(PROJECT);
    for (let index = 0; index < 16; index += 1) {
      sources.set(`cli/planted/${index}.ts`, '');
    }
    expect(newlyBroken(sources)).toEqual(['cli/planted holds 16 files, more than 15']);
  });

  test('a long file', () => {
    expect(newlyBroken(withFile('cli/planted.ts', '//\n'.repeat(401)))).toEqual([
      'cli/planted.ts has 401 lines, more than 400',
    ]);
  });
});
