import { type Command, Option } from 'commander';
import { FAILURE_CLASSES } from '../../functions/move-voicemail-to-s3/contract/failure-class';
import {
  type CommonOptions,
  deploymentCommand,
  onDeployment,
  type Surroundings,
  utcDate,
  uuid,
} from '../command';
import { CRASHED, UNDELIVERED, UNKNOWN } from '../dead-letters/classes';
import { wholeNumber } from '../whole-number';
import { backfillPolicy } from './backfill/policy';
import { redrivePolicy } from './redrive/policy';

interface BackfillArguments extends CommonOptions {
  readonly queue: string;
  readonly since?: number;
  readonly dryRun?: true;
}

/** `backfill` */
export const backfillCommand = (surroundings: Surroundings): Command =>
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
      onDeployment<BackfillArguments>(surroundings, async (deployment, { queue, since, dryRun }) => {
        const { backfill } = await import('./backfill');
        return backfill(deployment, surroundings.terminal, {
          queueId: queue,
          sinceMs: since,
          dryRun: dryRun === true,
        });
      }),
    );

interface RedriveArguments extends CommonOptions {
  readonly class?: readonly string[];
  readonly limit: number;
  readonly dryRun?: true;
}

/** `redrive` */
export const redriveCommand = (surroundings: Surroundings): Command =>
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
        UNKNOWN,
      ]),
    )
    .addOption(
      new Option('--limit <number>', 'letters of each queue in one run')
        .argParser(wholeNumber(1, 100_000))
        .default(10_000),
    )
    .option('--dry-run', 'only show what is there')
    .action(
      onDeployment<RedriveArguments>(
        surroundings,
        async (deployment, { class: classes = [], limit, dryRun }) => {
          const { redrive } = await import('./redrive');
          return redrive(deployment, surroundings.terminal, { classes, limit, dryRun: dryRun === true });
        },
      ),
    );
