export { GenesysVoicemailToS3 } from './construct';
export { BundleMissingError } from './functions/bundled-function';
export { InvalidOptionError } from './options/invalid-option';
export type { ArchiveTransition, FunctionOptions, GenesysVoicemailToS3Props } from './options/props';
export { MODULE_OUTPUTS, type ModuleOutput } from './outputs';
export { UnresolvedValueError } from './policy';
