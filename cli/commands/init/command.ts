import { type Command, Option } from 'commander';
import { describedCommand, type Surroundings, useProfile } from '../../command';
import { wholeNumber } from '../../whole-number';
import { REDIRECT } from '../authorize/callback-listener';
import type { InitOptions } from './draft';

interface InitArguments
  extends Omit<
    InitOptions,
    'queue' | 'alarmTopic' | 'noBrowser' | 'clientFromStdin' | 'tokensFromStdin' | 'yes'
  > {
  readonly queue?: readonly string[];
  readonly alarmTopic?: readonly string[];
  readonly browser: boolean;
  readonly profile?: string;
  readonly clientFromStdin?: true;
  readonly tokensFromStdin?: true;
  readonly yes?: true;
  readonly json?: true;
}

/** `init` */
export const initCommand = ({ terminal, environment, finish }: Surroundings): Command =>
  describedCommand('init', {
    summary: 'Makes a deployment file, and deploys nothing',
    details: 'It asks AWS (events:ListEventSources), Genesys Cloud, where you log in once, and you.',
    examples: [
      'init --keep-login login.json',
      'init --name test --queue Sales --retention-days 90',
      'init --yes --queue Sales --retention-days 365 --no-browser',
    ],
  })
    .option('--name <name>', 'name of the deployment, and of its file')
    .option('--folder <path>', 'where it is written', 'deployments')
    .option('--profile <name>', 'AWS profile, as AWS_PROFILE')
    .option('--region <region>', "AWS region, if not the profile's")
    .option('--genesys-region <region>', 'such as mypurecloud.de')
    .option('--event-source <name>', 'partner event source; else AWS is asked')
    .option('--queue <name or id...>', 'queues whose voicemail is moved')
    .option('--retention-days <days>', 'delete a voicemail after them, or "forever"')
    .option('--alarm-topic <arn...>', 'SNS topics that alarms go to')
    .option('--state-bucket <name>', "S3 bucket for Terraform's state")
    .addOption(
      new Option('--port <number>', 'port of the redirect URI')
        .argParser(wholeNumber(1, 65_535))
        .default(REDIRECT.defaultPort),
    )
    .option('--no-browser', 'print the login URL only')
    .option('--client-from-stdin', 'read the OAuth client as authorize does')
    .option('--tokens-from-stdin', 'no login: read a pair, as authorize does')
    .option('--keep-login <file>', 'keep the tokens for authorize, in a new file')
    .addOption(
      new Option('--wait-minutes <number>', 'to wait for the event source')
        .argParser(wholeNumber(0, 1_440))
        .default(30),
    )
    .option('--yes', 'ask nothing: take flags and defaults')
    .option('--json', 'print one JSON object on the last line')
    .action(async (options: InitArguments) => {
      const {
        queue = [],
        alarmTopic = [],
        browser,
        profile,
        clientFromStdin,
        tokensFromStdin,
        yes,
        json,
        ...rest
      } = options;
      useProfile(profile ?? process.env['AWS_PROFILE']);
      const { init } = await import('./init');
      const result = await init(terminal, environment, {
        ...rest,
        queue,
        alarmTopic,
        noBrowser: !browser,
        clientFromStdin: clientFromStdin === true,
        tokensFromStdin: tokensFromStdin === true,
        yes: yes === true,
      });
      finish(result, json === true);
    });
