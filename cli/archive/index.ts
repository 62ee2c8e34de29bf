export { type ArchivedVoicemail, findVoicemails, type VoicemailQuery } from './find-voicemails';
export { openArchive } from './open-archive';
