import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import {
  type CommonOptions,
  deploymentCommand,
  onDeployment,
  type Surroundings,
  usage,
  utcDate,
  uuid,
} from '../../command';
import { type CommandPolicy, listVersions, readFunction, readToken, useKeyForArchive } from '../../policy';
import { wholeNumber } from '../../whole-number';

/** `find` reads the archive; a link carries its user's right to read. */
export const findPolicy: CommandPolicy = (names) => [
  ...readFunction(names, [names.move_function_arn]),
  listVersions(names),
  {
    Sid: 'ReadArchive',
    Effect: 'Allow',
    Action: ['s3:GetObject', 's3:GetObjectVersion'],
    Resource: `${names.bucket_arn}/*`,
  },
  useKeyForArchive(names, ['kms:Decrypt']),
  // For a queue by its name, which Genesys is asked.
  ...readToken(names),
];

interface FindArguments extends CommonOptions {
  readonly voicemail?: string;
  readonly conversation?: string;
  readonly queue?: string;
  readonly day?: number;
  readonly since?: number;
  readonly longerThan?: number;
  readonly link?: true;
  readonly open?: true;
  readonly download?: string;
  readonly linkSeconds: number;
}

/** @throws OperatorError where no folder can be there, or nothing be written to it */
const requireFolder = (folder: string): void => {
  let existing = resolve(folder);
  while (!existsSync(existing)) {
    existing = dirname(existing);
  }
  if (!statSync(existing).isDirectory()) {
    throw usage(`--download ${folder}: ${existing} is no folder`);
  }
  try {
    accessSync(existing, constants.W_OK);
  } catch {
    throw usage(`--download ${folder}: you may not write to ${existing}`);
  }
};

/** What is wrong with a command line is said before anything is asked of AWS. */
const requireSense = ({ voicemail, conversation, queue, since, day, download }: FindArguments): void => {
  if ([voicemail, conversation, queue, since].every((wish) => wish === undefined)) {
    throw usage('name what to find: --voicemail, --conversation, --queue, perhaps with --day, or --since');
  }
  if (day !== undefined && queue === undefined) {
    throw usage('--day needs --queue: the archive is ordered by queue, then by day');
  }
  if (download !== undefined) {
    requireFolder(download);
  }
};

/** `find` */
export const findCommand = (surroundings: Surroundings): Command =>
  deploymentCommand('find', {
    summary: 'Finds voicemail in the archive, and lets you listen to it',
    details: 'Whoever has a link can listen until it ends.',
    examples: [
      'find --voicemail <id> --open',
      'find --queue "Customer care" --since 2026-11-23 --link',
      'find --conversation <id> --download recordings',
    ],
  })
    .addOption(new Option('--voicemail <id>', 'the voicemail with this id').argParser(uuid))
    .addOption(new Option('--conversation <id>', 'every voicemail of this conversation').argParser(uuid))
    .option('--queue <name or id>', 'only of this queue')
    .addOption(new Option('--day <date>', 'only of this day in UTC, by --queue').argParser(utcDate))
    .addOption(
      new Option('--since <date>', 'only left then or later, a day or moment in UTC').argParser(utcDate),
    )
    .addOption(
      new Option('--longer-than <seconds>', 'only longer than this').argParser(wholeNumber(0, 86_400)),
    )
    .option('--link', 'make a link to each recording')
    .option('--open', 'open the only recording in the browser')
    .option('--download <folder>', 'save each recording to this folder')
    .addOption(
      new Option('--link-seconds <number>', 'how long links live')
        .argParser(wholeNumber(1, 3600))
        .default(300),
    )
    .hook('preAction', (command) => requireSense(command.opts<FindArguments>()))
    .action(
      onDeployment<FindArguments>(surroundings, async (deployment, options) => {
        const { voicemail, conversation, queue, day, since, longerThan, download } = options;
        const { find } = await import('./find');
        const { queueIdOf } = await import('../../genesys');
        return find(deployment, surroundings.terminal, {
          voicemailId: voicemail,
          conversationId: conversation,
          queueId: queue === undefined ? undefined : await queueIdOf(deployment, queue),
          dayMs: day,
          sinceMs: since,
          longerThanSeconds: longerThan,
          linkSeconds: options.link === true || options.open === true ? options.linkSeconds : undefined,
          opens: options.open === true,
          downloadTo: download,
        });
      }),
    );
