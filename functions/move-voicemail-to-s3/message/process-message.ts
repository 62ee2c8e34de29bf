import type { VoicemailOwner } from '../contract/owner';
import type { QueueMessage, QueueMessageOf } from '../contract/queue-message';
import type { Invocation } from '../invocation';
import type { Outcome } from '../outcome';
import { reconcile } from '../reconcile/reconcile';
import { moveVoicemail } from '../voicemail/move';
import type { Delivery } from './delivery';
import { actOn, moveConversation, outcomesOf } from './move-conversation';

const ownerOf = ({ queueId, groupId }: QueueMessageOf<'voicemail'>): VoicemailOwner | undefined => {
  if (queueId !== undefined) {
    return { kind: 'queue', id: queueId };
  }
  return groupId === undefined ? undefined : { kind: 'group', id: groupId };
};

const moveNamed = async (
  invocation: Invocation,
  message: QueueMessageOf<'voicemail'>,
  delivery: Delivery,
): Promise<readonly Outcome[]> => {
  const moved = await moveVoicemail(
    invocation,
    { ...message, toldOwner: ownerOf(message), isNamed: true },
    delivery,
  );
  await actOn(invocation, [moved]);
  return outcomesOf(invocation, [moved]);
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
      return moveConversation(invocation, message, delivery);
    case 'voicemail':
      return moveNamed(invocation, message, delivery);
    case 'reconcile':
      await reconcile(invocation, message);
      return [];
  }
};
