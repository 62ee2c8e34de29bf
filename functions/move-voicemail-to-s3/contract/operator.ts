/**
 * What the operator commands use of this function's own code, so that a command reads Genesys, the archive and the secret
 * exactly as the function does. Neither the function nor the module imports it.
 */
export { Archive } from '../archive/archive';
export { Deadline } from '../deadline';
export { AwsTroubleError, PermanentFailureError, TemporaryError, TokenUnusableError } from '../errors';
export { GenesysApi } from '../genesys/api';
export { RequestPacing } from '../genesys/request-pacing';
export { TokenCache } from '../genesys/token';
export { GenesysVoicemail, type VoicemailMessage } from '../genesys/voicemail';
export { type ExpectedVoicemail, missingVoicemails, voicemailMessage } from '../reconcile/day-listings';
export type { VoicemailOwner } from './object-key';
