import { Command, InvalidArgumentError, Option } from 'commander';
import { authorize, authorizePolicy, CLIENT_VARIABLES, REDIRECT, redirectUriOf } from './authorize';
import { createAwsClients, type Deployment, destroyClients, readOutputs, regionOf } from './deployment';
import { doctor, doctorPolicy } from './doctor';
import { type CommandPolicy, policyDocument } from './policy';
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

/** The command line. */
export const createProgram = (surroundings: Surroundings): Command =>
  new Command('genesys-voicemail')
    .description('Operates a deployment of genesys-voicemail-to-s3.')
    .addCommand(authorizeCommand(surroundings))
    .addCommand(doctorCommand(surroundings));
