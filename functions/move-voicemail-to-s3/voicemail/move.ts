import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { type ArchiveEntry, erasure } from '../archive/archive';
import { DAY_MS } from '../contract/environment';
import { MOVE_VOICEMAIL_METRIC } from '../contract/metrics';
import type { VoicemailOwner, VoicemailPlace } from '../contract/object-key';
import { ErasedError, NotYetError, PermanentFailureError, StoredAfterErasureError } from '../errors';
import type { VoicemailMessage } from '../genesys/voicemail';
import type { Invocation } from '../invocation';
import type { Delivery } from '../message/delivery';
import { type Outcome, type OutcomeFields, report } from '../outcome';
import { MediaMissingError } from '../recording/media-errors';
import { confirmAbsence, inTheEnd } from './absence';
import type { StoredVoicemail } from './after-store';
import { unselectedBecause } from './selection';
import { storeVoicemail } from './store';
import { isTooShort, toPlace, type VoicemailToMove } from './voicemail-to-move';

/** Outcome of one voicemail. */
export interface Moved {
  readonly voicemailId: string;
  readonly outcome: Outcome;
  /** What is to be reported of one in a mailbox that is not moved, once its message is done. */
  readonly elsewhere?: OutcomeFields;
  /** What is left to do at Genesys; `undefined` where another delivery does it. */
  readonly stored: StoredVoicemail | undefined;
}

/** A voicemail that Genesys has described. */
interface Described {
  readonly voicemail: VoicemailToMove;
  readonly message: VoicemailMessage;
  readonly owner: VoicemailOwner;
  readonly place: VoicemailPlace;
}

/** Whether what is stored is so surely whole that its original may go: its bytes are read back and proven once more. */
const isProvenInArchive = async ({ archive }: Invocation, place: VoicemailPlace): Promise<boolean> => {
  const [audio, sidecar] = [await archive.readAudio(place), await archive.readSidecar(place)];
  return audio?.verdict === 'whole' && audio.sha256 === sidecar?.sidecar.sha256;
};

/** About when a voicemail was left, as its message knows. Clocks may be wrong, and a message may have been sent long after. */
const timesOf = ({ eventTimeMs }: VoicemailToMove, { sentMs }: Delivery): readonly number[] => [
  eventTimeMs ?? sentMs,
  sentMs,
];

/** Whether a voicemail has no date that can be read, or is said to be of another day than its event and its message. */
const isDateOdd = (
  { createdMs }: VoicemailMessage,
  voicemail: VoicemailToMove,
  delivery: Delivery,
): boolean =>
  createdMs === undefined ||
  (voicemail.eventTimeMs !== undefined &&
    timesOf(voicemail, delivery).every((timeMs) => Math.abs(timeMs - createdMs) > DAY_MS));

const moveDescribed = async (
  invocation: Invocation,
  delivery: Delivery,
  { voicemail, message, owner, place }: Described,
): Promise<Moved> => {
  const { settings, metrics, archive } = invocation;
  const { voicemailId } = voicemail;
  const conversationId = message.conversationId ?? voicemail.conversationId;
  const fields = { voicemailId, conversationId, ownerId: owner.id };
  const isRepeat = delivery.receiveCount > 1;
  const { eventTimeMs } = voicemail;
  const mayBeOld = eventTimeMs === undefined || Date.now() - eventTimeMs >= settings.VOICEMAIL_WAIT_MS;
  // Of a fresh event's first delivery nothing should be there: it looks just before it writes, and saves this look.
  let entry: ArchiveEntry = { isStored: false, hasAudio: false, isErased: false };
  if (isDateOdd(message, voicemail, delivery)) {
    // It may have been stored or erased while it had another date.
    const timesMs = [...timesOf(voicemail, delivery), place.createdMs];
    entry = await archive.lookAround(voicemailId, owner, timesMs);
  } else if (isRepeat || mayBeOld || voicemail.isNamed) {
    entry = await archive.look(place);
  }
  if (entry.isErased) {
    throw erasure(entry);
  }
  if (entry.isStored && entry.hasAudio) {
    const outcome = report(invocation, 'already-stored', fields);
    const isProven = isRepeat && settings.DELETE_AFTER_STORE && (await isProvenInArchive(invocation, place));
    return { voicemailId, outcome, stored: isRepeat ? { voicemailId, conversationId, isProven } : undefined };
  }
  const { audio, key, isOurs } = await storeVoicemail(invocation, voicemail, message, place);
  const { sizeBytes, sha256, verdict } = audio;
  const isProven = verdict === 'whole';
  if (isOurs && !isProven) {
    metrics.addMetric(MOVE_VOICEMAIL_METRIC.unproven, MetricUnit.Count, 1);
  }
  const outcome = report(invocation, isOurs ? 'stored' : 'already-stored', {
    ...fields,
    key,
    sizeBytes,
    sha256,
  });
  // Only the delivery that wrote the sidecar acts at Genesys. A redelivery acts too: the first may have died after storing.
  const acts = isOurs || isRepeat;
  return { voicemailId, outcome, stored: acts ? { voicemailId, conversationId, isProven } : undefined };
};

