import { type Command, Option } from 'commander';
import { type CommonOptions, deploymentCommand, onDeployment, type Surroundings } from '../../command';
import { type CommandPolicy, readFunction, readToken } from '../../policy';
import { wholeNumber } from '../../whole-number';
import { REDIRECT } from '../authorize/callback-listener';

interface ProbeArguments extends CommonOptions {
  readonly queue?: string;
  readonly login?: true;
  readonly port: number;
  readonly browser: boolean;
  readonly clientFromStdin?: true;
}

/** `probe` reads. With `--login` it uses tokens of its own. */
export const probePolicy: CommandPolicy = (names) => [
  ...readFunction(names, [names.move_function_arn]),
  ...readToken(names),
];

/** `probe` */
export const probeCommand = (surroundings: Surroundings): Command =>
  deploymentCommand('probe', {
    summary: 'Compares your organization with what this project assumes',
    details:
      'They are points on which Genesys publishes nothing certain. It reads only; with --login it spends the tokens of a login of its own, never those of the deployment. The report can be pasted into an issue.',
    examples: ['probe', 'probe --queue "Customer care"', 'probe --login --json'],
  })
    .addOption(new Option('--queue <name or id>', 'the queue to look at'))
    .option('--login', 'log in once more, and see what becomes of tokens')
    .addOption(
      new Option('--port <number>', 'port of the redirect URI')
        .argParser(wholeNumber(1, 65_535))
        .default(REDIRECT.defaultPort),
    )
    .option('--no-browser', 'print the login URL only')
    .option('--client-from-stdin', 'read {"clientId", "clientSecret"} from standard input')
    .action(
      onDeployment<ProbeArguments>(
        surroundings,
        async (deployment, { queue, login, port, browser, clientFromStdin }) => {
          const { probe } = await import('./probe');
          const { queueIdOf } = await import('../../genesys');
          return probe(deployment, surroundings.terminal, surroundings.environment, {
            ...(queue === undefined ? {} : { queue: await queueIdOf(deployment, queue) }),
            login: login === true,
            port,
            noBrowser: !browser,
            clientFromStdin: clientFromStdin === true,
          });
        },
      ),
    );
