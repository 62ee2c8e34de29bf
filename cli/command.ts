import { Command, InvalidArgumentError, Option } from 'commander';
import * as v from 'valibot';
import { genesysId } from '../functions/shared/genesys-id';
import type { Deployment } from './deployment';
import { EXIT_CODE, OperatorError } from './errors';
import { type CommandPolicy, policyDocument } from './policy';
import type { CommandResult, Terminal } from './terminal';

/** What the program needs of the process around it. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Takes the result of the command, once it is done. */
  finish(result: CommandResult, json: boolean): void;
}

/** The options of every command. */
export interface CommonOptions {
  readonly outputs: string;
  readonly deployment?: string;
  readonly json?: true;
}

/** The environment variable that says where the outputs are. */
const OUTPUTS_VARIABLE = 'GENESYS_VOICEMAIL_OUTPUTS';

const EXIT_CODES = `
Exit codes:
  0    done, and everything held
  1    something failed; standard error says what, and what to do
  2    the command line, the outputs file or the input is wrong; nothing was done
  3    doctor has findings
  4    part of the work was done and part was not
  130  stopped with Ctrl-C; what was done stays done`;

/** An id of Genesys Cloud. */
export const uuid = (text: string): string => {
  const parsed = v.safeParse(genesysId, text);
  if (!parsed.success) {
    throw new InvalidArgumentError('expected a UUID.');
  }
  return parsed.output;
};

const DATE = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/;

/** A day, or a moment, in UTC. @returns epoch milliseconds */
export const utcDate = (text: string): number => {
  const parsed = DATE.test(text) ? Date.parse(text) : Number.NaN;
  // JavaScript takes the 31st of November for the 1st of December.
  if (Number.isNaN(parsed) || !new Date(parsed).toISOString().startsWith(text.slice(0, 10))) {
    throw new InvalidArgumentError('expected a date in UTC, such as 2026-11-23 or 2026-11-23T08:00:00Z.');
  }
  return parsed;
};

/** What the options say together makes no sense. */
export const usage = (message: string): OperatorError =>
  new OperatorError('UsageWrong', message, EXIT_CODE.usage);

/** A command that works on one deployment. */
export const deploymentCommand = (name: string, summary: string, policy: CommandPolicy): Command =>
  new Command(name)
    .description(summary)
    .addOption(
      new Option('--outputs <file>', 'what "terraform output -json" or "cdktf deploy --outputs-file" wrote')
        .env(OUTPUTS_VARIABLE)
        .default('outputs.json'),
    )
    .option(
      '--deployment <name>',
      'which deployment, where the outputs file holds several: a stack, or stack/output of one with several instances',
    )
    .option('--json', 'print one JSON object as the last line of standard output')
    .addHelpText(
      'after',
      `${EXIT_CODES}\n\nIts user needs this IAM policy (names in <> are outputs of the deployment):\n\n${policyDocument(policy)}`,
    );

/** Opens the deployment, runs the command on it, and closes what was opened. The SDK is loaded here, so that help is quick. */
export const onDeployment =
  <Options extends CommonOptions>(
    { finish }: Surroundings,
    run: (deployment: Deployment, options: Options) => Promise<CommandResult>,
  ) =>
  async (options: Options): Promise<void> => {
    const { createAwsClients, destroyClients, readOutputs, regionOf } = await import('./deployment');
    const outputs = readOutputs(options.outputs, options.deployment);
    const aws = createAwsClients({ region: regionOf(outputs) });
    try {
      finish(await run({ outputs, aws }, options), options.json === true);
    } finally {
      destroyClients(aws);
    }
  };
