export { BundleMissingError } from './bundled-function';
export { GenesysVoicemailToS3 } from './genesys-voicemail-to-s3';
export { describeProblem, InvalidOptionError, placeOf } from './invalid-option';
export { GenesysVoicemailToS3Options } from './option-schemas';
export { MODULE_OUTPUTS, type ModuleOutput } from './outputs';
export { UnresolvedValueError } from './policy';
export type { ArchiveTransition, FunctionOptions, GenesysVoicemailToS3Props } from './props';
