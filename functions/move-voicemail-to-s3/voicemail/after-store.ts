import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { MOVE_VOICEMAIL_METRIC } from '../contract/metrics';
import { TemporaryError, TokenUnusableError } from '../errors';
import type { ConversationVoicemail } from '../genesys/conversation';
import type { Invocation } from '../invocation';
import { toPlace } from './voicemail-to-move';

/** A voicemail whose recording is known to be in S3. */
export interface StoredVoicemail {
  readonly voicemailId: string;
  readonly conversationId: string | undefined;
  /** Whether the stored bytes prove that they are the whole recording. Only then may the original be deleted. */
  readonly isProven: boolean;
}

const refused = ({ log, metrics }: Invocation, what: string, fields: object): void => {
  log.warn(`Genesys refused to ${what}; the voicemail is stored all the same`, { ...fields });
  metrics.addMetric(MOVE_VOICEMAIL_METRIC.afterStoreRefused, MetricUnit.Count, 1);
};

/** Whether a further voicemail of the conversation is in the archive. */
const isArchived = async (
  { genesys, archive }: Invocation,
  { id, uploadStatus }: ConversationVoicemail,
): Promise<boolean> => {
  if (id === undefined) {
    // Said of a participant who left none.
    return uploadStatus === 'none';
  }
  const message = await genesys.message(id);
  if (message === 'not-found' || message.owner === undefined) {
    return false;
  }
  return (await archive.look(toPlace(message, message.owner))).isStored;
};

/**
 * Ends the callback of a conversation, unless somebody is on it, or another voicemail of it is not stored.
 *
 * @returns whether the callback is over
 */
const disconnect = async (
  invocation: Invocation,
  conversationId: string | undefined,
  storedIds: ReadonlySet<string>,
): Promise<boolean> => {
  const { genesys, log } = invocation;
  const conversation =
    conversationId === undefined ? 'forbidden' : await genesys.conversation(conversationId);
  if (conversation === 'not-found') {
    return true;
  }
  if (conversationId === undefined || conversation === 'forbidden') {
    refused(invocation, 'say who is on the callback, so that it is not disconnected', { conversationId });
    return false;
  }
  if (conversation.hasPeople) {
    log.info('the callback is not disconnected: somebody is on it', { conversationId });
    return false;
  }
  for (const voicemail of conversation.voicemails) {
    const isStored = voicemail.id !== undefined && storedIds.has(voicemail.id);
    if (!isStored && !(await isArchived(invocation, voicemail))) {
      log.info('the callback is not disconnected: another voicemail of it is not stored', { conversationId });
      return false;
    }
  }
  const isDone = await genesys.disconnect(conversationId);
  if (!isDone) {
    refused(invocation, 'disconnect the callback', { conversationId });
  }
  return isDone;
};

/** Genesys refuses this to service users, so nothing that happens here is an error. */
const markRead = async (invocation: Invocation, { voicemailId }: StoredVoicemail): Promise<void> => {
  const isDone = await invocation.genesys.markRead(voicemailId).catch((error: unknown) => {
    if (error instanceof TemporaryError && !(error instanceof TokenUnusableError)) {
      return false;
    }
    throw error;
  });
  if (!isDone) {
    refused(invocation, 'mark the voicemail read', { voicemailId });
  }
};

/**
 * Does at Genesys what the deployment asks for once voicemails of one conversation are stored; each step may be repeated
 * without harm.
 *
 * A voicemail stays at Genesys where its callback should have been disconnected and was not: an agent would find nothing to
 * play. It also stays where its bytes do not prove that they are all of it.
 *
 * @param stored what is left to act on
 * @param storedIds all voicemails that are known to be stored
 */
export const actAfterStore = async (
  invocation: Invocation,
  stored: readonly StoredVoicemail[],
  storedIds: ReadonlySet<string>,
): Promise<void> => {
  const { settings, genesys } = invocation;
  const [first] = stored;
  if (first === undefined) {
    return;
  }
  const mayDelete =
    !settings.DISCONNECT_AFTER_STORE || (await disconnect(invocation, first.conversationId, storedIds));
  for (const voicemail of stored) {
    const { voicemailId, isProven } = voicemail;
    if (settings.MARK_READ_AFTER_STORE) {
      await markRead(invocation, voicemail);
    }
    if (settings.DELETE_AFTER_STORE && mayDelete && isProven && !(await genesys.delete(voicemailId))) {
      refused(invocation, 'delete the voicemail', { voicemailId });
    }
  }
};
