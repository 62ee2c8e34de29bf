export { bundleCommandLine } from './command-line';
export { ForeignTypeError } from './declarations';
export { type PackageFile, writePackage } from './write-package';
