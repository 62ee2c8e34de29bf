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
  /** A sentence of at most 64 characters, without its stop: it stands on one line of the program's help, too. */
  readonly summary: string;
  /** Shown above the options. */
  readonly details?: string;
  /** Command lines without the program's name, of what one does most: at most three, of at most 60 characters. */
  readonly examples: readonly string[];
  /** Shown at the end. @default that `policy` prints the rights of the command's user, and where the exit codes are */
  readonly notes?: readonly string[];
}

/** The environment variable that says where the outputs are. */
const OUTPUTS_VARIABLE = 'GENESYS_VOICEMAIL_OUTPUTS';

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

/** Where every exit code is explained. */
export const EXIT_CODES_NOTE = 'Exit codes: genesys-voicemail --help';

/** A command whose help fits a screen of 80 columns. */
export const describedCommand = (
  name: string,
  { summary, details, examples, notes = [EXIT_CODES_NOTE] }: CommandWords,
): Command =>
  new Command(name)
    .summary(summary)
    .description(details === undefined ? `${summary}.` : `${summary}. ${details}`)
    .addHelpText(
      'after',
      ['', 'Examples:', ...examples.map((line) => `  genesys-voicemail ${line}`), '', ...notes].join('\n'),
    );

/** `--outputs`; an empty variable, as a pipeline sets it for a value that is not there, counts as none. */
export const outputsOption = (): Option =>
  new Option('--outputs <file>', "Terraform's outputs").default(
    process.env[OUTPUTS_VARIABLE] || 'outputs.json',
  );

/** A command that works on one deployment. */
export const deploymentCommand = (name: string, words: CommandWords): Command =>
  describedCommand(name, {
    notes: [EXIT_CODES_NOTE, `IAM policy: genesys-voicemail policy ${name}`],
    ...words,
  })
    .addOption(outputsOption())
    .option('--deployment <name>', 'which one, where the file holds several')
    .option('--profile <name>', 'AWS profile, as AWS_PROFILE')
    .option('--region <region>', 'refuse a deployment in another AWS region')
    .option('--json', 'print one JSON object on the last line');

/** Takes the credentials of an AWS profile. */
export const useProfile = (profile: string | undefined): void => {
  if (profile !== undefined && profile !== '') {
    // Where the SDK and every message look for it.
    process.env['AWS_PROFILE'] = profile;
    // The SDK takes the profile as well, and says so in seven lines; the first line of a command says who calls.
    for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']) {
      delete process.env[name];
    }
  }
};

/** How a person named the deployment, for the next command: what differs from the defaults. */
const flagsOf = ({ outputs, deployment, profile }: CommonOptions): string =>
  Object.entries({
    '--outputs': outputs === outputsOption().defaultValue ? undefined : outputs,
    '--deployment': deployment,
    '--profile': profile,
  })
    .flatMap(([flag, value]) => (value === undefined ? [] : [` ${flag} ${inShell(value)}`]))
    .join('');

const inShell = (word: string): string =>
  /^[\w./:@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;

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
    useProfile(options.profile ?? process.env['AWS_PROFILE']);
    const aws = createAwsClients({ region });
    try {
      const place = await findPlace(aws, outputs, name);
      terminal.say(placeLine(place));
      const result = await run({ outputs, aws, place, flags: flagsOf(options) }, options);
      finish({ ...result, json: { ...place, ...result.json } }, options.json === true);
    } finally {
      destroyClients(aws);
    }
  };
