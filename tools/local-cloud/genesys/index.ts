export { DEFAULT_BEHAVIOUR, type GenesysBehaviour } from './behaviour';
export { GenesysControl } from './control';
export { RefreshTokenNotIssuedError, VoicemailRefusedError } from './control-errors';
export type {
  AbandonedVoicemail,
  AbandonVoicemailInput,
  ChangeUploadInput,
  FirstPair,
  FirstPairInput,
  LeaveVoicemailInput,
  LeftVoicemail,
  MailboxInput,
} from './control-inputs';
export type { GenesysCounters, RefreshTokenUse } from './counters';
export type { ActiveFaultRule, FaultRule } from './fault-rules';
export { GenesysCloud, type GenesysCloudOptions, startGenesysCloud } from './genesys-cloud';
export {
  EntityExistsError,
  type Group,
  type GroupInput,
  type OAuthClient,
  type OAuthClientInput,
  type OAuthClientState,
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
