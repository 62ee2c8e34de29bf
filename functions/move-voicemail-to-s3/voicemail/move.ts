import { randomUUID } from 'node:crypto';
import { heldAround, heldAt } from '../archive/held';
import { AUDIO_FORMATS } from '../contract/audio-format';
import { type VoicemailPlace, voicemailKeys } from '../contract/object-key';
import { NotYetError, PermanentFailureError } from '../errors';
import type { VoicemailMessage } from '../genesys/voicemail';
import type { Invocation } from '../invocation';
import type { Delivery } from '../message/delivery';
import { type Outcome, report } from '../outcome';
import { MediaMissingError } from '../recording/media-errors';
import { actAfterStore } from './after-store';
import { storeVoicemail } from './store';
import { isTooShort, toPlace, type VoicemailToMove } from './voicemail-to-move';

const moveWithMessage = async (
  invocation: Invocation,
  voicemail: VoicemailToMove,
  delivery: Delivery,
  message: VoicemailMessage,
): Promise<Outcome> => {
  const { settings } = invocation;
  const { voicemailId } = voicemail;
  const fields = {
    voicemailId,
    conversationId: message.conversationId ?? voicemail.conversationId,
    ownerId: (message.owner ?? voicemail.owner)?.id,
  };
  if (fields.ownerId === undefined) {
    return report(invocation, 'skipped', { ...fields, reason: 'neither a queue nor a group voicemail' });
  }
  const place = toPlace(voicemail, message);
  if (place === undefined) {
    throw new PermanentFailureError(
      'BAD_ANSWER',
      'neither Genesys nor the message says when the voicemail was left',
    );
  }
  const { durationSeconds } = message;
  if (isTooShort({ durationMs: voicemail.durationMs, durationSeconds }, settings.MINIMUM_DURATION_MS)) {
    return report(invocation, 'skipped', { ...fields, reason: 'too short' });
  }
  // A first delivery writes without reading: the condition on the write is the lock.
  const isRepeat = delivery.receiveCount > 1;
  const held = isRepeat || voicemail.mayBeOld ? await heldAt(invocation, place) : 'nothing';
  if (held === 'erased') {
    return report(invocation, 'skipped', { ...fields, reason: 'erased' });
  }
  // To delete at the source the bytes have to be proven once more, so that the download is repeated.
  if (held === 'stored' && !(isRepeat && settings.DELETE_AFTER_STORE)) {
    if (isRepeat) {
      await actAfterStore(invocation, fields);
    }
    return report(invocation, 'already-stored', fields);
  }
  const { digest, key, isOurs } = await storeVoicemail(invocation, voicemail, message, place);
  const outcome = report(invocation, isOurs ? 'stored' : 'already-stored', {
    ...fields,
    key,
    sizeBytes: digest.sizeBytes,
    sha256: digest.sha256,
  });
  // Of many deliveries of one event the one that stored it acts; a repeated one may be the heir of one that died.
  if (isOurs || isRepeat) {
    await actAfterStore(invocation, fields);
  }
  return outcome;
};

/** So that reconcile does not send the same voicemail to the failures queue at every run. */
const recordFailure = async (
  { archive, settings }: Invocation,
  place: VoicemailPlace,
  { failureClass }: PermanentFailureError,
): Promise<void> => {
  const listed = place.owner.kind === 'queue' ? settings.QUEUE_IDS : settings.GROUP_IDS;
  if (listed.includes(place.owner.id)) {
    const { failure } = voicemailKeys(
      settings.ARCHIVE_KEY_PREFIX,
      place,
      AUDIO_FORMATS[settings.AUDIO_FORMAT],
    );
    const content = { schemaVersion: 1, voicemailId: place.voicemailId, failureClass };
    await archive.putBeside(failure, content, 'application/json', randomUUID());
  }
};

/**
 * Moves one voicemail and reports its outcome.
 *
 * @throws NotYetError while it may still appear.
 * @throws TemporaryError when the message should go back to the queue.
 * @throws PermanentFailureError when it belongs in the failures queue.
 */
export const moveVoicemail = async (
  invocation: Invocation,
  voicemail: VoicemailToMove,
  delivery: Delivery,
): Promise<Outcome> => {
  const { genesys } = invocation;
  const { voicemailId, conversationId } = voicemail;
  const isWaitOver = Date.now() >= delivery.waitEndsMs;
  let place = toPlace(voicemail);
  try {
    let message = await genesys.message(voicemailId);
    if (message === 'not-found') {
      const held = await heldAround(invocation, voicemail);
      if (held !== 'nothing') {
        const fields = { voicemailId, conversationId, ownerId: voicemail.owner?.id };
        return held === 'stored'
          ? report(invocation, 'already-stored', fields)
          : report(invocation, 'skipped', { ...fields, reason: 'erased' });
      }
      // Absent takes two looks that agree.
      message = isWaitOver ? await genesys.message(voicemailId) : message;
    }
    if (message === 'not-found' && !isWaitOver) {
      throw new NotYetError('the voicemail is not there yet', delivery.waitEndsMs);
    }
    if (message === 'not-found') {
      return report(invocation, 'absent', { voicemailId, conversationId, ownerId: voicemail.owner?.id });
    }
    place = toPlace(voicemail, message) ?? place;
    return await moveWithMessage(invocation, voicemail, delivery, message);
  } catch (error) {
    const failure = error instanceof MediaMissingError ? missingMedia(delivery, isWaitOver) : error;
    if (failure instanceof PermanentFailureError && place !== undefined) {
      await recordFailure(invocation, place, failure);
    }
    throw failure;
  }
};

/** A single look at the end of the wait is not trusted: one more delivery has to see the same. */
const missingMedia = ({ receiveCount, waitEndsMs }: Delivery, isWaitOver: boolean): Error =>
  isWaitOver && receiveCount > 1
    ? new PermanentFailureError(
        'MEDIA_UNAVAILABLE',
        'Genesys has the voicemail, but gave out no audio of it within the waiting time; redrive when it plays there',
      )
    : new NotYetError('the audio is not there yet', waitEndsMs);
