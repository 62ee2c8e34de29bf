import { type Command, Option } from 'commander';
import {
  type CommonOptions,
  deploymentCommand,
  onDeployment,
  type Surroundings,
  usage,
  utcDate,
  uuid,
} from '../command';
import { wholeNumber } from '../whole-number';
import { erasePolicy } from './erase/policy';
import { findPolicy } from './find/policy';

interface FindArguments extends CommonOptions {
  readonly voicemail?: string;
  readonly conversation?: string;
  readonly queue?: string;
  readonly day?: number;
  readonly link?: true;
  readonly linkSeconds: number;
}

const voicemailOption = (): Option =>
  new Option('--voicemail <id>', 'the voicemail with this id').argParser(uuid);
const conversationOption = (): Option =>
  new Option('--conversation <id>', 'every voicemail of this conversation; reads each sidecar').argParser(
    uuid,
  );

/** `find` */
export const findCommand = (surroundings: Surroundings): Command =>
  deploymentCommand(
    'find',
    'Finds voicemail in the archive: by its id, by its conversation, or by queue and day; with a link to listen, on demand. ' +
      'Whoever has the link can listen until it ends: it is shown, and kept nowhere.',
    findPolicy,
  )
    .addOption(voicemailOption())
    .addOption(conversationOption())
    .addOption(new Option('--queue <id>', 'only of this queue').argParser(uuid))
    .addOption(new Option('--day <date>', 'only of this day in UTC, by --queue').argParser(utcDate))
    .option('--link', 'make a link to each recording')
    .addOption(
      new Option('--link-seconds <number>', 'how long links live')
        .argParser(wholeNumber(1, 3600))
        .default(300),
    )
    .action(
      onDeployment<FindArguments>(
        surroundings,
        async (deployment, { voicemail, conversation, queue, day, link, linkSeconds }) => {
          if (voicemail === undefined && conversation === undefined && queue === undefined) {
            throw usage('name what to find: --voicemail, --conversation, or --queue, perhaps with --day');
          }
          if (day !== undefined && queue === undefined) {
            throw usage('--day needs --queue: the archive is ordered by queue, then by day');
          }
          const { find } = await import('./find');
          return find(deployment, surroundings.terminal, {
            voicemailId: voicemail,
            conversationId: conversation,
            queueId: queue,
            dayMs: day,
            linkSeconds: link === true ? linkSeconds : undefined,
          });
        },
      ),
    );

interface EraseArguments extends CommonOptions {
  readonly voicemail?: string;
  readonly conversation?: string;
  readonly yes?: true;
}

/** `erase` */
export const eraseCommand = (surroundings: Surroundings): Command =>
  deploymentCommand(
    'erase',
    'Erases voicemail for a right-to-erasure request: every version of audio and sidecar, and at Genesys Cloud where the token may. ' +
      'It leaves a tombstone of ids, so that nothing brings the voicemail back, and prints one audit line. Without --yes it only says what it would erase.',
    erasePolicy,
  )
    .addOption(voicemailOption())
    .addOption(conversationOption())
    .option('--yes', 'erase; this cannot be undone')
    .action(
      onDeployment<EraseArguments>(surroundings, async (deployment, { voicemail, conversation, yes }) => {
        if ((voicemail === undefined) === (conversation === undefined)) {
          throw usage('name what to erase: either --voicemail or --conversation');
        }
        const { erase } = await import('./erase');
        return erase(deployment, surroundings.terminal, {
          voicemailId: voicemail,
          conversationId: conversation,
          confirmed: yes === true,
        });
      }),
    );
