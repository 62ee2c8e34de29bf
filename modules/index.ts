/** What the npm package `genesys-voicemail-to-s3` exports. */

export type {
  ArchiveTransition,
  FunctionOptions,
  GenesysVoicemailToS3Props,
} from './genesys-voicemail-to-s3';
export {
  BundleMissingError,
  GenesysVoicemailToS3,
  InvalidOptionError,
  UnresolvedValueError,
} from './genesys-voicemail-to-s3';
