import type { VoicemailOwner } from '../contract/object-key';
import type { Invocation } from '../invocation';
import { toPlace } from '../voicemail/voicemail-to-move';
import type { ExpectedVoicemail } from './day-listings';
import type { RememberedMailbox } from './memory';

/** When to ask again for a transcript, as shares of the time within which one is awaited. */
const LOOKS = [1 / 12, 1 / 4, 1 / 2, 1] as const;

const awaits = ({ settings }: Invocation): boolean =>
  settings.STORE_TRANSCRIPT && settings.TRANSCRIPT_WAIT_MS > 0;

/** Those of stored voicemails that were stored without a transcript and may still get one, with when they were left. */
export const untranscribed = async (
  invocation: Invocation,
  owner: VoicemailOwner,
  stored: readonly ExpectedVoicemail[],
): Promise<Readonly<Record<string, number>>> => {
  const { archive, settings } = invocation;
  const found: Record<string, number> = {};
  for (const voicemail of awaits(invocation) ? stored : []) {
    const isAwaited = Date.now() - voicemail.createdMs < settings.TRANSCRIPT_WAIT_MS;
    const sidecar = isAwaited ? await archive.readSidecar(toPlace(voicemail, owner)) : undefined;
    if (sidecar !== undefined && sidecar.sidecar.transcript === undefined) {
      found[voicemail.id] = voicemail.createdMs;
    }
  }
  return found;
};

/**
 * Asks Genesys for the transcripts of voicemails that were stored without one, a few times within a day, and adds those that
 * have come. The archive remembers which ones; no container waits.
 */
export const addLateTranscripts = async (
  invocation: Invocation,
  owner: VoicemailOwner,
  mailbox: RememberedMailbox,
): Promise<void> => {
  const { genesys, archive, settings, deadline, log } = invocation;
  const waitMs = settings.TRANSCRIPT_WAIT_MS;
  const { untranscribed: open, transcribedMs } = mailbox.memory;
  const nowMs = Date.now();
  const left: Record<string, number> = {};
  let added = 0;
  for (const [id, createdMs] of Object.entries(open)) {
    const isDue = LOOKS.some((share) => {
      const dueMs = createdMs + share * waitMs;
      return dueMs > transcribedMs && dueMs <= nowMs;
    });
    if (!isDue || !awaits(invocation)) {
      left[id] = createdMs;
      continue;
    }
    if (!deadline.mayBegin()) {
      return;
    }
    const message = await genesys.message(id);
    const transcript = message === 'not-found' ? undefined : message.transcript;
    const place = toPlace({ id, createdMs }, owner);
    if (transcript !== undefined && (await archive.look(place)).isStored) {
      added += (await archive.putTranscript(place, transcript)) ? 1 : 0;
    } else if (message !== 'not-found' && nowMs < createdMs + waitMs) {
      left[id] = createdMs;
    }
  }
  if (Object.keys(open).length > 0) {
    log.info('late transcripts', { ownerId: owner.id, added, awaited: Object.keys(left).length });
    await mailbox.write({ untranscribed: left, transcribedMs: nowMs });
  }
};
