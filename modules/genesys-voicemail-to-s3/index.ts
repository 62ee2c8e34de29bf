export { GenesysVoicemailToS3 } from './construct';
export { BundleMissingError } from './functions/bundled-function';
export { describeProblem, InvalidOptionError, placeOf } from './options/invalid-option';
export { GenesysVoicemailToS3Options } from './options/option-schemas';
export type { ArchiveTransition, FunctionOptions, GenesysVoicemailToS3Props } from './options/props';
export { MODULE_OUTPUTS, type ModuleOutput } from './outputs';
export { UnresolvedValueError } from './policy';
