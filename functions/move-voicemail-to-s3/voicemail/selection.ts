import type { MoveVoicemailToS3Settings } from '../contract/environment';
import type { VoicemailOwner } from '../contract/object-key';
import type { VoicemailMessage } from '../genesys/voicemail';
import type { Invocation } from '../invocation';

/** Why a queue's voicemail is not moved; `undefined` where it is. */
export const unselectedQueue = (
  { QUEUE_IDS, EXCLUDED_QUEUE_IDS }: MoveVoicemailToS3Settings,
  queueId: string,
): string | undefined => {
  const isListed = QUEUE_IDS.length === 0 || QUEUE_IDS.includes(queueId);
  return isListed && !EXCLUDED_QUEUE_IDS.includes(queueId) ? undefined : 'a queue that is not moved';
};

const unselectedOwner = (
  settings: MoveVoicemailToS3Settings,
  { kind, id }: VoicemailOwner,
): string | undefined => {
  if (kind === 'queue') {
    return unselectedQueue(settings, id);
  }
  return settings.GROUP_IDS.includes(id) ? undefined : 'a group that is not moved';
};

/** Whether a conversation of these divisions is in one that is moved. */
export const isInDivisions = (
  { DIVISION_IDS }: MoveVoicemailToS3Settings,
  divisionIds: readonly string[],
): boolean => DIVISION_IDS.length === 0 || divisionIds.some((id) => DIVISION_IDS.includes(id));

/** Why a voicemail is not moved. */
export interface Unselected {
  readonly reason: string;
  /** Whether Genesys said so. What it did not tell, it may tell the next time. */
  readonly isTold: boolean;
}

/**
 * Why a voicemail is not moved, by what Genesys says of it and not by what a message promised; `undefined` where it is.
 *
 * A voicemail says nothing of divisions, its conversation does. The rule has asked an event for its division; of a voicemail
 * that a message names nobody has.
 */
export const unselectedBecause = async (
  { settings, genesys }: Invocation,
  { owner, conversationId }: Pick<VoicemailMessage, 'owner' | 'conversationId'>,
  isNamed: boolean,
): Promise<Unselected | undefined> => {
  if (owner === undefined) {
    return { reason: 'neither a queue nor a group voicemail', isTold: false };
  }
  const reason = unselectedOwner(settings, owner);
  if (reason !== undefined || !isNamed || settings.DIVISION_IDS.length === 0) {
    return reason === undefined ? undefined : { reason, isTold: true };
  }
  const conversation =
    conversationId === undefined ? 'not-found' : await genesys.conversation(conversationId);
  const divisionIds = typeof conversation === 'string' ? [] : conversation.divisionIds;
  if (divisionIds.length === 0) {
    return { reason: 'nobody says in which division it is', isTold: false };
  }
  return isInDivisions(settings, divisionIds)
    ? undefined
    : { reason: 'in a division that is not moved', isTold: true };
};
