import type { GeneratedAudio } from './recordings/audio';
import type { MediaFormatId } from './recordings/media-formats';
import type { VoicemailEndEvent } from './voicemail-end-event';
import type { UploadStatus } from './voicemail-store';

/** Whose first token pair is granted. What is left out is created with every scope and permission. */
export interface FirstPairInput {
  readonly clientId?: string | undefined;
  readonly userId?: string | undefined;
}

/** A first token pair, with the client that may refresh it and the user whom it stands for. */
export interface FirstPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly userId: string;
}

/** In whose mailbox a voicemail is left: exactly one of the three. */
export interface MailboxInput {
  readonly queueId?: string | undefined;
  readonly groupId?: string | undefined;
  readonly userId?: string | undefined;
}

/** The recording in one format: bytes, or a size for bytes that are made while they are read. */
export type AudioInput = Buffer | GeneratedAudio;

/** A voicemail to leave. */
export interface LeaveVoicemailInput extends MailboxInput {
  /** The recording by format. A format that is not here cannot be asked for: the simulator does not transcode. */
  readonly audio: { readonly [Format in MediaFormatId]?: AudioInput | undefined };
  readonly durationMs: number;
  /** @default tel:+15550100 */
  readonly callerAddress?: string | undefined;
  readonly callerName?: string | undefined;
  /** @default none */
  readonly transcription?: string | undefined;
  /** Milliseconds after which the upload ends and the voicemail can be seen. @default 0 */
  readonly appearsAfterMs?: number | undefined;
  /** How the upload ends; `pending` never does. @default complete */
  readonly uploadStatus?: UploadStatus | undefined;
  /** Milliseconds after which the conversation's callback can be looked up. @default 0 */
  readonly conversationAppearsAfterMs?: number | undefined;
  /** Milliseconds after which its transcription is there. @default 0 */
  readonly transcribedAfterMs?: number | undefined;
  /** The division of a new conversation. @default the organization's */
  readonly divisionId?: string | undefined;
  /** A conversation that has voicemail already, in this or another mailbox. @default a new conversation */
  readonly conversationId?: string | undefined;
  /** Milliseconds since the epoch. @default now */
  readonly createdAtMs?: number | undefined;
  /** Value of `audioRecordingSizeBytes`. @default the size in the first format given, in the order of MEDIA_FORMAT_IDS */
  readonly recordingSizeBytes?: number | undefined;
}

/** A voicemail that was left. */
export interface LeftVoicemail {
  readonly conversationId: string;
  readonly messageId: string;
  /** ISO 8601 with milliseconds, as the API gives it. */
  readonly createdDate: string;
  /** SHA-256 of the recording in lower-case hex, by format. */
  readonly sha256: { readonly [Format in MediaFormatId]?: string };
  readonly event: VoicemailEndEvent;
}

/** A caller who hung up in the voicemail menu: an event without a voicemail. */
export interface AbandonVoicemailInput extends MailboxInput {
  /** @default 0 */
  readonly durationMs?: number | undefined;
  /** @default tel:+15550100 */
  readonly callerAddress?: string | undefined;
}

/** The voicemail of a caller who hung up. */
export interface AbandonedVoicemail {
  readonly conversationId: string;
  readonly event: VoicemailEndEvent;
}

/** A change to the upload of a voicemail that was left. */
export interface ChangeUploadInput {
  /** Milliseconds from now after which its upload ends. @default - as it is */
  readonly appearsAfterMs?: number | undefined;
  /** How its upload ends. @default - as it is */
  readonly uploadStatus?: UploadStatus | undefined;
}
