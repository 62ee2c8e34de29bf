export { bundleCommandLine } from './command-line';
export { ForeignTypeError } from './declarations';
export { type PackageFile, type WrittenPackage, writePackage } from './write-package';
