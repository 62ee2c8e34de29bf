export { DEFAULT_BEHAVIOUR, type GenesysBehaviour } from './behaviour';
export { GenesysControl } from './control';
export { RefreshTokenNotIssuedError, VoicemailRefusedError } from './control-errors';
export type {
  AbandonedVoicemail,
  AbandonVoicemailInput,
  AudioInput,
  ChangeUploadInput,
  FirstPair,
  FirstPairInput,
  LeaveVoicemailInput,
  LeftVoicemail,
  MailboxInput,
} from './control-inputs';
export type { GenesysCounters, RefreshTokenUse } from './counters';
export type { ActiveFaultRule, FaultRule, GenesysService } from './fault-rules';
export {
  EventSourceNameInvalidError,
  GenesysCloud,
  type GenesysCloudOptions,
  type GenesysListener,
  startGenesysCloud,
} from './genesys-cloud';
export {
  ALL_PERMISSIONS,
  ALL_SCOPES,
  EntityExistsError,
  type Group,
  type GroupInput,
  type OAuthClient,
  type OAuthClientInput,
  type OAuthClientState,
  type OAuthGrantType,
  type Queue,
  type QueueInput,
  UnknownEntityError,
  type User,
  type UserInput,
} from './organization/organization';
export { tokenHash } from './organization/token-hash';
export {
  type AudioSource,
  audioSha256,
  bufferAudio,
  type GeneratedAudio,
  generatedAudio,
} from './recordings/audio';
export { MEDIA_CONTENT_TYPES, MEDIA_FORMAT_IDS, type MediaFormatId } from './recordings/media-formats';
export type { EventBridgeIntegration, VoicemailEndEvent } from './voicemail-end-event';
export type { UploadStatus } from './voicemail-store';
