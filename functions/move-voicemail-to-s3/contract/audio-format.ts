/** How a voicemail's audio looks once it is stored. */
export interface AudioFormat {
  /** The `formatId` of `GET /api/v2/voicemail/messages/{messageId}/media`. */
  readonly formatId: AudioFormatId;
  /** Without the dot. */
  readonly extension: string;
  readonly contentType: string;
}

/**
 * Every `formatId` that Genesys offers, by its name.
 *
 * Source: the enum of `getVoicemailMessageMedia` in `purecloud-platform-client-v2` 262.0.0. Genesys documents no content
 * types; these are the registered ones for each container. `NONE` is taken to be the recording as Genesys keeps it.
 */
export const AUDIO_FORMATS = {
  WEBM: { formatId: 'WEBM', extension: 'webm', contentType: 'audio/webm' },
  WAV: { formatId: 'WAV', extension: 'wav', contentType: 'audio/wav' },
  WAV_ULAW: { formatId: 'WAV_ULAW', extension: 'wav', contentType: 'audio/wav' },
  OGG_VORBIS: { formatId: 'OGG_VORBIS', extension: 'ogg', contentType: 'audio/ogg' },
  OGG_OPUS: { formatId: 'OGG_OPUS', extension: 'opus', contentType: 'audio/ogg' },
  MP3: { formatId: 'MP3', extension: 'mp3', contentType: 'audio/mpeg' },
  NONE: { formatId: 'NONE', extension: 'bin', contentType: 'application/octet-stream' },
} as const;

/** The name of an audio format that Genesys offers. */
export type AudioFormatId = keyof typeof AUDIO_FORMATS;
