import { join } from 'node:path';
import { DeploymentInvalidError } from './modules/deployment/errors';
import { fileProblem } from './modules/deployment/file-problem';
import { synthesize } from './modules/deployment/synthesize';

/** The cdktf app: one stack per file in `deployments/`. `npm run synth` and cdktf's own commands run it. */
const main = (): void => {
  try {
    // A variable that is set and empty counts as none.
    const { stacks, warnings } = synthesize({
      deploymentsFolder: process.env['DEPLOYMENTS_DIR'] || join(__dirname, 'deployments'),
      // cdktf's commands say where they look.
      outputFolder: process.env['CDKTF_OUTDIR'] || join(__dirname, 'cdktf.out'),
    });
    for (const warning of warnings) {
      process.stderr.write(`warning: ${warning}\n`);
    }
    process.stdout.write(`synthesized ${stacks.join(', ')}\n`);
  } catch (error) {
    const problem = error instanceof DeploymentInvalidError ? error.message : fileProblem(error);
    if (problem === undefined) {
      throw error;
    }
    process.stderr.write(`${problem}\n`);
    process.exitCode = 1;
  }
};

main();
