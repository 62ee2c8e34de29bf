import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { MOVE_VOICEMAIL_METRIC } from '../contract/metrics';
import { TemporaryError, TokenUnusableError } from '../errors';
import type { Invocation } from '../invocation';

/** A voicemail whose whole recording is known to be in S3. */
export interface StoredVoicemail {
  readonly voicemailId: string;
  readonly conversationId: string | undefined;
}

const refused = ({ log, metrics }: Invocation, what: string, voicemailId: string): void => {
  log.warn(`Genesys refused to ${what}; the voicemail is stored all the same`, { voicemailId });
  metrics.addMetric(MOVE_VOICEMAIL_METRIC.afterStoreRefused, MetricUnit.Count, 1);
};

const disconnect = async (
  invocation: Invocation,
  { voicemailId, conversationId }: StoredVoicemail,
): Promise<boolean> => {
  const isDone = conversationId !== undefined && (await invocation.genesys.disconnect(conversationId));
  if (!isDone) {
    refused(invocation, 'disconnect the callback', voicemailId);
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
    refused(invocation, 'mark the voicemail read', voicemailId);
  }
};

/**
 * Does at Genesys what the deployment asks for once a voicemail is stored; each step may be repeated without harm.
 *
 * The voicemail stays at Genesys where its callback should have been disconnected and could not be: it may still wait for
 * an agent, who would find nothing to play.
 */
export const actAfterStore = async (invocation: Invocation, voicemail: StoredVoicemail): Promise<void> => {
  const { settings, genesys } = invocation;
  const mayDelete = !settings.DISCONNECT_AFTER_STORE || (await disconnect(invocation, voicemail));
  if (settings.MARK_READ_AFTER_STORE) {
    await markRead(invocation, voicemail);
  }
  if (settings.DELETE_AFTER_STORE && mayDelete && !(await genesys.delete(voicemail.voicemailId))) {
    refused(invocation, 'delete the voicemail', voicemail.voicemailId);
  }
};
