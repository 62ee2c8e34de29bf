import { Argument, Command, Option } from 'commander';
import { type CommonOptions, type Surroundings, usage } from '../command';
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
  new Command('policy')
    .description(
      'Prints the least-privilege IAM policy that the user of a command needs, with the ARNs of your deployment; or, for deploy, that of the role that applies the deployment, from what synth wrote.',
    )
    .addArgument(new Argument('<command>', 'the command').choices([...Object.keys(COMMAND_POLICIES), DEPLOY]))
    .addOption(
      new Option('--outputs <file>', 'what "terraform output -json" or "cdktf deploy --outputs-file" wrote')
        .env('GENESYS_VOICEMAIL_OUTPUTS')
        .default('outputs.json'),
    )
    .option('--deployment <name>', 'which one of the file')
    .option('--placeholders', 'without an outputs file: names of outputs in <> in the place of ARNs')
    .option('--stacks <folder>', 'for deploy: the folder that synth wrote', 'cdktf.out')
    .option('--json', 'print {"ok", "policy"} on one line')
    .action(async (name: string, options: Options) => {
      const text = name === DEPLOY ? await deployingDocument(options) : await commandDocument(name, options);
      finish(
        { text, json: { ok: true, policy: JSON.parse(text) }, exitCode: EXIT_CODE.done },
        options.json === true,
      );
    });
