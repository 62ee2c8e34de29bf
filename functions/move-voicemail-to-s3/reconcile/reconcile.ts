import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { describeError } from '../../shared/observability';
import { MOVE_VOICEMAIL_METRIC } from '../contract/metrics';
import { ownerField } from '../contract/object-key';
import type { ReconcileMessage } from '../contract/queue-message';
import { OutOfTimeError, PermanentFailureError, TemporaryError } from '../errors';
import type { VoicemailOwner } from '../genesys/owner';
import type { MessagePage, VoicemailMessage } from '../genesys/voicemail';
import type { Invocation } from '../invocation';
import { isTooShort } from '../voicemail/voicemail-to-move';
import { type ExpectedVoicemail, missingVoicemails, voicemailMessage } from './missing-voicemails';

/** A place in the listings of all mailboxes. */
interface Position {
  readonly owner: VoicemailOwner;
  readonly pageNumber: number;
}

const mailboxes = ({ settings }: Invocation): readonly VoicemailOwner[] => [
  ...settings.QUEUE_IDS.map((id) => ({ kind: 'queue', id }) as const),
  ...settings.GROUP_IDS.map((id) => ({ kind: 'group', id }) as const),
];

const mailboxAt = (invocation: Invocation, index: number): Position | undefined => {
  const owner = mailboxes(invocation)[index];
  return owner === undefined ? undefined : { owner, pageNumber: 1 };
};

const indexOf = (invocation: Invocation, id: string | undefined): number =>
  mailboxes(invocation).findIndex((owner) => owner.id === id);

/** Where a run begins: where an interrupted one stopped, else at the first mailbox. */
const first = (
  invocation: Invocation,
  { queueId, groupId, pageNumber }: ReconcileMessage,
): Position | undefined => {
  const stoppedAt = mailboxAt(invocation, indexOf(invocation, queueId ?? groupId));
  return stoppedAt === undefined ? mailboxAt(invocation, 0) : { ...stoppedAt, pageNumber };
};

const nextMailbox = (invocation: Invocation, { id }: VoicemailOwner): Position | undefined =>
  mailboxAt(invocation, indexOf(invocation, id) + 1);

/** What one token can move in about a minute. More than that, and what the archive lacks most likely waits in the queue. */
const DEEP_QUEUE_MESSAGES = 100;

/**
 * Whether a run should not begin. In an outage nothing reaches the archive, and each run would send once more all that waits:
 * a queue that grows by itself. What a run has sent itself is no reason, so that one which goes on is not held up.
 */
const isPostponed = async (
  { queues, log, metrics }: Invocation,
  { queueId, groupId }: ReconcileMessage,
): Promise<boolean> => {
  if (queueId !== undefined || groupId !== undefined) {
    return false;
  }
  const waiting = await queues.countEvents();
  const isDeep = waiting > DEEP_QUEUE_MESSAGES;
  metrics.addMetric(MOVE_VOICEMAIL_METRIC.reconcilePostponed, MetricUnit.Count, isDeep ? 1 : 0);
  if (isDeep) {
    log.info('reconcile', { done: false, postponed: true, waiting });
  }
  return isDeep;
};

/** A mailbox that the token may not list is reported and left out; the others do not suffer for it. */
const readPage = async (
  { genesys, log, metrics }: Invocation,
  { owner, pageNumber }: Position,
): Promise<MessagePage> => {
  try {
    return await genesys.page(owner, pageNumber);
  } catch (error) {
    if (!(error instanceof PermanentFailureError)) {
      throw error;
    }
    log.error('reconcile cannot list a mailbox', { ownerId: owner.id, ...describeError(error) });
    metrics.addMetric(MOVE_VOICEMAIL_METRIC.reconcileRefused, MetricUnit.Count, 1);
    return { messages: [], isLast: true, pageCount: undefined };
  }
};

/**
 * Whether reconcile looks for this voicemail in the archive. The window ends before the events' own waiting time, so that it
 * does not run a race with them; what an event would skip is skipped here as well.
 */
const isExpected =
  ({ settings }: Invocation, nowMs: number) =>
  (message: VoicemailMessage): message is ExpectedVoicemail => {
    const { createdMs, durationSeconds, isDeleted } = message;
    const ageMs = nowMs - (createdMs ?? Number.NaN);
    return (
      ageMs >= settings.VOICEMAIL_WAIT_MS &&
      ageMs < settings.RECONCILE_LOOK_BACK_MS &&
      !isDeleted &&
      !isTooShort({ durationSeconds }, settings.MINIMUM_DURATION_MS)
    );
  };

/**
 * Compares the mailboxes with the archive and sends the function a message for each voicemail that is missing there.
 *
 * It remembers nothing: the archive is its memory. A sent message ends in the archive or in the failures queue; a voicemail
 * that failed has left a marker in the archive, so that it is sent to the failures queue once, and not at every run, as long
 * as the look-back reaches it. Two runs at once send a voicemail twice, which the conditional write makes harmless.
 *
 * A run that finds the events queue deep leaves its work to the next one. One that has to stop, for time or for Genesys'
 * limit, sends itself a message that names the page to go on with.
 *
 * @throws TemporaryError where it had to stop before the first page was done, so that the message itself is tried again.
 */
export const reconcile = async (invocation: Invocation, message: ReconcileMessage): Promise<void> => {
  const { archive, queues, deadline, log, metrics } = invocation;
  let position = first(invocation, message);
  if (position === undefined || (await isPostponed(invocation, message))) {
    return;
  }
  let sent = 0;
  let pages = 0;
  try {
    while (position !== undefined) {
      if (pages > 0 && !deadline.mayBegin()) {
        throw new OutOfTimeError();
      }
      const { owner, pageNumber }: Position = position;
      const page = await readPage(invocation, position);
      const expected = page.messages.filter(isExpected(invocation, Date.now()));
      const voicemails = await missingVoicemails(archive, owner, expected);
      await queues.sendEvents(voicemails.map(voicemailMessage(owner)));
      sent += voicemails.length;
      pages += 1;
      position = page.isLast ? nextMailbox(invocation, owner) : { owner, pageNumber: pageNumber + 1 };
    }
    log.info('reconcile', { done: true, pages, sent });
  } catch (error) {
    if (pages === 0 || position === undefined || !(error instanceof TemporaryError)) {
      throw error;
    }
    const { owner, pageNumber } = position;
    await queues.sendEvents(
      [{ schemaVersion: 1, kind: 'reconcile', ...ownerField(owner), pageNumber }],
      Math.ceil(error.atLeastMs / 1000),
    );
    log.info('reconcile', { done: false, pages, sent, ownerId: owner.id, pageNumber, reason: error.message });
  } finally {
    metrics.addMetric(MOVE_VOICEMAIL_METRIC.reconcileSent, MetricUnit.Count, sent);
  }
};
