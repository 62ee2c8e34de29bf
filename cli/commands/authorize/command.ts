import { type Command, Option } from 'commander';
import { type CommonOptions, deploymentCommand, onDeployment, type Surroundings } from '../../command';
import { wholeNumber } from '../../whole-number';
import { tokenOption } from '../heal/command';
import { REDIRECT, redirectUriOf } from './callback-listener';
import { CLIENT_VARIABLES } from './client-credentials';

interface AuthorizeArguments extends CommonOptions {
  readonly token: number;
  readonly port: number;
  readonly browser: boolean;
  readonly clientFromStdin?: true;
  readonly tokensFromStdin?: true;
}

/** `authorize` */
export const authorizeCommand = (surroundings: Surroundings): Command =>
  deploymentCommand('authorize', {
    summary: 'Logs the Genesys service user in, and stores its token pair',
    details:
      'One rotation proves the chain. ' +
      `The OAuth client needs the grant type Code Authorization and the redirect URI ${redirectUriOf(REDIRECT.defaultPort)}. ` +
      `Its id and secret are asked for, or taken from ${CLIENT_VARIABLES.id} and ${CLIENT_VARIABLES.secret}.`,
    examples: [
      'authorize',
      'authorize --no-browser --deployment production',
      'authorize --tokens-from-stdin --json < pair.json',
    ],
  })
    .addOption(tokenOption())
    .addOption(
      new Option('--port <number>', 'port of the redirect URI')
        .argParser(wholeNumber(1, 65_535))
        .default(REDIRECT.defaultPort),
    )
    .option('--no-browser', 'print the login URL only')
    .option('--client-from-stdin', 'read {"clientId", "clientSecret"} from standard input')
    .option('--tokens-from-stdin', 'no login: read those and "accessToken", "refreshToken"')
    .action(
      onDeployment<AuthorizeArguments>(
        surroundings,
        async (deployment, { token, port, browser, clientFromStdin, tokensFromStdin }) => {
          const { authorize } = await import('./authorize');
          return authorize(deployment, surroundings.terminal, surroundings.environment, {
            token,
            port,
            noBrowser: !browser,
            clientFromStdin: clientFromStdin === true,
            tokensFromStdin: tokensFromStdin === true,
          });
        },
      ),
    );
