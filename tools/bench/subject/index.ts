export { type NodeProgram, nodePrograms, ownNode } from './node-programs';
export {
  type HandlerPaths,
  type PreparedPeers,
  peerEnvironment,
  preparePeers,
  ROTATION_EVENT,
  type SubjectName,
  voicemailEvents,
} from './peers';
export {
  type Cost,
  runSubject,
  SubjectFailedError,
  type SubjectReport,
  type SubjectTask,
} from './run-subject';
