import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { describeError } from '../../shared/observability';
import { MOVE_VOICEMAIL_METRIC } from '../contract/metrics';
import { ownerField, type VoicemailOwner } from '../contract/object-key';
import type { QueueMessageOf } from '../contract/queue-message';
import { TemporaryError } from '../errors';
import type { Invocation } from '../invocation';
import { type MailboxRun, runMailbox } from './mailbox-run';
import { RememberedMailbox } from './memory';

const mailboxes = ({ settings }: Invocation): readonly VoicemailOwner[] => [
  ...settings.QUEUE_IDS.filter((id) => !settings.EXCLUDED_QUEUE_IDS.includes(id)).map(
    (id) => ({ kind: 'queue', id }) as const,
  ),
  ...settings.GROUP_IDS.map((id) => ({ kind: 'group', id }) as const),
];

/** One token moves this many in about a minute. With more in the queue, what the archive lacks most likely waits there. */
const DEEP_QUEUE_MESSAGES = 100;

/** Messages in the queue that the reconcile has sent itself. */
const countOwn = async (invocation: Invocation): Promise<number> => {
  let own = 0;
  for (const owner of mailboxes(invocation)) {
    const { memory } = await RememberedMailbox.read(invocation.archive, owner);
    own += Object.keys(memory.onTheWay).length;
  }
  return own;
};

/**
 * Whether a run should not begin. In an outage nothing reaches the archive, and a run would send once more all events that
 * wait. What the reconcile has sent itself is no reason.
 */
const isPostponed = async (invocation: Invocation): Promise<boolean> => {
  const { queues, log, metrics } = invocation;
  const waiting = await queues.countEvents();
  const isDeep =
    waiting > DEEP_QUEUE_MESSAGES && waiting - (await countOwn(invocation)) > DEEP_QUEUE_MESSAGES;
  metrics.addMetric(MOVE_VOICEMAIL_METRIC.reconcilePostponed, MetricUnit.Count, isDeep ? 1 : 0);
  if (isDeep) {
    log.info('reconcile', { done: false, postponed: true, waiting });
  }
  return isDeep;
};

/** Reports what became of a mailbox. */
const reportRun = (
  { log, metrics }: Invocation,
  owner: VoicemailOwner,
  run: MailboxRun | undefined,
): void => {
  const ownerId = owner.id;
  if (run === undefined) {
    log.info('reconcile', { ownerId, done: false, reason: 'another run has this mailbox' });
    return;
  }
  const { pages, sent, trouble, nextPage } = run;
  metrics.addMetric(MOVE_VOICEMAIL_METRIC.reconcileSent, MetricUnit.Count, sent);
  if (trouble === undefined) {
    log.info('reconcile', { ownerId, done: true, pages, sent });
  } else if (nextPage === undefined) {
    log.error('reconcile cannot list a mailbox', { ownerId, pages, sent, ...describeError(trouble) });
    metrics.addMetric(MOVE_VOICEMAIL_METRIC.reconcileRefused, MetricUnit.Count, 1);
  } else {
    log.info('reconcile', { ownerId, done: false, pages, sent, nextPage, ...describeError(trouble) });
  }
};

/**
 * Compares the mailboxes with the archive and sends the function a message for each voicemail that is missing there.
 *
 * The archive is its memory: of each mailbox it remembers what is settled, so that an hour's run costs an hour's mail, and
 * what is on its way, so that it sends a voicemail once. A voicemail that failed has left a marker, so that it reaches the
 * failures queue once. A mailbox's trouble is its own; the others are reconciled.
 *
 * A run that finds the events queue deep leaves its work to the next one. One that has to stop, for time or for Genesys'
 * limit, sends itself a message that names the page to go on with. Lambda ends such a chain after about 16 messages; then the
 * next run goes on where it was cut.
 *
 * @throws TemporaryError where it had to stop before the first page was done, so that the message itself is tried again.
 */
export const reconcile = async (
  invocation: Invocation,
  message: QueueMessageOf<'reconcile'>,
): Promise<void> => {
  const { queues } = invocation;
  const all = mailboxes(invocation);
  const continuedId = message.queueId ?? message.groupId;
  const startIndex = Math.max(
    0,
    all.findIndex(({ id }) => id === continuedId),
  );
  if (all.length === 0 || (continuedId === undefined && (await isPostponed(invocation)))) {
    return;
  }
  let pages = 0;
  for (const owner of all.slice(startIndex)) {
    const isContinuation = owner.id === continuedId;
    const run = await runMailbox(invocation, owner, isContinuation).catch(async (error: unknown) => {
      if (pages === 0 || !(error instanceof TemporaryError)) {
        throw error;
      }
      return { pages: 0, sent: 0, trouble: error, nextPage: 1 };
    });
    reportRun(invocation, owner, run);
    pages += run?.pages ?? 0;
    if (run?.nextPage !== undefined) {
      const delayMs = run.trouble instanceof TemporaryError ? run.trouble.atLeastMs : 0;
      await queues.sendEvents(
        [{ schemaVersion: 1, kind: 'reconcile', ...ownerField(owner), pageNumber: run.nextPage }],
        Math.ceil(delayMs / 1000),
      );
      return;
    }
  }
};
