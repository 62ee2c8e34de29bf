import { AUDIO_FORMATS } from '../contract/audio-format';
import { type VoicemailPlace, voicemailKeys } from '../contract/object-key';
import type { Invocation } from '../invocation';
import type { VoicemailToMove } from '../voicemail/voicemail-to-move';

const DAY_MS = 24 * 60 * 60 * 1000;

/** What the archive holds of a voicemail. */
export type Held = 'nothing' | 'stored' | 'erased';

/** Asks the archive for one voicemail. */
export const heldAt = async ({ archive, settings }: Invocation, place: VoicemailPlace): Promise<Held> => {
  const { sidecar, tombstone } = voicemailKeys(
    settings.ARCHIVE_KEY_PREFIX,
    place,
    AUDIO_FORMATS[settings.AUDIO_FORMAT],
  );
  const [isStored, isErased] = await Promise.all([archive.has(sidecar), archive.has(tombstone)]);
  if (isErased) {
    return 'erased';
  }
  return isStored ? 'stored' : 'nothing';
};

/** Looks for a voicemail that Genesys no longer has. Only Genesys knew the date of the key, so the days around the event are asked. */
export const heldAround = async (
  invocation: Invocation,
  { voicemailId, owner, eventTimeMs }: VoicemailToMove,
): Promise<Held> => {
  if (owner === undefined || eventTimeMs === undefined) {
    return 'nothing';
  }
  for (const createdMs of [eventTimeMs, eventTimeMs - DAY_MS, eventTimeMs + DAY_MS]) {
    const held = await heldAt(invocation, { owner, createdMs, voicemailId });
    if (held !== 'nothing') {
      return held;
    }
  }
  return 'nothing';
};
