export {
  type ArchivedVoicemail,
  findVoicemails,
  type ObjectVersion,
  type VoicemailQuery,
  type VoicemailState,
  versionsUnder,
} from './find-voicemails';
export { openArchive } from './open-archive';
export type { Tombstone } from './tombstone';
