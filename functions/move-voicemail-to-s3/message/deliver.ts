import type { QueueMessage } from '../contract/queue-message';
import { OutOfTimeError } from '../errors';
import type { Invocation } from '../invocation';
import type { OutcomeFields } from '../outcome';
import { conclude, concludeReconcile, type Done, type GivenBack } from './conclude';
import type { Received } from './delivery';
import { processMessage } from './process-message';

const fieldsOf = (message: QueueMessage): OutcomeFields =>
  message.kind === 'reconcile'
    ? {}
    : {
        conversationId: message.conversationId,
        ownerId: message.queueId,
        ...(message.kind === 'voicemail' ? { voicemailId: message.voicemailId } : {}),
      };

/** A time of event that lies after the message itself is a wrong clock's. */
const waitEndsMs = ({ settings }: Invocation, message: QueueMessage, sentMs: number): number => {
  const eventTimeMs = message.kind === 'reconcile' ? undefined : message.eventTimeMs;
  return Math.min(eventTimeMs ?? sentMs, sentMs) + settings.VOICEMAIL_WAIT_MS;
};

/** Does the work of one message. Never throws: whatever happens here is this message's own trouble. */
export const deliver = async (
  invocation: Invocation,
  received: Received,
  parse: () => QueueMessage,
): Promise<Done | GivenBack> => {
  let message: QueueMessage | undefined;
  try {
    if (!invocation.deadline.mayBegin()) {
      throw new OutOfTimeError();
    }
    message = parse();
    const delivery = { ...received, waitEndsMs: waitEndsMs(invocation, message, received.sentMs) };
    return { kind: 'done', outcomes: await processMessage(invocation, message, delivery) };
  } catch (trouble) {
    return message?.kind === 'reconcile'
      ? concludeReconcile(invocation, received, trouble)
      : conclude(invocation, received, trouble, message === undefined ? {} : fieldsOf(message));
  }
};
