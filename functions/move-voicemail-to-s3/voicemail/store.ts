import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { AUDIO_FORMATS } from '../contract/audio-format';
import { type VoicemailPlace, voicemailKeys } from '../contract/object-key';
import type { Sidecar } from '../contract/sidecar';
import type { VoicemailMessage } from '../genesys/voicemail';
import type { Invocation } from '../invocation';
import { ownerField } from '../reconcile/missing-voicemails';
import type { AudioDigest } from '../recording/digest';
import { downloadMedia } from '../recording/download';
import { MediaInterruptedError, MediaMissingError, MediaUrlExpiredError } from '../recording/media-errors';
import { durationOf, type VoicemailToMove } from './voicemail-to-move';

/** Downloads that are tried within one delivery, each with a URL of its own. */
const TRANSFERS = 3;

/** One download, straight into the archive. */
const transfer = async (
  invocation: Invocation,
  key: string,
  message: VoicemailMessage,
  metadata: Readonly<Record<string, string>>,
): Promise<AudioDigest> => {
  const { settings, genesys, archive, sizes, deadline, mediaAgentOf, recordingMemory } = invocation;
  const { formatId, contentType } = AUDIO_FORMATS[settings.AUDIO_FORMAT];
  const signedUrl = await genesys.mediaUrl(message.id, formatId);
  if (signedUrl === undefined) {
    throw new MediaMissingError('Genesys has no audio of this voicemail yet');
  }
  const media = await downloadMedia(signedUrl, {
    hosts: {
      origins: settings.GENESYS_MEDIA_ORIGINS,
      hosts: settings.MEDIA_HOSTS,
      regionDomain: settings.GENESYS_REGION.domain,
    },
    agentOf: mediaAgentOf,
    idleTimeoutMs: settings.MEDIA_IDLE_TIMEOUT_MS,
    maximumBytes: settings.MAXIMUM_AUDIO_BYTES,
    deadline,
  });
  return archive.putAudio({
    key,
    contentType,
    metadata,
    media,
    memory: recordingMemory,
    accept: (digest) => sizes.judge(message.id, message.sizeBytes, digest),
  });
};

const isWorthAnotherTransfer = (error: unknown, transfers: number): boolean =>
  (error instanceof MediaInterruptedError && error.isWorthRetrying && transfers < TRANSFERS) ||
  // An expired URL is replaced once; a second refusal is about something else.
  (error instanceof MediaUrlExpiredError && transfers < 2);

const storeAudio = async (
  invocation: Invocation,
  key: string,
  message: VoicemailMessage,
  metadata: Readonly<Record<string, string>>,
): Promise<AudioDigest> => {
  const { deadline, settings } = invocation;
  for (let transfers = 1; ; transfers += 1) {
    try {
      return await transfer(invocation, key, message, metadata);
    } catch (error) {
      if (!isWorthAnotherTransfer(error, transfers)) {
        throw error;
      }
      invocation.log.info('the download is tried again', { voicemailId: message.id, transfers });
      await sleep(deadline.limit(settings.QUICK_RETRY_PAUSE_MS * Math.random()));
    }
  }
};

/** A voicemail that is whole in the archive. */
export interface StoredRecording {
  readonly key: string;
  readonly digest: AudioDigest;
  /** Whether this delivery wrote the sidecar, and not another one before or beside it. */
  readonly isOurs: boolean;
}

/** Stores the audio and, when S3 has confirmed its checksum, the sidecar; what is there already stays as it is. */
export const storeVoicemail = async (
  invocation: Invocation,
  voicemail: VoicemailToMove,
  message: VoicemailMessage,
  place: VoicemailPlace,
): Promise<StoredRecording> => {
  const { settings, archive } = invocation;
  const format = AUDIO_FORMATS[settings.AUDIO_FORMAT];
  const keys = voicemailKeys(settings.ARCHIVE_KEY_PREFIX, place, format);
  const conversationId = message.conversationId ?? voicemail.conversationId;
  const durationMs = durationOf(voicemail, message);
  const createdDate = new Date(place.createdMs).toISOString();
  const digest = await storeAudio(invocation, keys.audio, message, {
    'voicemail-id': place.voicemailId,
    ...(conversationId === undefined ? {} : { 'conversation-id': conversationId }),
    [`${place.owner.kind}-id`]: place.owner.id,
    'created-date': createdDate,
    ...(durationMs === undefined ? {} : { 'duration-ms': String(durationMs) }),
    format: format.formatId,
  });
  const sidecar: Sidecar = {
    schemaVersion: 1,
    voicemailId: place.voicemailId,
    ...(conversationId === undefined ? {} : { conversationId }),
    ...ownerField(place.owner),
    createdDate,
    storedDate: new Date().toISOString(),
    ...(durationMs === undefined ? {} : { durationMs }),
    audioFile: keys.audio.slice(keys.audio.lastIndexOf('/') + 1),
    format: format.formatId,
    contentType: format.contentType,
    sizeBytes: digest.sizeBytes,
    sha256: digest.sha256,
    ...(message.transcript === undefined ? {} : { transcript: message.transcript }),
  };
  const isOurs = await archive.putBeside(keys.sidecar, sidecar, 'application/json', randomUUID());
  return { digest, key: keys.audio, isOurs };
};
