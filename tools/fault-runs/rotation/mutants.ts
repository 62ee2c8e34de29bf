import { Command } from 'commander';
import type { CaseResult } from './evaluate';
import { explore } from './exploration';
import { bundleWith } from './mutant-bundle';
import { MUTATIONS } from './mutations';
import { WorkerPool } from './worker-pool';

/** Every single fault under every response: enough to miss any of the safeguards. */
const exploreSingles = async (code: string): Promise<readonly CaseResult[]> => {
  const pool = new WorkerPool(code);
  try {
    return await explore(
      { kind: 'singles' },
      (cases) => pool.run(cases),
      () => {},
    );
  } finally {
    await pool.close();
  }
};

const main = async (): Promise<void> => {
  new Command('npm run faults:rotation:mutants')
    .description(
      'Shows that the checks of faults:rotation can fail: takes one safeguard at a time out of a copy of the rotation ' +
        'function, and runs every single fault. Each time some case has to fail, and none without a change.',
    )
    .parse();
  let isWell = true;
  for (const mutation of [undefined, ...MUTATIONS]) {
    const results = await exploreSingles(await bundleWith(mutation));
    const failed = results.filter(({ failures }) => failures.length > 0);
    const checks = [...new Set(failed.flatMap(({ failures }) => failures))].sort().join(', ');
    const isAsExpected = mutation === undefined ? failed.length === 0 : failed.length > 0;
    isWell &&= isAsExpected;
    process.stdout.write(
      `${isAsExpected ? 'ok  ' : 'FAIL'}  ${mutation?.name ?? 'unchanged'}: ${failed.length} of ${results.length} cases fail` +
        `${checks === '' ? '' : ` (${checks})`}${mutation === undefined ? '' : ` - ${mutation.effect}`}\n`,
    );
  }
  process.exitCode = isWell ? 0 : 1;
};

// The SDK says on every start that it will leave Node 20 in 2027; the lockfile holds the version that does not.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
void main();
