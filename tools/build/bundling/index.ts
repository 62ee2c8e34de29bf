export {
  type BuildOptions,
  type BuiltFunction,
  buildFunctions,
  FUNCTION_NAMES,
  FunctionSourceMissingError,
  writeWhole,
} from './build-functions';
export { type Bundle, type BundleOptions, bundleFunction, codeSettings } from './bundle';
export { ensureFunctionsBuilt } from './ensure-built';
export { leaveOutUnreached, leaveOutUnusedSchemas } from './leave-out';
