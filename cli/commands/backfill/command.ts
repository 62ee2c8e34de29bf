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
    summary: 'Moves the voicemail that a queue held before the deployment.',
    details:
      'Sends the deployed function a message for each that the archive lacks. It may be stopped and started again at any time.',
    examples: [
      'backfill --queue 2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e --dry-run',
      'backfill --queue 2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e --since 2026-11-01',
      'backfill --queue 2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e --profile production --json',
    ],
  })
    .addOption(new Option('--queue <name or id>', 'the Genesys queue').makeOptionMandatory())
    .addOption(
      new Option('--since <date>', 'leave older voicemail out; a day or a moment in UTC').argParser(utcDate),
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
