import { UNDATED_MS, type VoicemailOwner, type VoicemailPlace } from '../contract/object-key';
import type { VoicemailMessage } from '../genesys/voicemail';

/** A voicemail to move, and what the queue's message says of it. */
export interface VoicemailToMove {
  readonly voicemailId: string;
  readonly conversationId: string | undefined;
  /** In whose mailbox it should be. Genesys decides; this says where to look for one that Genesys no longer has. */
  readonly toldOwner: VoicemailOwner | undefined;
  readonly eventTimeMs: number | undefined;
  readonly durationMs: number | undefined;
  /** Whether the message names the voicemail, and not only its conversation. */
  readonly isNamed: boolean;
}

/** Where a voicemail belongs in the archive: Genesys alone says so, so that it is one place for ever. */
export const toPlace = (
  { id, createdMs = UNDATED_MS }: Pick<VoicemailMessage, 'id' | 'createdMs'>,
  owner: VoicemailOwner,
): VoicemailPlace => ({ voicemailId: id, owner, createdMs });

/**
 * Whether a voicemail is surely shorter than the least that is moved. Genesys may round seconds down, so 4 can mean 4.999 s;
 * when in doubt the voicemail is kept.
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
export const durationOf = (
  { durationMs }: Pick<VoicemailToMove, 'durationMs'>,
  { durationSeconds }: Pick<VoicemailMessage, 'durationSeconds'>,
): number | undefined =>
  durationMs ?? (durationSeconds === undefined ? undefined : Math.round(durationSeconds * 1000));
