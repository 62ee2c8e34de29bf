import * as v from 'valibot';
import { PermanentFailureError } from '../../../functions/move-voicemail-to-s3/contract/operator';
import { parseQueueMessageBody } from '../../../functions/move-voicemail-to-s3/contract/queue-message';
import { countByClass, DeadLetterQueue, type HeldLetter, inBatches, UNDELIVERED } from '../../dead-letters';
import { commandOn, type Deployment } from '../../deployment';
import { EXIT_CODE } from '../../errors';
import { sendToEventsQueue } from '../../events-queue';
import { table } from '../../table';
import type { CommandResult, Terminal } from '../../terminal';

/** Options of `redrive`. */
export interface RedriveOptions {
  /** Classes to send back. @default all */
  readonly classes?: readonly string[];
  /** Only show what is there. @default false */
  readonly dryRun?: boolean;
  /** Letters of each queue in one run. @default 10000 */
  readonly limit?: number;
}

/**
 * Seconds for which letters are held. Stopped in the middle, what was not deleted comes back after this; nobody else works
 * these queues meanwhile.
 */
const HOLD_SECONDS = 900;

const DEFAULT_LIMIT = 10_000;

/** A scheduled event that could not be delivered: the schedule asks for a reconcile. */
const scheduledEvent = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ source: v.literal('aws.events'), 'detail-type': v.literal('Scheduled Event') }),
);

/**
 * The body to send back: as it came, or - for an event that EventBridge could not deliver, which holds the caller's number -
 * the ids and times that the rule would have made of it. `undefined` where it is no such event.
 */
const bodyOf = ({ failureClass, body }: HeldLetter): string | undefined => {
  if (failureClass !== UNDELIVERED) {
    return body;
  }
  if (v.is(scheduledEvent, body)) {
    return JSON.stringify({ schemaVersion: 1, kind: 'reconcile' });
  }
  try {
    return JSON.stringify({ schemaVersion: 1, ...parseQueueMessageBody(body) });
  } catch (error) {
    if (error instanceof PermanentFailureError) {
      return undefined;
    }
    throw error;
  }
};

interface Redriven {
  readonly sent: number;
  /** Letters that stay in their queue: unreadable, or refused by SQS. */
  readonly kept: readonly HeldLetter[];
}

/** Sends, then deletes: stopped in between a letter is sent twice, which is harmless, and never lost. */
const sendBack = async (
  deployment: Deployment,
  queue: DeadLetterQueue,
  letters: readonly HeldLetter[],
  onSent: (count: number) => void,
): Promise<Redriven> => {
  const kept: HeldLetter[] = [];
  let sent = 0;
  for (const batch of inBatches(letters)) {
    const readable = batch.flatMap((letter) => {
      const body = bodyOf(letter);
      return body === undefined ? [] : [{ letter, body }];
    });
    kept.push(...batch.filter((letter) => !readable.some((entry) => entry.letter === letter)));
    if (readable.length > 0) {
      const refused = await sendToEventsQueue(
        deployment,
        readable.map(({ body }) => body),
      );
      const arrived = readable.filter((_entry, index) => !refused.has(index)).map(({ letter }) => letter);
      kept.push(...readable.filter((_entry, index) => refused.has(index)).map(({ letter }) => letter));
      // A letter that is sent but not deleted comes back and is sent once more; the archive takes it once.
      await (arrived.length === 0 ? [] : queue.delete(arrived));
      sent += arrived.length;
      onSent(arrived.length);
    }
  }
  return { sent, kept };
};

/** Ids in a letter, as far as it can be read. */
const aboutOf = (letter: HeldLetter): Readonly<Record<string, string | undefined>> => {
  try {
    const message = parseQueueMessageBody(bodyOf(letter) ?? letter.body);
    return {
      kind: message.kind,
      conversationId: 'conversationId' in message ? message.conversationId : undefined,
      voicemailId: 'voicemailId' in message ? message.voicemailId : undefined,
    };
  } catch (error) {
    if (error instanceof PermanentFailureError) {
      return { kind: 'unreadable' };
    }
    throw error;
  }
};

