import { join } from 'node:path';
import { DeploymentInvalidError } from './modules/deployment/errors';
import { synthesize } from './modules/deployment/synthesize';

/** The cdktf app: one stack per file in `deployments/`. `npm run synth` and cdktf's own commands run it. */
const main = (): void => {
  try {
    const { stacks, warnings } = synthesize({
      deploymentsFolder: process.env['DEPLOYMENTS_DIR'] ?? join(__dirname, 'deployments'),
      // cdktf's commands say where they look.
      outputFolder: process.env['CDKTF_OUTDIR'] ?? join(__dirname, 'cdktf.out'),
    });
    for (const warning of warnings) {
      process.stderr.write(`warning: ${warning}\n`);
    }
    process.stdout.write(`synthesized ${stacks.join(', ')}\n`);
  } catch (error) {
    if (!(error instanceof DeploymentInvalidError)) {
      throw error;
    }
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  }
};

main();
