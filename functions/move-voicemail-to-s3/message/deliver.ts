import type { VoicemailOwner } from '../contract/object-key';
import type { QueueMessage, QueueMessageOf } from '../contract/queue-message';
import { OutOfTimeError } from '../errors';
import type { Invocation } from '../invocation';
import type { Outcome, OutcomeFields } from '../outcome';
import { reconcile } from '../reconcile/reconcile';
import { inTheEnd } from '../voicemail/absence';
import { moveVoicemail } from '../voicemail/move';
import { conclude, concludeReconcile, type Done, type GivenBack } from './conclude';
import type { Delivery, Received } from './delivery';
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
const processMessage = async (
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

const fieldsOf = (message: QueueMessage): OutcomeFields =>
  message.kind === 'reconcile'
    ? {}
    : {
        conversationId: message.conversationId,
        ownerId: message.queueId,
        ...(message.kind === 'voicemail' ? { voicemailId: message.voicemailId } : {}),
      };

/**
 * The wait counts from when the message reached us, and not from the event: that may have a wrong clock, and a message that
 * waited for hours has not been looked for yet.
 */
const toDelivery = ({ settings }: Invocation, received: Received): Delivery => {
  const waitEndsMs = received.firstReceivedMs + settings.VOICEMAIL_WAIT_MS;
  return { ...received, waitEndsMs, isWaitOver: Date.now() >= waitEndsMs };
};

/** Does the work of one message. Never throws: whatever happens here is this message's own trouble. */
export const deliver = async (
  invocation: Invocation,
  received: Received,
  parse: () => QueueMessage,
): Promise<Done | GivenBack> => {
  const delivery = toDelivery(invocation, received);
  let message: QueueMessage | undefined;
  try {
    if (!invocation.deadline.mayBegin()) {
      throw new OutOfTimeError();
    }
    message = parse();
    return { kind: 'done', outcomes: await processMessage(invocation, message, delivery) };
  } catch (error) {
    if (message === undefined) {
      return conclude(invocation, delivery, error, {});
    }
    if (message.kind === 'reconcile') {
      return concludeReconcile(invocation, delivery, error);
    }
    const id = message.kind === 'voicemail' ? message.voicemailId : message.conversationId;
    return conclude(invocation, delivery, inTheEnd(invocation, error, id, delivery), fieldsOf(message));
  }
};
