import { Command, InvalidArgumentError, Option } from 'commander';
import * as v from 'valibot';
import { genesysId } from '../functions/shared/genesys-id';
import type { Deployment } from './deployment';
import { EXIT_CODE, OperatorError } from './errors';
import type { CommandResult, Terminal } from './terminal';

/** The parts of the process that the program uses. */
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
  readonly profile?: string;
  readonly region?: string;
  readonly json?: true;
}

/** How a command explains itself. */
export interface CommandWords {
  /** One sentence. */
  readonly summary: string;
  /** Shown below the options. */
  readonly details?: string;
  /** Command lines without the program's name, of what one does most; each is a whole one. */
  readonly examples: readonly string[];
}

/** The environment variable that says where the outputs are. */
const OUTPUTS_VARIABLE = 'GENESYS_VOICEMAIL_OUTPUTS';

const EXIT_CODES = `
Exit codes: 0 done, 1 failed, 2 wrong usage or outputs, 3 findings of doctor, 4 part done,
5 AWS credentials, 6 nothing found, 130 Ctrl-C. With --json every failure answers in JSON, too.`;

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

/** Makes the error for options that contradict each other. */
export const usage = (message: string): OperatorError =>
  new OperatorError('UsageWrong', message, EXIT_CODE.usage);

/** A command that works on one deployment. */
export const deploymentCommand = (name: string, { summary, details, examples }: CommandWords): Command =>
  new Command(name)
    .summary(summary)
    .description(details === undefined ? summary : `${summary}\n\n${details}`)
    .addOption(
      new Option('--outputs <file>', 'what "terraform output -json" or "cdktf deploy --outputs-file" wrote')
        .env(OUTPUTS_VARIABLE)
        .default('outputs.json'),
    )
    .option('--deployment <name>', 'which one of the file: a stack, or stack/output of one with several')
    .option('--profile <name>', 'AWS profile, as AWS_PROFILE')
    .option('--region <region>', 'refuse a deployment in another AWS region')
    .option('--json', 'print one JSON object as the last line of standard output')
    .addHelpText(
      'after',
      [
        '',
        'Examples:',
        ...examples.map((example) => `  genesys-voicemail ${example}`),
        EXIT_CODES,
        `IAM policy: genesys-voicemail policy ${name}`,
      ].join('\n'),
    );

/** Takes the credentials of an AWS profile. */
export const useProfile = (profile: string | undefined): void => {
  if (profile !== undefined) {
    // Where the SDK and every message look for it.
    process.env['AWS_PROFILE'] = profile;
  }
};

/**
 * Opens the deployment, says where it is and who works on it, runs the command, and closes what was opened. The SDK is
 * loaded here, so that help is quick.
 */
export const onDeployment =
  <Options extends CommonOptions>(
    { finish, terminal }: Surroundings,
    run: (deployment: Deployment, options: Options) => Promise<CommandResult>,
  ) =>
  async (options: Options): Promise<void> => {
    const { createAwsClients, destroyClients, findPlace, placeLine, readInstance, regionOf } = await import(
      './deployment'
    );
    const { name, outputs } = readInstance(options.outputs, options.deployment);
    const region = regionOf(outputs);
    if (options.region !== undefined && options.region !== region) {
      throw usage(`the deployment is in ${region}, not in ${options.region}`);
    }
    useProfile(options.profile);
    const aws = createAwsClients({ region });
    try {
      const place = await findPlace(aws, outputs, name);
      terminal.say(placeLine(place));
      const result = await run({ outputs, aws, place }, options);
      finish({ ...result, json: { ...place, ...result.json } }, options.json === true);
    } finally {
      destroyClients(aws);
    }
  };