/** Letters that a person is shown one by one; `--json` has them all. */
const MOST_SHOWN = 50;

const lettersInWords = (letters: readonly HeldLetter[], columns: number | undefined): string => {
  const rows = letters.slice(0, MOST_SHOWN).map((letter) => {
    const { kind, conversationId, voicemailId } = aboutOf(letter);
    const sent = letter.sentMs === undefined ? '-' : new Date(letter.sentMs).toISOString();
    return [letter.failureClass, sent, kind ?? '-', voicemailId ?? conversationId ?? '-'];
  });
  const more = letters.length - rows.length;
  return `${table([['class', 'sent', 'kind', 'voicemail or conversation'], ...rows], { columns })}${more > 0 ? `\nand ${more} more` : ''}`;
};

const asText = (
  counts: Readonly<Record<string, number>>,
  letters: readonly HeldLetter[],
  columns: number | undefined,
): string => {
  const rows = Object.entries(counts).map(([name, count]) => [name, String(count)]);
  return rows.length === 0
    ? 'There are no dead letters.'
    : `${table([['class', 'letters'], ...rows])}\n\n${lettersInWords(letters, columns)}`;
};

/**
 * Sends dead letters back to the events queue, after showing them by class: those of the failures queue, which the function
 * classified or SQS moved (`CRASHED`), and events that EventBridge could not deliver (`UNDELIVERED`).
 *
 * @throws OperatorError
 */
export const redrive = async (
  deployment: Deployment,
  terminal: Terminal,
  { classes = [], dryRun = false, limit = DEFAULT_LIMIT }: RedriveOptions = {},
): Promise<CommandResult> => {
  const { outputs, aws } = deployment;
  const queues = [outputs.failures_queue_url, outputs.undelivered_queue_url].map(
    (url) => new DeadLetterQueue(aws.sqs, url),
  );
  const progress = terminal.begin('Looking at the dead letters');
  try {
    const held = await Promise.all(
      queues.map(async (queue) => ({ queue, letters: await queue.receive(limit, HOLD_SECONDS) })),
    );
    const all = held.flatMap(({ letters }) => letters);
    const counts = countByClass(all);
    let sent = 0;
    const kept: HeldLetter[] = [];
    for (const { queue, letters } of held) {
      const isChosen = ({ failureClass }: HeldLetter) =>
        !dryRun && (classes.length === 0 || classes.includes(failureClass));
      const chosen = letters.filter(isChosen);
      const result = await sendBack(deployment, queue, chosen, (count) => {
        progress.update(`${sent + count} sent back`);
      });
      sent += result.sent;
      kept.push(...result.kept);
      await queue.giveBack([...letters.filter((letter) => !isChosen(letter)), ...result.kept]);
    }
    progress.done(dryRun ? `${all.length} found` : `${sent} sent back`);
    const isWhole = kept.length === 0;
    return {
      text: [
        asText(counts, all, terminal.columns),
        ...(all.length === 0
          ? [`Next: ${commandOn(deployment, 'doctor')}`]
          : [
              '',
              dryRun ? 'Nothing was sent: this was a dry run.' : `${sent} sent back to the events queue.`,
              ...(isWhole
                ? []
                : [`${kept.length} stay where they are: they cannot be read, or SQS refused them.`]),
              dryRun
                ? 'Next: send them back without --dry-run, perhaps one class with --class.'
                : `Next: ${commandOn(deployment, 'doctor')}`,
            ]),
      ].join('\n'),
      json: {
        ok: isWhole,
        dryRun,
        byClass: counts,
        letters: all.map((letter) => ({
          messageId: letter.messageId,
          failureClass: letter.failureClass,
          sentMs: letter.sentMs,
          ...aboutOf(letter),
        })),
        sent,
        kept: kept.length,
      },
      exitCode: isWhole ? EXIT_CODE.done : EXIT_CODE.incomplete,
    };
  } catch (error) {
    progress.fail();
    throw error;
  }
};
