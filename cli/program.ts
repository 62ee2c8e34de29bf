import { Command, InvalidArgumentError, Option } from 'commander';
import * as v from 'valibot';
import { FAILURE_CLASSES } from '../functions/move-voicemail-to-s3/failure-class';
import { genesysId } from '../functions/move-voicemail-to-s3/genesys-id';
import { authorize, authorizePolicy, CLIENT_VARIABLES, REDIRECT, redirectUriOf } from './authorize';
import { backfill, backfillPolicy } from './backfill';
import { CRASHED, UNDELIVERED } from './dead-letters';
import { createAwsClients, type Deployment, destroyClients, readOutputs, regionOf } from './deployment';
import { doctor, doctorPolicy } from './doctor';
import { erase, erasePolicy } from './erase';
import { EXIT_CODE, OperatorError } from './errors';
import { find, findPolicy } from './find';
import { type CommandPolicy, policyDocument } from './policy';
import { redrive, redrivePolicy } from './redrive';
import type { CommandResult, Terminal } from './terminal';

/** What the program needs of the process around it. */
export interface Surroundings {
  readonly terminal: Terminal;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Takes the result of the command, once it is done. */
  finish(result: CommandResult, json: boolean): void;
}

interface CommonOptions {
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

const wholeNumber =
  (minimum: number, maximum: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < minimum || value > maximum) {
      throw new InvalidArgumentError(`expected a whole number from ${minimum} to ${maximum}.`);
    }
    return value;
  };

/** An id of Genesys Cloud. */
const uuid = (text: string): string => {
  const parsed = v.safeParse(genesysId, text);
  if (!parsed.success) {
    throw new InvalidArgumentError('expected a UUID.');
  }
  return parsed.output;
};

const DATE = /^\d{4}-\d{2}-\d{2}(T[\d:.]+Z)?$/;

/** A day, or a moment, in UTC. @returns epoch milliseconds */
const utcDate = (text: string): number => {
  const parsed = DATE.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(parsed)) {
    throw new InvalidArgumentError('expected a date in UTC, such as 2026-11-23 or 2026-11-23T08:00:00Z.');
  }
  return parsed;
};

const usage = (message: string): OperatorError => new OperatorError('UsageWrong', message, EXIT_CODE.usage);

/** A command that works on one deployment. */
const deploymentCommand = (name: string, summary: string, policy: CommandPolicy): Command =>
  new Command(name)
    .description(summary)
    .addOption(
      new Option('--outputs <file>', 'what "cdktf deploy --outputs-file" or "terraform output -json" wrote')
        .env(OUTPUTS_VARIABLE)
        .default('outputs.json'),
    )
    .option('--deployment <name>', 'which deployment, where the outputs file holds several')
    .option('--json', 'print one JSON object as the last line of standard output')
    .addHelpText(
      'after',
      `${EXIT_CODES}\n\nIts user needs this IAM policy (names in <> are outputs of the deployment):\n\n${policyDocument(policy)}`,
    );

/** Opens the deployment, runs the command on it, and closes what was opened. */
const onDeployment =
  <Options extends CommonOptions>(
    { finish }: Surroundings,
    run: (deployment: Deployment, options: Options) => Promise<CommandResult>,
  ) =>
  async (options: Options): Promise<void> => {
    const outputs = readOutputs(options.outputs, options.deployment);
    const aws = createAwsClients({ region: regionOf(outputs) });
    try {
      finish(await run({ outputs, aws }, options), options.json === true);
    } finally {
      destroyClients(aws);
    }
  };

interface AuthorizeArguments extends CommonOptions {
  readonly port: number;
  readonly browser: boolean;
  readonly clientFromStdin?: true;
  readonly tokensFromStdin?: true;
}

const authorizeCommand = (surroundings: Surroundings): Command =>
  deploymentCommand(
    'authorize',
    'Logs the Genesys service user in once and stores the token pair, then has it rotated once to prove the chain.\n\n' +
      `The OAuth client needs the grant type Code Authorization and the authorized redirect URI ${redirectUriOf(REDIRECT.defaultPort)}. ` +
      `Its id and secret are asked for, or taken from ${CLIENT_VARIABLES.id} and ${CLIENT_VARIABLES.secret}.`,
    authorizePolicy,
  )
    .addOption(
      new Option('--port <number>', 'port of the redirect URI; the OAuth client has to know the URI with it')
        .argParser(wholeNumber(1, 65_535))
        .default(REDIRECT.defaultPort),
    )
    .option('--no-browser', 'print the login URL only; open it in a browser on this machine')
    .option('--client-from-stdin', 'read {"clientId", "clientSecret"} from standard input')
    .option(
      '--tokens-from-stdin',
      'no login: read {"clientId", "clientSecret", "accessToken", "refreshToken"} from standard input',
    )
    .action(
      onDeployment<AuthorizeArguments>(
        surroundings,
        (deployment, { port, browser, clientFromStdin, tokensFromStdin }) =>
          authorize(deployment, surroundings.terminal, surroundings.environment, {
            port,
            noBrowser: !browser,
            clientFromStdin: clientFromStdin === true,
            tokensFromStdin: tokensFromStdin === true,
          }),
      ),
    );

const doctorCommand = (surroundings: Surroundings): Command =>
  deploymentCommand(
    'doctor',
    'Looks at each link of the chain from Genesys Cloud to the archive, changes nothing, and says what to do about each finding.\n\n' +
      'To tell dead letters by class it receives up to 100 of each queue and gives them back at once.',
    doctorPolicy,
  ).action(
    onDeployment<CommonOptions>(surroundings, (deployment) => doctor(deployment, surroundings.terminal)),
  );

