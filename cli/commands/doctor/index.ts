export type { CheckReport } from './check';
export { type DoctorOptions, doctor } from './doctor';
export { doctorPolicy } from './policy';
