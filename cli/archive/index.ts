export {
  type ArchivedVoicemail,
  concurrently,
  findVoicemails,
  type ObjectVersion,
  readTombstone,
  type VoicemailQuery,
  type VoicemailState,
  versionsUnder,
} from './find-voicemails';
export { openArchive } from './open-archive';
export { type Tombstone, TombstoneSchema } from './tombstone';
