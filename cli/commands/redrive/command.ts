import { type Command, Option } from 'commander';
import { FAILURE_CLASSES } from '../../../functions/move-voicemail-to-s3/contract/failure-class';
import { type CommonOptions, deploymentCommand, onDeployment, type Surroundings } from '../../command';
import { CRASHED, UNDELIVERED, UNKNOWN } from '../../dead-letters/classes';
import { type CommandPolicy, sendEvents } from '../../policy';
import { wholeNumber } from '../../whole-number';

/** `redrive` works the two queues of dead letters and sends to the events queue. */
export const redrivePolicy: CommandPolicy = (names) => {
  const deadLetterQueues = [names.failures_queue_arn, names.undelivered_queue_arn];
  return [
    {
      Sid: 'WorkDeadLetters',
      Effect: 'Allow',
      Action: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
      Resource: deadLetterQueues,
    },
    ...sendEvents(names, deadLetterQueues),
  ];
};

interface RedriveArguments extends CommonOptions {
  readonly class?: readonly string[];
  readonly limit: number;
  readonly dryRun?: true;
}

/** `redrive` */
export const redriveCommand = (surroundings: Surroundings): Command =>
  deploymentCommand('redrive', {
    summary: 'Sends dead letters back to the events queue',
    details:
      'It shows them by class first. It receives, sends, then deletes: stopped in between it loses nothing, and what it still holds comes back after 15 minutes.',
    examples: ['redrive --dry-run', 'redrive --class CRASHED UNDELIVERED', 'redrive --limit 100 --json'],
  })
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
