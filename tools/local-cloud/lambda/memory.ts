import { readFileSync } from 'node:fs';

/**
 * The peak resident memory of a process since it started, in bytes. `undefined` where the system does not tell (only
 * Linux does, in `/proc`) or the process has ended.
 *
 * The kernel keeps this peak itself, so a short one between two looks is seen too.
 */
export const peakMemoryBytes = (pid: number): number | undefined => {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, 'utf8');
  } catch {
    return undefined;
  }
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
};
