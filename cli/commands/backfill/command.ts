import { type Command, Option } from 'commander';
import {
  type CommonOptions,
  deploymentCommand,
  onDeployment,
  type Surroundings,
  utcDate,
} from '../../command';
import { type CommandPolicy, listArchive, readFunction, readToken, sendEvents } from '../../policy';

/** `backfill` reads the mailbox and the names of what is archived, and sends to the events queue. */
export const backfillPolicy: CommandPolicy = (names) => [
  ...readFunction(names, [names.move_function_arn]),
  ...readToken(names),
  listArchive(names),
  ...sendEvents(names),
];

interface BackfillArguments extends CommonOptions {
  readonly queue: string;
  readonly since?: number;
  readonly dryRun?: true;
}

/** `backfill` */
export const backfillCommand = (surroundings: Surroundings): Command =>
  deploymentCommand('backfill', {
    summary: 'Moves the voicemail that a queue held before the deployment',
    details:
      'Sends the deployed function a message for each that the archive lacks. It may be stopped and started again at any time.',
    examples: [
      'backfill --queue "Customer care" --dry-run',
      'backfill --queue "Customer care" --since 2026-11-01',
      'backfill --queue "Customer care" --profile production --json',
    ],
  })
    .addOption(new Option('--queue <name or id>', 'the Genesys queue').makeOptionMandatory())
    .addOption(
      new Option('--since <date>', 'leave out what is older than this day in UTC').argParser(utcDate),
    )
    .option('--dry-run', 'only say what would be sent')
    .action(
      onDeployment<BackfillArguments>(surroundings, async (deployment, { queue, since, dryRun }) => {
        const { backfill } = await import('./backfill');
        const { queueIdOf } = await import('../../genesys');
        return backfill(deployment, surroundings.terminal, {
          queueId: await queueIdOf(deployment, queue),
          sinceMs: since,
          dryRun: dryRun === true,
        });
      }),
    );
