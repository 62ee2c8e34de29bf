export { type CallKind, type CallRecord, CallRecorder } from './call-recorder';
export {
  BENCH_DEPLOYMENT,
  BENCH_DEPLOYMENTS_FOLDER,
  MeasuredStack,
  VoicemailNotStoredError,
  withMeasuredStack,
} from './measured-stack';
