import { Argument, Command, Option } from 'commander';
import type { CommonOptions, Surroundings } from '../command';
import { EXIT_CODE } from '../errors';
import { type CommandPolicy, policyDocument } from '../policy';
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

/** `policy`, which needs the outputs file and no AWS. */
export const policyCommand = ({ finish }: Surroundings): Command =>
  new Command('policy')
    .description(
      'Prints the least-privilege IAM policy that the user of a command needs, with the ARNs of your deployment.',
    )
    .addArgument(new Argument('<command>', 'the command').choices(Object.keys(COMMAND_POLICIES)))
    .addOption(
      new Option('--outputs <file>', 'what "terraform output -json" or "cdktf deploy --outputs-file" wrote')
        .env('GENESYS_VOICEMAIL_OUTPUTS')
        .default('outputs.json'),
    )
    .option('--deployment <name>', 'which one of the file')
    .option('--placeholders', 'without an outputs file: names of outputs in <> in the place of ARNs')
    .option('--json', 'print {"ok", "policy"} on one line')
    .action(async (name: string, options: CommonOptions & { readonly placeholders?: true }) => {
      const policy: CommandPolicy = COMMAND_POLICIES[name] ?? (() => []);
      const { readOutputs, regionOf } = await import('../deployment');
      const outputs =
        options.placeholders === true ? undefined : readOutputs(options.outputs, options.deployment);
      const document = policyDocument(
        policy,
        outputs === undefined ? undefined : { ...outputs, region: regionOf(outputs) },
      );
      finish(
        { text: document, json: { ok: true, policy: JSON.parse(document) }, exitCode: EXIT_CODE.done },
        options.json === true,
      );
    });
