import type { MoveVoicemailToS3Settings } from '../../../functions/move-voicemail-to-s3/contract/environment';
import {
  type ExpectedVoicemail,
  missingVoicemails,
  type VoicemailMessage,
  voicemailMessage,
} from '../../../functions/move-voicemail-to-s3/contract/operator';
import { openArchive } from '../../archive';
import { inBatches } from '../../dead-letters';
import { commandOn, type Deployment, readMoveSettings } from '../../deployment';
import { EXIT_CODE, OperatorError } from '../../errors';
import { sendToEventsQueue } from '../../events-queue';
import { openGenesys, patiently } from '../../genesys';
import type { CommandResult, Progress, Terminal } from '../../terminal';

/** Options of `backfill`. */
export interface BackfillOptions {
  readonly queueId: string;
  /** Epoch milliseconds; older voicemail stays where it is. @default everything */
  readonly sinceMs?: number | undefined;
  /** Only say what would be sent. @default false */
  readonly dryRun?: boolean;
}

const requireOwnQueue = ({ QUEUE_IDS }: MoveVoicemailToS3Settings, queueId: string): void => {
  if (QUEUE_IDS.length > 0 && !QUEUE_IDS.includes(queueId)) {
    throw new OperatorError(
      'ForeignQueue',
      `the deployment does not move the queue ${queueId}; it moves ${QUEUE_IDS.join(', ')}; add the id to its queueIds and deploy`,
      EXIT_CODE.usage,
    );
  }
};

/** Every voicemail of the queue. The whole listing first: a function that deletes what it has stored would shift the pages. */
const listQueue = async (
  deployment: Deployment,
  settings: MoveVoicemailToS3Settings,
  queueId: string,
  progress: Progress,
): Promise<readonly VoicemailMessage[]> => {
  const { voicemail } = openGenesys(deployment, settings);
  const listed = new Map<string, VoicemailMessage>();
  for (let pageNumber = 1; ; pageNumber += 1) {
    const { messages, isLast } = await patiently(
      `listing the queue ${queueId}`,
      () => voicemail.page({ kind: 'queue', id: queueId }, pageNumber),
      (seconds) =>
        progress.update(`Waiting ${seconds} s for Genesys Cloud; ${listed.size} voicemails listed`),
    );
    for (const message of messages) {
      listed.set(message.id, message);
    }
    progress.update(`${listed.size} voicemails listed`);
    if (isLast) {
      return [...listed.values()];
    }
  }
};

const isWanted =
  ({ MINIMUM_DURATION_MS }: MoveVoicemailToS3Settings, sinceMs: number) =>
  (message: VoicemailMessage): message is ExpectedVoicemail =>
    !message.isDeleted &&
    (message.createdMs ?? Number.NaN) >= sinceMs &&
    (message.durationSeconds ?? Number.POSITIVE_INFINITY) * 1000 >= MINIMUM_DURATION_MS;

/**
 * Sends a message for each voicemail of a queue that the archive lacks, so that the deployed function moves it. It
 * remembers nothing: stopped and started again it sends what is still missing, and what it sends twice is stored once.
 *
 * @throws OperatorError
 */
export const backfill = async (
  deployment: Deployment,
  terminal: Terminal,
  { queueId, sinceMs = 0, dryRun = false }: BackfillOptions,
): Promise<CommandResult> => {
  const settings = await readMoveSettings(deployment.aws.lambda, deployment.outputs.move_function_arn);
  requireOwnQueue(settings, queueId);
  const owner = { kind: 'queue', id: queueId } as const;
  const progress = terminal.begin(`Listing the voicemail of the queue ${queueId}`);
  try {
    const listed = await listQueue(deployment, settings, queueId, progress);
    const wanted = listed.filter(isWanted(settings, sinceMs));
    progress.update(`Comparing ${wanted.length} voicemails with the archive`);
    const missing = await patiently('comparing with the archive', () =>
      missingVoicemails(openArchive(deployment, settings), owner, wanted),
    );
    let sent = 0;
    let refused = 0;
    for (const batch of dryRun ? [] : inBatches(missing)) {
      const failed = await sendToEventsQueue(
        deployment,
        batch.map((voicemail) => JSON.stringify(voicemailMessage(owner)(voicemail))),
      );
      sent += batch.length - failed.size;
      refused += failed.size;
      progress.update(`${sent} of ${missing.length} sent`);
    }
    progress.done(dryRun ? `${missing.length} would be sent` : `${sent} sent`);
    const counts = {
      listed: listed.length,
      skipped: listed.length - wanted.length,
      settled: wanted.length - missing.length,
      missing: missing.length,
      sent,
      refused,
    };
    return {
      text:
        `${counts.listed} listed: ${counts.settled} are settled in the archive, ${counts.skipped} are skipped (older, deleted or too short), ${counts.missing} are missing.\n` +
        (missing.length === 0
          ? `Nothing was sent: nothing is missing.\nNext: ${commandOn(deployment, 'doctor')}`
          : dryRun
            ? 'Nothing was sent: this was a dry run. Next: the same without --dry-run.'
            : `${sent} sent to the events queue${refused === 0 ? '' : `, ${refused} refused by SQS: run backfill again`}.\nNext: ${commandOn(deployment, 'doctor')}`),
      json: { ok: refused === 0, dryRun, queueId, ...counts },
      exitCode: refused === 0 ? EXIT_CODE.done : EXIT_CODE.incomplete,
    };
  } catch (error) {
    progress.fail();
    throw error;
  }
};
