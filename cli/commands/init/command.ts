import { Command, Option } from 'commander';
import { type Surroundings, useProfile } from '../../command';
import { wholeNumber } from '../../whole-number';
import { REDIRECT } from '../authorize/callback-listener';
import type { InitOptions } from './draft';

interface InitArguments
  extends Omit<InitOptions, 'noBrowser' | 'clientFromStdin' | 'tokensFromStdin' | 'yes'> {
  readonly browser: boolean;
  readonly profile?: string;
  readonly clientFromStdin?: true;
  readonly tokensFromStdin?: true;
  readonly yes?: true;
  readonly json?: true;
}

const repeated = (flags: string, description: string): Option =>
  new Option(flags, description)
    .argParser((value, before: readonly string[]) => [...before, value])
    .default([], 'none');

/** `init` */
export const initCommand = ({ terminal, environment, finish }: Surroundings): Command =>
  new Command('init')
    .description(
      'Makes a deployment file: account, region and event source from AWS, the queues by name from Genesys Cloud, where you log in once.\n\n' +
        'Deploys nothing. Needs AWS credentials that may call events:ListEventSources.',
    )
    .option('--name <name>', 'name of the deployment, and of its file')
    .option('--folder <path>', 'where the file is written', 'deployments')
    .option('--profile <name>', 'AWS profile, as AWS_PROFILE')
    .option('--region <region>', "AWS region, if not the profile's")
    .option('--genesys-region <region>', 'its region, such as mypurecloud.de')
    .option('--event-source <name>', 'partner event source; else AWS is asked')
    .addOption(repeated('--queue <name or id>', 'a queue; may be repeated'))
    .option('--retention-days <days>', 'delete a voicemail after them, or "forever"')
    .addOption(repeated('--alarm-topic <arn>', 'SNS topic for alarms; may be repeated'))
    .option('--state-bucket <name>', "S3 bucket for Terraform's state")
    .addOption(
      new Option('--port <number>', 'port of the redirect URI')
        .argParser(wholeNumber(1, 65_535))
        .default(REDIRECT.defaultPort),
    )
    .option('--no-browser', 'print the login URL only')
    .option('--client-from-stdin', 'read {"clientId", "clientSecret"} from standard input')
    .option('--tokens-from-stdin', 'no login: read a pair, as authorize does')
    .option('--keep-login <file>', 'keep the tokens for authorize, in a new file')
    .addOption(
      new Option('--wait-minutes <number>', 'how long to wait for the event source')
        .argParser(wholeNumber(0, 1_440))
        .default(30),
    )
    .option('--yes', 'ask nothing: take flags and defaults')
    .option('--json', 'print one JSON object as the last line of standard output')
    .addHelpText(
      'after',
      `
Examples:
  genesys-voicemail init --keep-login login.json
  genesys-voicemail init --name test --queue "Customer Care" --queue Sales --retention-days 90
  genesys-voicemail init --yes --name production --queue Sales --retention-days 365 --tokens-from-stdin <pair.json`,
    )
    .action(async (options: InitArguments) => {
      const { browser, profile, clientFromStdin, tokensFromStdin, yes, json, ...rest } = options;
      useProfile(profile);
      const { init } = await import('./init');
      const result = await init(terminal, environment, {
        ...rest,
        noBrowser: !browser,
        clientFromStdin: clientFromStdin === true,
        tokensFromStdin: tokensFromStdin === true,
        yes: yes === true,
      });
      finish(result, json === true);
    });
