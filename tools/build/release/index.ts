export { billOfMaterials } from './bill-of-materials';
export { AdvisoriesUnreadableError, exploitability } from './exploitability';
export { compareRelease, type FileVerdict, ReleaseUnreadableError, verifyRelease } from './verify';
export { makeRelease, writeRelease } from './write-release';
