export {
  type FunctionName,
  type Generation,
  InstallFailedError,
  installBaseline,
  installPackages,
} from './install';
