import type { Archive } from '../archive/archive';
import { dayPrefix, ownerField } from '../contract/object-key';
import type { VoicemailOwner } from '../genesys/owner';
import type { VoicemailMessage } from '../genesys/voicemail';

/** A voicemail that the archive should hold. */
export type ExpectedVoicemail = VoicemailMessage & { readonly createdMs: number };

/** What the archive has of a voicemail that needs no sending: it is stored, was erased, or is in the failures queue. */
const SETTLED: ReadonlySet<string> = new Set(['json', 'tombstone', 'failure']);

/** Takes out of one day's voicemails those that the archive has settled, reading no further than it must. */
const dropSettled = async (
  archive: Pick<Archive, 'list'>,
  prefix: string,
  expected: Map<string, ExpectedVoicemail>,
): Promise<void> => {
  for await (const { key } of archive.list(prefix)) {
    const [voicemailId = '', extension = ''] = key.slice(prefix.length).split('.', 2);
    if (SETTLED.has(extension)) {
      expected.delete(voicemailId);
    }
    if (expected.size === 0) {
      return;
    }
  }
};

/** Those of one mailbox's voicemails that the archive lacks; it is asked once for each day that they touch. */
export const missingVoicemails = async (
  archive: Pick<Archive, 'list' | 'keyPrefix'>,
  owner: VoicemailOwner,
  voicemails: readonly ExpectedVoicemail[],
): Promise<readonly ExpectedVoicemail[]> => {
  const days = new Map<string, Map<string, ExpectedVoicemail>>();
  for (const voicemail of voicemails) {
    const prefix = dayPrefix(archive.keyPrefix, owner, voicemail.createdMs);
    const day = days.get(prefix) ?? new Map<string, ExpectedVoicemail>();
    days.set(prefix, day.set(voicemail.id, voicemail));
  }
  for (const [prefix, expected] of days) {
    await dropSettled(archive, prefix, expected);
  }
  return [...days.values()].flatMap((expected) => [...expected.values()]);
};

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
