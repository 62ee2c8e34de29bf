import { type Command, Option } from 'commander';
import { type CommonOptions, deploymentCommand, onDeployment, type Surroundings } from '../../command';
import { type CommandPolicy, readFunction, readToken, secretsOf } from '../../policy';
import { wholeNumber } from '../../whole-number';

interface HealArguments extends CommonOptions {
  readonly token: number;
  readonly yes?: true;
}

/** Reads every label's pair, and moves AWSCURRENT. */
export const healPolicy: CommandPolicy = (names) => [
  ...readFunction(names, [names.refresh_function_arn]),
  ...readToken(names, ['AWSCURRENT', 'LATEST_GRANT', 'AWSPENDING', 'AWSPREVIOUS']),
  {
    Sid: 'MoveCurrent',
    Effect: 'Allow',
    Action: ['secretsmanager:UpdateSecretVersionStage'],
    Resource: secretsOf(names),
  },
];

/** Which of several tokens a command is about. */
export const tokenOption = (): Option =>
  new Option('--token <number>', 'which of several tokens').argParser(wholeNumber(1, 10)).default(1);

/** `heal` */
export const healCommand = (surroundings: Surroundings): Command =>
  deploymentCommand('heal', {
    summary: 'Makes a token pair that lives AWSCURRENT, where that one is dead',
    details:
      'Asks Genesys Cloud which pair of the secret lives. Without --yes it only says what it would do. It spends no refresh token.',
    examples: ['heal', 'heal --yes', 'heal --token 2 --yes'],
  })
    .addOption(tokenOption())
    .option('--yes', 'move AWSCURRENT')
    .action(
      onDeployment<HealArguments>(surroundings, async (deployment, { token, yes }) => {
        const { heal } = await import('./heal');
        return heal(deployment, surroundings.terminal, { token, yes: yes === true });
      }),
    );
