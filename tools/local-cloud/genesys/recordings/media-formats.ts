/**
 * Every `formatId` of `GET /api/v2/voicemail/messages/{messageId}/media`, with the content type that the media host gives it.
 *
 * Source of the ids: `getVoicemailMessageMedia` in `purecloud-platform-client-v2` 262.0.0. Genesys documents no content
 * types; these are the registered ones of each container.
 */
export const MEDIA_CONTENT_TYPES = {
  WAV: 'audio/wav',
  WEBM: 'audio/webm',
  WAV_ULAW: 'audio/wav',
  OGG_VORBIS: 'audio/ogg',
  OGG_OPUS: 'audio/ogg',
  MP3: 'audio/mpeg',
  NONE: 'application/octet-stream',
} as const;

/** An audio format in which Genesys Cloud hands a voicemail out. */
export type MediaFormatId = keyof typeof MEDIA_CONTENT_TYPES;

/** Every {@link MediaFormatId}. */
export const MEDIA_FORMAT_IDS = Object.keys(MEDIA_CONTENT_TYPES) as readonly MediaFormatId[];

/** Tells whether `text` is a {@link MediaFormatId}. */
export const isMediaFormatId = (text: string): text is MediaFormatId =>
  Object.hasOwn(MEDIA_CONTENT_TYPES, text);