const skipped = (
  invocation: Invocation,
  fields: OutcomeFields & { readonly voicemailId: string },
  reason: string,
): Moved => ({
  voicemailId: fields.voicemailId,
  outcome: report(invocation, 'skipped', { ...fields, reason }),
  stored: undefined,
});

/** A voicemail in a mailbox that is not moved; it is reported once its message is done. */
export const passedOver = (elsewhere: OutcomeFields & { readonly voicemailId: string }): Moved => ({
  voicemailId: elsewhere.voicemailId,
  outcome: 'skipped',
  elsewhere,
  stored: undefined,
});

/** Genesys has no such voicemail: it may be stored already, was erased, is not there yet, or never was. */
const moveNothing = async (
  invocation: Invocation,
  delivery: Delivery,
  voicemail: VoicemailToMove,
): Promise<Moved> => {
  const { voicemailId, conversationId, toldOwner } = voicemail;
  const fields = { voicemailId, conversationId, ownerId: toldOwner?.id };
  const entry =
    toldOwner === undefined
      ? undefined
      : await invocation.archive.lookAround(voicemailId, toldOwner, timesOf(voicemail, delivery));
  if (entry?.isErased === true) {
    throw erasure(entry);
  }
  if (entry?.isStored === true) {
    return { voicemailId, outcome: report(invocation, 'already-stored', fields), stored: undefined };
  }
  confirmAbsence(invocation, voicemailId, delivery);
  return { voicemailId, outcome: report(invocation, 'absent', fields), stored: undefined };
};

/** A failure as the caller should see it: not a failure yet, for good, or as it is. */
const meaningOf = (
  invocation: Invocation,
  error: unknown,
  voicemailId: string,
  delivery: Delivery,
): unknown => {
  const meaning = inTheEnd(invocation, error, voicemailId, delivery);
  return meaning instanceof MediaMissingError && !delivery.isWaitOver
    ? new NotYetError('the audio is not there yet', delivery)
    : meaning;
};

/** Moves a voicemail, unless it was erased. */
const move = async (
  invocation: Invocation,
  voicemail: VoicemailToMove,
  delivery: Delivery,
): Promise<Moved> => {
  const { genesys, archive, settings } = invocation;
  const { voicemailId, isNamed, durationMs } = voicemail;
  const message = await genesys.message(voicemailId);
  if (message === 'not-found') {
    return moveNothing(invocation, delivery, voicemail);
  }
  const { owner, durationSeconds } = message;
  const conversationId = message.conversationId ?? voicemail.conversationId;
  const fields = { voicemailId, conversationId, ownerId: owner?.id };
  const unselected = await unselectedBecause(invocation, { owner, conversationId }, isNamed);
  if (owner === undefined || unselected !== undefined) {
    if (isNamed && unselected?.isTold === false) {
      // Its mailbox has listed it: one answer that does not tell must not keep it out for good.
      confirmAbsence(invocation, `mailbox of ${voicemailId}`, delivery);
    }
    return passedOver({ ...fields, reason: unselected?.reason ?? 'personal' });
  }
  if (isTooShort({ durationMs, durationSeconds }, settings.MINIMUM_DURATION_MS)) {
    return skipped(invocation, fields, 'too short');
  }
  if (isDateOdd(message, voicemail, delivery)) {
    // One answer must not give the voicemail a second place.
    confirmAbsence(invocation, `date ${message.createdMs} of ${voicemailId}`, delivery);
  }
  const place = toPlace(message, owner);
  try {
    return await moveDescribed(invocation, delivery, { voicemail, message, owner, place });
  } catch (error) {
    const meaning = meaningOf(invocation, error, voicemailId, delivery);
    if (meaning instanceof PermanentFailureError && !(meaning instanceof StoredAfterErasureError)) {
      // So that reconcile does not send the same voicemail to the failures queue at every run.
      await archive.recordFailure(place, meaning.failureClass);
    }
    throw meaning;
  }
};

/**
 * Moves one voicemail and reports its outcome. What it does is decided by what Genesys says of the voicemail; the queue's
 * message only says which one it is.
 *
 * @throws NotYetError while it may still appear.
 * @throws TemporaryError when the message should go back to the queue.
 * @throws PermanentFailureError when it belongs in the failures queue.
 */
export const moveVoicemail = async (
  invocation: Invocation,
  voicemail: VoicemailToMove,
  delivery: Delivery,
): Promise<Moved> => {
  try {
    return await move(invocation, voicemail, delivery);
  } catch (error) {
    if (error instanceof ErasedError) {
      const { voicemailId, conversationId, toldOwner } = voicemail;
      return skipped(invocation, { voicemailId, conversationId, ownerId: toldOwner?.id }, 'erased');
    }
    throw error;
  }
};
