import type { VoicemailPlace } from '../contract/object-key';
import type { VoicemailOwner } from '../genesys/owner';
import type { VoicemailMessage } from '../genesys/voicemail';

/** A voicemail to move, and what the message says of it; Genesys' own word goes first where it has one. */
export interface VoicemailToMove {
  readonly voicemailId: string;
  readonly conversationId: string | undefined;
  readonly owner: VoicemailOwner | undefined;
  readonly eventTimeMs: number | undefined;
  readonly durationMs: number | undefined;
  /** Whether to look at the archive first: the voicemail may have been there, and even erased, since somebody sent for it. */
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

/**
 * Whether a voicemail is surely shorter than the least that is moved. Of whole seconds nobody says whether they were rounded
 * down, so a doubt counts for the voicemail.
 */
export const isTooShort = (
  {
    durationMs,
    durationSeconds,
  }: { readonly durationMs?: number | undefined } & Pick<VoicemailMessage, 'durationSeconds'>,
  minimumMs: number,
): boolean => {
  const atMostMs =
    durationMs ?? (durationSeconds === undefined ? undefined : (durationSeconds + 1) * 1000 - 1);
  return atMostMs !== undefined && atMostMs < minimumMs;
};

/** The event knows milliseconds; the message only whole seconds. */
export const durationOf = ({ durationMs }: VoicemailToMove, message: VoicemailMessage): number | undefined =>
  durationMs ??
  (message.durationSeconds === undefined ? undefined : Math.round(message.durationSeconds * 1000));