interface BackfillArguments extends CommonOptions {
  readonly queue: string;
  readonly since?: number;
  readonly dryRun?: true;
}

const backfillCommand = (surroundings: Surroundings): Command =>
  deploymentCommand(
    'backfill',
    'Moves the voicemail that a queue held before the deployment: sends the deployed function a message for each that the archive lacks. ' +
      'It may be stopped and started again at any time.',
    backfillPolicy,
  )
    .addOption(new Option('--queue <id>', 'the Genesys queue').argParser(uuid).makeOptionMandatory())
    .addOption(
      new Option('--since <date>', 'leave older voicemail out; a day or a moment in UTC').argParser(utcDate),
    )
    .option('--dry-run', 'only say what would be sent')
    .action(
      onDeployment<BackfillArguments>(surroundings, (deployment, { queue, since, dryRun }) =>
        backfill(deployment, surroundings.terminal, {
          queueId: queue,
          sinceMs: since,
          dryRun: dryRun === true,
        }),
      ),
    );

interface RedriveArguments extends CommonOptions {
  readonly class?: readonly string[];
  readonly limit: number;
  readonly dryRun?: true;
}

const redriveCommand = (surroundings: Surroundings): Command =>
  deploymentCommand(
    'redrive',
    'Sends dead letters back to the events queue, after showing them by class. It receives, sends, then deletes: stopped in between it loses nothing, ' +
      'and what it still holds comes back after 15 minutes.',
    redrivePolicy,
  )
    .addOption(
      new Option('--class <class...>', 'only these classes').choices([
        ...FAILURE_CLASSES,
        CRASHED,
        UNDELIVERED,
        'UNKNOWN',
      ]),
    )
    .addOption(
      new Option('--limit <number>', 'letters of each queue in one run')
        .argParser(wholeNumber(1, 100_000))
        .default(10_000),
    )
    .option('--dry-run', 'only show what is there')
    .action(
      onDeployment<RedriveArguments>(surroundings, (deployment, { class: classes = [], limit, dryRun }) =>
        redrive(deployment, surroundings.terminal, { classes, limit, dryRun: dryRun === true }),
      ),
    );

interface FindArguments extends CommonOptions {
  readonly voicemail?: string;
  readonly conversation?: string;
  readonly queue?: string;
  readonly day?: number;
  readonly link?: true;
  readonly linkSeconds: number;
}

const voicemailOption = (): Option =>
  new Option('--voicemail <id>', 'the voicemail with this id').argParser(uuid);
const conversationOption = (): Option =>
  new Option('--conversation <id>', 'every voicemail of this conversation; reads each sidecar').argParser(
    uuid,
  );

const findCommand = (surroundings: Surroundings): Command =>
  deploymentCommand(
    'find',
    'Finds voicemail in the archive: by its id, by its conversation, or by queue and day; with a link to listen, on demand. ' +
      'Whoever has the link can listen until it ends: it is shown, and kept nowhere.',
    findPolicy,
  )
    .addOption(voicemailOption())
    .addOption(conversationOption())
    .addOption(new Option('--queue <id>', 'only of this queue').argParser(uuid))
    .addOption(new Option('--day <date>', 'only of this day in UTC, by --queue').argParser(utcDate))
    .option('--link', 'make a link to each recording')
    .addOption(
      new Option('--link-seconds <number>', 'how long links live')
        .argParser(wholeNumber(1, 3600))
        .default(300),
    )
    .action(
      onDeployment<FindArguments>(
        surroundings,
        async (deployment, { voicemail, conversation, queue, day, link, linkSeconds }) => {
          if (voicemail === undefined && conversation === undefined && queue === undefined) {
            throw usage('name what to find: --voicemail, --conversation, or --queue, perhaps with --day');
          }
          if (day !== undefined && queue === undefined) {
            throw usage('--day needs --queue: the archive is ordered by queue, then by day');
          }
          return find(deployment, surroundings.terminal, {
            voicemailId: voicemail,
            conversationId: conversation,
            queueId: queue,
            dayMs: day,
            linkSeconds: link === true ? linkSeconds : undefined,
          });
        },
      ),
    );

interface EraseArguments extends CommonOptions {
  readonly voicemail?: string;
  readonly conversation?: string;
  readonly yes?: true;
}

const eraseCommand = (surroundings: Surroundings): Command =>
  deploymentCommand(
    'erase',
    'Erases voicemail for a right-to-erasure request: every version of audio and sidecar, and at Genesys Cloud where the token may. ' +
      'It leaves a tombstone of ids, so that nothing brings the voicemail back, and prints one audit line. Without --yes it only says what it would erase.',
    erasePolicy,
  )
    .addOption(voicemailOption())
    .addOption(conversationOption())
    .option('--yes', 'erase; this cannot be undone')
    .action(
      onDeployment<EraseArguments>(surroundings, async (deployment, { voicemail, conversation, yes }) => {
        if ((voicemail === undefined) === (conversation === undefined)) {
          throw usage('name what to erase: either --voicemail or --conversation');
        }
        return erase(deployment, surroundings.terminal, {
          voicemailId: voicemail,
          conversationId: conversation,
          confirmed: yes === true,
        });
      }),
    );

/** The command line. */
export const createProgram = (surroundings: Surroundings): Command =>
  new Command('genesys-voicemail')
    .description('Operates a deployment of genesys-voicemail-to-s3.')
    .addCommand(authorizeCommand(surroundings))
    .addCommand(doctorCommand(surroundings))
    .addCommand(backfillCommand(surroundings))
    .addCommand(redriveCommand(surroundings))
    .addCommand(findCommand(surroundings))
    .addCommand(eraseCommand(surroundings));
