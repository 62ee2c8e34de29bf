import type { QueueMessage } from '../contract/queue-message';
import { OutOfTimeError } from '../errors';
import type { Invocation } from '../invocation';
import type { OutcomeFields } from '../outcome';
import { inTheEnd } from '../voicemail/absence';
import { conclude, concludeReconcile, type Done, type GivenBack } from './conclude';
import type { Delivery, Received } from './delivery';
import { processMessage } from './process-message';

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
