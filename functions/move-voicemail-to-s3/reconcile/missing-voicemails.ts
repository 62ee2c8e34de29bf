import type { Archive } from '../archive/archive';
import { ownerField } from '../contract/object-key';
import type { VoicemailOwner } from '../contract/owner';
import { DayListings, type ExpectedVoicemail } from './day-listings';

export type { ExpectedVoicemail } from './day-listings';

/** Those of one mailbox's voicemails that the archive lacks; each day that they touch is listed once. */
export const missingVoicemails = (
  archive: Pick<Archive, 'list' | 'keyPrefix'>,
  owner: VoicemailOwner,
  voicemails: readonly ExpectedVoicemail[],
): Promise<readonly ExpectedVoicemail[]> => new DayListings(archive, owner).missing(voicemails);

/** The message that asks the function to move one voicemail. */
export const voicemailMessage =
  (owner: VoicemailOwner) =>
  ({ id, conversationId, createdMs }: ExpectedVoicemail) => ({
    schemaVersion: 1,
    kind: 'voicemail',
    voicemailId: id,
    ...(conversationId === undefined ? {} : { conversationId }),
    ...ownerField(owner),
    eventTimeMs: createdMs,
  });
