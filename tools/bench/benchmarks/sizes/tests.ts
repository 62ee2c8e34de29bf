import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Benchmark } from '../../benchmark';

/** The project's tests did not pass, so that their time would be that of something else. */
export class TestsFailedError extends Error {
  override readonly name = 'TestsFailedError';

  constructor(output: string) {
    super(`the tests did not pass:\n${output.trim().slice(-2_000)}`);
  }
}

const runTests = (projectFolder: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const startMs = performance.now();
    const child = spawn(process.execPath, [join(projectFolder, 'node_modules/jest/bin/jest.js')], {
      cwd: projectFolder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
    child.once('error', reject);
    child.once('close', (code) =>
      code === 0 ? resolve(performance.now() - startMs) : reject(new TestsFailedError(output)),
    );
  });

/** All tests of the project, once, on every core that jest takes. */
export const tests: Benchmark = {
  name: 'tests',
  title: 'Every test: time',
  onlyWhenNamed: true,
  run: async ({ projectFolder, onProgress }) => {
    onProgress('tests: jest');
    const ms = await runTests(projectFolder);
    return [{ name: 'tests/time', title: 'Every test: time', unit: 'ms', samples: { ours: [ms] } }];
  },
};
