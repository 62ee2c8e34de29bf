import type { QueueMessage, VoicemailEndMessage, VoicemailNamedMessage } from '../contract/queue-message';
import { NotYetError, PermanentFailureError } from '../errors';
import type { VoicemailOwner } from '../genesys/owner';
import type { Invocation } from '../invocation';
import { type Outcome, report } from '../outcome';
import { reconcile } from '../reconcile/reconcile';
import { moveVoicemail } from '../voicemail/move';
import type { Delivery } from './delivery';

/** What has to be thrown of several troubles: as long as one can pass, the message is not failed for good. */
const foremost = (troubles: readonly unknown[]): unknown =>
  troubles.find((trouble) => !(trouble instanceof PermanentFailureError)) ?? troubles[0];

const moveOfConversation = async (
  invocation: Invocation,
  message: VoicemailEndMessage,
  delivery: Delivery,
): Promise<readonly Outcome[]> => {
  const { settings, lookup, genesys } = invocation;
  const { conversationId, queueId, eventTimeMs, durationMs } = message;
  if (queueId === undefined) {
    return [report(invocation, 'skipped', { conversationId, reason: 'not a queue voicemail' })];
  }
  const fields = { conversationId, ownerId: queueId };
  if (settings.QUEUE_IDS.length > 0 && !settings.QUEUE_IDS.includes(queueId)) {
    return [report(invocation, 'skipped', { ...fields, reason: 'a queue that is not moved' })];
  }
  if (durationMs !== undefined && durationMs < settings.MINIMUM_DURATION_MS) {
    return [report(invocation, 'skipped', { ...fields, reason: 'too short' })];
  }
  const isWaitOver = Date.now() >= delivery.waitEndsMs;
  const found = await lookup.find(genesys, conversationId, queueId, isWaitOver);
  const outcomes: Outcome[] = [];
  const troubles: unknown[] = [];
  for (const voicemailId of found.ready) {
    const voicemail = {
      voicemailId,
      conversationId,
      owner: { kind: 'queue', id: queueId },
      eventTimeMs,
      // The duration is that of one voicemail; of several we do not know which.
      durationMs: found.ready.length === 1 ? durationMs : undefined,
      mayBeOld: isWaitOver,
    } as const;
    try {
      outcomes.push(await moveVoicemail(invocation, voicemail, delivery));
    } catch (error) {
      troubles.push(error);
    }
  }
  if (found.hasFailed) {
    troubles.push(
      new PermanentFailureError(
        'UPLOAD_FAILED_AT_SOURCE',
        'Genesys says that the recording was never uploaded',
      ),
    );
  }
  const isMissing = found.isPending || (found.ready.length === 0 && !found.hasFailed);
  if (isMissing && !isWaitOver) {
    troubles.push(new NotYetError('the voicemail is not there yet', delivery.waitEndsMs));
  }
  if (troubles.length > 0) {
    throw foremost(troubles);
  }
  if (isMissing) {
    const reason = found.isPending ? 'still being uploaded when the wait was over' : 'no voicemail was found';
    outcomes.push(report(invocation, 'absent', { ...fields, reason }));
  }
  return outcomes;
};

const ownerOf = ({ queueId, groupId }: VoicemailNamedMessage): VoicemailOwner | undefined => {
  if (queueId !== undefined) {
    return { kind: 'queue', id: queueId };
  }
  return groupId === undefined ? undefined : { kind: 'group', id: groupId };
};

/**
 * Does what a message asks for.
 *
 * @returns an outcome for each voicemail; none for reconcile
 * @throws NotYetError, TemporaryError, PermanentFailureError as {@link moveVoicemail} does.
 */
export const processMessage = async (
  invocation: Invocation,
  message: QueueMessage,
  delivery: Delivery,
): Promise<readonly Outcome[]> => {
  switch (message.kind) {
    case 'voicemail-end':
      return moveOfConversation(invocation, message, delivery);
    case 'voicemail': {
      const mayBeOld = Date.now() >= delivery.waitEndsMs;
      return [await moveVoicemail(invocation, { ...message, owner: ownerOf(message), mayBeOld }, delivery)];
    }
    case 'reconcile':
      await reconcile(invocation, message);
      return [];
  }
};
