import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** How quiet, and how long to wait for it. Times are in milliseconds. */
export interface QuietCpuOptions {
  /**
   * Share of the processors that has to be idle.
   *
   * @default 0.85
   */
  readonly idleShare?: number;
  /**
   * How long to look.
   *
   * @default 100
   */
  readonly lookMs?: number;
  /**
   * After this a sample begins in any noise: a busy machine must not stop a run.
   *
   * @default 3000
   */
  readonly patienceMs?: number;
}

/** Milliseconds of all processors since the machine started. */
const processorTimes = (): { readonly idleMs: number; readonly allMs: number } => {
  let idleMs = 0;
  let allMs = 0;
  for (const { times } of cpus()) {
    idleMs += times.idle;
    allMs += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idleMs, allMs };
};

/** Waits until the processors are idle. @returns whether they were, before the patience was over */
export const waitForQuietCpu = async ({
  idleShare = 0.85,
  lookMs = 100,
  patienceMs = 3000,
}: QuietCpuOptions = {}): Promise<boolean> => {
  const endMs = Date.now() + patienceMs;
  do {
    const before = processorTimes();
    await sleep(lookMs);
    const after = processorTimes();
    if (after.idleMs - before.idleMs >= idleShare * (after.allMs - before.allMs)) {
      return true;
    }
  } while (Date.now() < endMs);
  return false;
};
