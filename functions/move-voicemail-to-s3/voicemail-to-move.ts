import type { VoicemailMessage } from './genesys-voicemail';
import type { VoicemailPlace } from './object-key';
import type { VoicemailOwner } from './owner';

/** A voicemail to move, and what the message says of it; Genesys' own word goes first where it has one. */
export interface VoicemailToMove {
  readonly voicemailId: string;
  readonly conversationId: string | undefined;
  readonly owner: VoicemailOwner | undefined;
  readonly eventTimeMs: number | undefined;
  readonly durationMs: number | undefined;
  /** Whether to look at the archive first: the voicemail may have been there, and even erased, long ago. */
  readonly mayBeOld: boolean;
}

/** Where a voicemail belongs in the archive; `undefined` where nobody says whose it is, or when it was left. */
export const toPlace = (
  { voicemailId, owner, eventTimeMs }: VoicemailToMove,
  message?: VoicemailMessage,
): VoicemailPlace | undefined => {
  const ownerOfKey = message?.owner ?? owner;
  const createdMs = message?.createdMs ?? eventTimeMs;
  return ownerOfKey === undefined || createdMs === undefined
    ? undefined
    : { voicemailId, owner: ownerOfKey, createdMs };
};

/** The event knows milliseconds; the message only whole seconds. */
export const durationOf = ({ durationMs }: VoicemailToMove, message: VoicemailMessage): number | undefined =>
  durationMs ??
  (message.durationSeconds === undefined ? undefined : Math.round(message.durationSeconds * 1000));
