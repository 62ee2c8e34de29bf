export { CertificateError } from './certificate';
export type { ServiceCounts } from './counts';
export { PENDING_VERSION_ID, SECRET_ARN } from './secrets-manager';
export type { ServiceOrigins } from './server';
export { Service, ServiceEndedError } from './service';
export { toVoicemailId, type VoicemailFacts } from './voicemail-id';
