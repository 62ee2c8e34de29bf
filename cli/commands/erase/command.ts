import { type Command, Option } from 'commander';
import {
  type CommonOptions,
  deploymentCommand,
  onDeployment,
  type Surroundings,
  usage,
  uuid,
} from '../../command';
import { type CommandPolicy, listVersions, readFunction, readToken, useKeyForArchive } from '../../policy';

/** `erase` deletes versions and writes tombstones; only this command's user may delete anything in the archive. */
export const erasePolicy: CommandPolicy = (names) => [
  ...readFunction(names, [names.move_function_arn]),
  ...readToken(names),
  listVersions(names),
  {
    Sid: 'EraseVersions',
    Effect: 'Allow',
    Action: ['s3:GetObjectVersion', 's3:DeleteObjectVersion'],
    Resource: `${names.bucket_arn}/*`,
  },
  {
    Sid: 'WriteTombstones',
    Effect: 'Allow',
    Action: ['s3:PutObject', 's3:GetObject'],
    Resource: `${names.bucket_arn}/*.tombstone`,
  },
  useKeyForArchive(names, ['kms:Decrypt', 'kms:GenerateDataKey']),
];

interface EraseArguments extends CommonOptions {
  readonly voicemail?: string;
  readonly conversation?: string;
  readonly yes?: true;
  readonly bypassLock?: true;
}

/** `erase` */
export const eraseCommand = (surroundings: Surroundings): Command =>
  deploymentCommand('erase', {
    summary: 'Erases voicemail, every version of it, at Genesys Cloud too',
    details:
      'It is for a right-to-erasure request: it leaves a tombstone of ids, so that nothing brings the voicemail back, and prints an audit line before and after each voicemail. ' +
      'Stopped, the same command goes on. Without --yes it only says what it would erase.',
    examples: [
      'erase --conversation <id>',
      'erase --conversation <id> --yes >> audit.log',
      'erase --voicemail <id> --yes --json',
    ],
  })
    .addOption(new Option('--voicemail <id>', 'the voicemail with this id').argParser(uuid))
    .addOption(new Option('--conversation <id>', 'every voicemail of this conversation').argParser(uuid))
    .option('--yes', 'erase; this cannot be undone')
    .option('--bypass-lock', 'erase what objectLockDays still locks')
    .hook('preAction', (command) => {
      const { voicemail, conversation } = command.opts<EraseArguments>();
      // Said before anything is asked of AWS.
      if ((voicemail === undefined) === (conversation === undefined)) {
        throw usage('name what to erase: either --voicemail or --conversation');
      }
    })
    .action(
      onDeployment<EraseArguments>(
        surroundings,
        async (deployment, { voicemail, conversation, yes, bypassLock }) => {
          const { erase } = await import('./erase');
          return erase(deployment, surroundings.terminal, {
            voicemailId: voicemail,
            conversationId: conversation,
            confirmed: yes === true,
            bypassesLock: bypassLock === true,
          });
        },
      ),
    );
