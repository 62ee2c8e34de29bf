import { Argument, type Command } from 'commander';
import { type CommonOptions, describedCommand, outputsOption, type Surroundings, usage } from '../command';
import { EXIT_CODE } from '../errors';
import { type CommandPolicy, documentOf, policyDocument } from '../policy';
import { authorizePolicy } from './authorize/policy';
import { backfillPolicy } from './backfill/command';
import { doctorPolicy } from './doctor/command';
import { erasePolicy } from './erase/command';
import { findPolicy } from './find/command';
import { healPolicy } from './heal/command';
import { probePolicy } from './probe/command';
import { redrivePolicy } from './redrive/command';

/** The rights that the user of each command needs. */
export const COMMAND_POLICIES: Readonly<Record<string, CommandPolicy>> = {
  authorize: authorizePolicy,
  doctor: doctorPolicy,
  heal: healPolicy,
  backfill: backfillPolicy,
  redrive: redrivePolicy,
  find: findPolicy,
  erase: erasePolicy,
  probe: probePolicy,
};

/** The name that stands for no command: the role that applies the deployment. */
const DEPLOY = 'deploy';

interface Options extends CommonOptions {
  readonly placeholders?: true;
  readonly stacks: string;
}

/** The policy of the role that applies a deployment, from what `synth` wrote. */
const deployingDocument = async ({ deployment, stacks }: Options): Promise<string> => {
  if (deployment === undefined) {
    throw usage('policy deploy needs --deployment, the name of a deployment file');
  }
  const { deployingPolicy, readStack } = await import('./deploying-role/policy');
  return documentOf(deployingPolicy(readStack(stacks, deployment)));
};

/** The policy of a command's user, from the outputs of a deployment. */
const commandDocument = async (name: string, options: Options): Promise<string> => {
  const policy: CommandPolicy = COMMAND_POLICIES[name] ?? (() => []);
  if (options.placeholders === true) {
    return policyDocument(policy);
  }
  const { readOutputs, regionOf } = await import('../deployment');
  const outputs = readOutputs(options.outputs, options.deployment);
  return policyDocument(policy, { ...outputs, region: regionOf(outputs) });
};

/** `policy`, which needs the outputs file or a synthesized stack, and no AWS. */
export const policyCommand = ({ finish }: Surroundings): Command =>
  describedCommand('policy', {
    summary: "Prints the least-privilege IAM policy of a command's user",
    details:
      'It has the ARNs of your deployment. For deploy it is that of the role that applies what synth wrote.',
    examples: ['policy find', 'policy erase --placeholders', 'policy deploy --deployment production'],
  })
    .addArgument(new Argument('<command>', 'the command').choices([...Object.keys(COMMAND_POLICIES), DEPLOY]))
    .addOption(outputsOption())
    .option('--deployment <name>', 'which one, where there are several')
    .option('--placeholders', 'without outputs: their names in <> for the ARNs')
    .option('--stacks <folder>', 'for deploy: what synth wrote', 'cdktf.out')
    .option('--json', 'print one JSON object on the last line')
    .action(async (name: string, options: Options) => {
      const text = name === DEPLOY ? await deployingDocument(options) : await commandDocument(name, options);
      finish(
        { text, json: { ok: true, policy: JSON.parse(text) }, exitCode: EXIT_CODE.done },
        options.json === true,
      );
    });
