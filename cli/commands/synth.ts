import type { Command } from 'commander';
import { describedCommand, type Surroundings } from '../command';
import { applyCommand } from '../deployment/next-steps';
import { EXIT_CODE, OperatorError } from '../errors';

/** `synth`, which needs no AWS, no Terraform and no network. */
export const synthCommand = ({ terminal, finish }: Surroundings): Command =>
  describedCommand('synth', {
    summary: 'Writes the Terraform stack of each deployment file',
    details: 'They go to cdktf.out/stacks, as with "npm run synth" in a checkout.',
    examples: ['synth', 'synth --folder deployments --json'],
  })
    .option('--folder <path>', 'where the deployment files are', 'deployments')
    .option('--json', 'print one JSON object on the last line')
    .action(async ({ folder, json }: { readonly folder: string; readonly json?: true }) => {
      const { synthesize } = await import('../../modules/deployment/synthesize');
      const { DeploymentInvalidError } = await import('../../modules/deployment/errors');
      try {
        const { stacks, warnings } = synthesize({ deploymentsFolder: folder, outputFolder: 'cdktf.out' });
        for (const warning of warnings) {
          terminal.say(`warning: ${warning}`);
        }
        const next = stacks.map((stack) => applyCommand(stack, stacks.length === 1));
        finish(
          {
            text: [`Synthesized ${stacks.join(', ')}. Next:`, '', ...next.map((line) => `  ${line}`)].join(
              '\n',
            ),
            json: { ok: true, stacks, warnings, next },
            exitCode: EXIT_CODE.done,
          },
          json === true,
        );
      } catch (error) {
        throw error instanceof DeploymentInvalidError
          ? new OperatorError('DeploymentInvalid', error.message, EXIT_CODE.usage)
          : error;
      }
    });
