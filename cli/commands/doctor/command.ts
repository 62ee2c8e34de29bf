import { type Command, Option } from 'commander';
import { type CommonOptions, deploymentCommand, onDeployment, type Surroundings } from '../../command';
import {
  type CommandPolicy,
  readFunction,
  readToken,
  type Statement,
  secretsOf,
  useKeyForArchive,
  useKeyForQueues,
} from '../../policy';
import { wholeNumber } from '../../whole-number';

const allow = (Sid: string, Action: readonly string[], Resource: Statement['Resource']): Statement => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource,
});

/** `doctor` reads. It receives dead letters to tell their classes, and gives them back at once. */
export const doctorPolicy: CommandPolicy = (names) => {
  const account = names.secret_arn.split(':')[4] ?? '<account>';
  const events = `arn:aws:events:${names.region}`;
  const deadLetterQueues = [names.failures_queue_arn, names.undelivered_queue_arn];
  return [
    ...readFunction(names, [names.refresh_function_arn, names.move_function_arn]),
    ...readToken(names, ['AWSCURRENT', 'LATEST_GRANT']),
    allow('DescribeSecret', ['secretsmanager:DescribeSecret'], secretsOf(names)),
    allow('ReadBus', ['events:DescribeEventBus'], `${events}:${account}:event-bus/${names.event_bus_name}`),
    allow('ReadSource', ['events:DescribeEventSource'], `${events}::event-source/${names.event_bus_name}`),
    allow(
      'ReadRules',
      ['events:DescribeRule', 'events:ListTargetsByRule'],
      `${events}:${account}:rule/${names.event_bus_name}/*`,
    ),
    // These four name no resource.
    allow(
      'ReadWithoutResource',
      [
        'events:ListRuleNamesByTarget',
        'events:TestEventPattern',
        'lambda:ListEventSourceMappings',
        'cloudwatch:GetMetricStatistics',
      ],
      '*',
    ),
    allow('ReadQueues', ['sqs:GetQueueAttributes'], [names.events_queue_arn, ...deadLetterQueues]),
    allow('LookAtDeadLetters', ['sqs:ReceiveMessage', 'sqs:ChangeMessageVisibility'], deadLetterQueues),
    useKeyForQueues(names, ['kms:Decrypt'], deadLetterQueues),
    allow(
      'ReadArchiveSettings',
      [
        's3:GetBucketVersioning',
        's3:GetEncryptionConfiguration',
        's3:GetBucketPublicAccessBlock',
        's3:ListBucketVersions',
      ],
      names.bucket_arn,
    ),
    allow('ReadTombstones', ['s3:GetObjectVersion'], `${names.bucket_arn}/*.tombstone`),
    useKeyForArchive(names, ['kms:Decrypt']),
  ];
};

interface DoctorArguments extends CommonOptions {
  readonly watch?: number;
}

/** `doctor` */
export const doctorCommand = (surroundings: Surroundings): Command =>
  deploymentCommand('doctor', {
    summary: 'Looks at each link from Genesys Cloud to the archive',
    details:
      'It says what to do about each finding, and changes nothing. To tell dead letters by class it receives up to 100 of each queue and gives them back at once.',
    examples: ['doctor', 'doctor --deployment production --json', 'doctor --watch 60'],
  })
    .addOption(
      new Option('--watch <seconds>', 'look again after each so many seconds, until Ctrl-C').argParser(
        wholeNumber(5, 86_400),
      ),
    )
    .action(
      onDeployment<DoctorArguments>(surroundings, async (deployment, { watch, json }) => {
        const { doctor, watchDoctor } = await import('./doctor');
        return watch === undefined
          ? doctor(deployment, surroundings.terminal)
          : watchDoctor(deployment, surroundings.terminal, { everySeconds: watch, asJson: json === true });
      }),
    );
