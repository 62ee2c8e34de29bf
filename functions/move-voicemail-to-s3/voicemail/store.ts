import { setTimeout as sleep } from 'node:timers/promises';
import type { ArchivedAudio } from '../archive/archive';
import { AUDIO_FORMATS } from '../contract/audio-format';
import { ownerField, type VoicemailPlace } from '../contract/object-key';
import type { Sidecar } from '../contract/sidecar';
import type { VoicemailMessage } from '../genesys/voicemail';
import type { Invocation } from '../invocation';
import {
  MediaInterruptedError,
  MediaMissingError,
  MediaRefusedError,
  MediaUrlExpiredError,
} from '../recording/media-errors';
import { AudioProof } from '../recording/proof/audio-proof';
import type { AudioVerdict } from '../recording/proof/container-walk';
import { durationOf, type VoicemailToMove } from './voicemail-to-move';

/** Downloads that are tried within one delivery, each with a URL of its own. */
const TRANSFERS = 3;

/** @throws MediaRefusedError, MediaInterruptedError where the bytes are not a recording that may be stored */
const refuseNoAudio = async (verdict: AudioVerdict): Promise<void> => {
  if (verdict === 'not-audio') {
    throw new MediaRefusedError('the media host sent something that is not audio of the format asked for');
  }
  if (verdict === 'cut') {
    throw new MediaInterruptedError('the recording ends before its own structure does', true);
  }
};

/** One download, straight into the archive. */
const transfer = async (
  { settings, genesys, archive, deadline, downloads }: Invocation,
  place: VoicemailPlace,
  metadata: Readonly<Record<string, string>>,
): Promise<ArchivedAudio> => {
  const { formatId } = AUDIO_FORMATS[settings.AUDIO_FORMAT];
  const signedUrl = await genesys.mediaUrl(place.voicemailId, formatId);
  if (signedUrl === undefined) {
    throw new MediaMissingError('Genesys has no audio of this voicemail yet');
  }
  return archive.putAudio(place, {
    metadata,
    media: await downloads.begin(signedUrl, deadline),
    memory: downloads.memory,
    proof: new AudioProof(formatId, Number(metadata['duration-ms'])),
    accept: refuseNoAudio,
  });
};

const isWorthAnotherTransfer = (error: unknown, transfers: number): boolean =>
  (error instanceof MediaInterruptedError && error.isWorthRetrying && transfers < TRANSFERS) ||
  // An expired URL is replaced once, and an error page that calls itself a success asked again once.
  ((error instanceof MediaUrlExpiredError || error instanceof MediaRefusedError) && transfers < 2);

const storeAudio = async (
  invocation: Invocation,
  place: VoicemailPlace,
  metadata: Readonly<Record<string, string>>,
): Promise<ArchivedAudio> => {
  const { deadline, settings, log } = invocation;
  for (let transfers = 1; ; transfers += 1) {
    try {
      return await transfer(invocation, place, metadata);
    } catch (error) {
      if (!isWorthAnotherTransfer(error, transfers)) {
        throw error;
      }
      log.info('the download is tried again', { voicemailId: place.voicemailId, transfers });
      await sleep(deadline.limit(settings.QUICK_RETRY_PAUSE_MS * Math.random()));
    }
  }
};

/** A voicemail that is whole in the archive. */
export interface StoredRecording {
  readonly key: string;
  readonly audio: ArchivedAudio;
  /** Whether this delivery wrote the sidecar, and not another one before or beside it. */
  readonly isOurs: boolean;
}

/** Replaces a sidecar that tells of other bytes: its audio was deleted by hand, and has been encoded anew. */
const correctSidecar = async (
  { archive }: Invocation,
  place: VoicemailPlace,
  sidecar: Sidecar,
): Promise<void> => {
  const stored = await archive.readSidecar(place);
  if (stored !== undefined && stored.sidecar.sha256 !== sidecar.sha256) {
    await archive.replaceSidecar(place, { ...stored.sidecar, ...sidecar }, stored.etag);
  }
};

/**
 * Stores the audio and, when S3 has confirmed its checksum, the sidecar; what is there already stays as it is.
 *
 * @throws ErasedError where the voicemail was erased.
 * @throws StoredAfterErasureError where that happened meanwhile, and what was stored is still there.
 */
export const storeVoicemail = async (
  invocation: Invocation,
  voicemail: VoicemailToMove,
  message: VoicemailMessage,
  place: VoicemailPlace,
): Promise<StoredRecording> => {
  const { settings, archive } = invocation;
  const { formatId, contentType } = AUDIO_FORMATS[settings.AUDIO_FORMAT];
  const { audio: key } = archive.keysOf(place);
  const conversationId = message.conversationId ?? voicemail.conversationId;
  const durationMs = durationOf(voicemail, message);
  const createdDate = new Date(place.createdMs).toISOString();
  const audio = await storeAudio(invocation, place, {
    'voicemail-id': place.voicemailId,
    ...(conversationId === undefined ? {} : { 'conversation-id': conversationId }),
    [`${place.owner.kind}-id`]: place.owner.id,
    'created-date': createdDate,
    ...(durationMs === undefined ? {} : { 'duration-ms': String(durationMs) }),
    format: formatId,
  });
  const sidecar: Sidecar = {
    schemaVersion: 1,
    voicemailId: place.voicemailId,
    ...(conversationId === undefined ? {} : { conversationId }),
    ...ownerField(place.owner),
    createdDate,
    storedDate: new Date().toISOString(),
    ...(durationMs === undefined ? {} : { durationMs }),
    audioFile: key.slice(key.lastIndexOf('/') + 1),
    format: formatId,
    contentType,
    sizeBytes: audio.sizeBytes,
    sha256: audio.sha256,
    ...(audio.verdict === 'whole' ? {} : { wholeness: 'unproven' as const }),
    ...(message.transcript === undefined ? {} : { transcript: message.transcript }),
  };
  const isOurs = await archive.putSidecar(place, sidecar);
  if (!isOurs) {
    await correctSidecar(invocation, place, sidecar);
  }
  await archive.refuseErased(place);
  return { audio, key, isOurs };
};
