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

/** One peer's way of being measured once. */
export type Measure<Sample> = () => Promise<Sample>;

/** How to take turns. */
export interface InterleaveOptions {
  /** Samples of each peer. */
  readonly runs: number;
  /** Called before each sample, to wait until it may begin. */
  readonly beforeEach?: (sample: { readonly name: string; readonly run: number }) => Promise<void>;
}

/**
 * Measures peers in turn, so that whatever disturbs the machine meanwhile disturbs all of them. Each round begins with
 * another peer, so that none always comes after the same one.
 *
 * @returns the samples of each peer, in the order of the rounds
 */
export const interleave = async <Name extends string, Sample>(
  peers: Readonly<Record<Name, Measure<Sample>>>,
  { runs, beforeEach }: InterleaveOptions,
): Promise<Readonly<Record<Name, readonly Sample[]>>> => {
  const names = Object.keys(peers) as Name[];
  const samples = Object.fromEntries(names.map((name) => [name, [] as Sample[]])) as Record<Name, Sample[]>;
  for (let run = 0; run < runs; run += 1) {
    const first = run % Math.max(1, names.length);
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      await beforeEach?.({ name, run });
      samples[name].push(await peers[name]());
    }
  }
  return samples;
};
