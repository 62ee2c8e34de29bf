import { join } from 'node:path';
import { WorkerPool } from '../../worker-pool';
import type { BrokenPromise, Counts, Verdict } from './judge';
import { easeOf } from './plan';
import type { RunProgress, WorldRunOptions } from './run';

/** Options of a fault run. */
export type FaultRunOptions = Omit<WorldRunOptions, 'world'>;

/** Task of the worker of a world. */
export type WorldAssignment = Omit<WorldRunOptions, 'onProgress'>;

/** Room for what a step makes and forgets, so that little of it is copied. */
const YOUNG_GENERATION_MB = 96;

/** A world has room for more, but a long run is over sooner with fewer in each. */
const EVENTS_PER_WORLD = 250;
/** Each has up to four processes. */
const MOST_WORLDS = 10;

/**
 * How many worlds share the events. Each is bound by the request limit of its own token and often waits, for a stalled call
 * or a retry; several at once keep the processors busy. It depends on nothing of the machine, so that a seed plans the same
 * everywhere.
 */
const worldsFor = (events: number, faults: number): number =>
  Math.min(MOST_WORLDS, Math.max(1, Math.round(events / (EVENTS_PER_WORLD * easeOf(faults)))));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const sumCounts = (verdicts: readonly Verdict[]): Counts => {
  const of = (name: keyof Counts) => sum(verdicts.map(({ counts }) => counts[name]));
  return {
    distinct: of('distinct'),
    stored: of('stored'),
    absent: of('absent'),
    skipped: of('skipped'),
    failed: of('failed'),
    alreadyStored: of('alreadyStored'),
    lost: of('lost'),
    duplicateObjects: of('duplicateObjects'),
    extraVersions: of('extraVersions'),
    wrongBytes: of('wrongBytes'),
    unclassified: of('unclassified'),
    secretsInOutput: of('secretsInOutput'),
    phoneNumbersInOutput: of('phoneNumbersInOutput'),
    overBudgetRequests: of('overBudgetRequests'),
    authorizationToMedia: of('authorizationToMedia'),
  };
};

const sumByName = (pairs: readonly (readonly [string, number])[]): ReadonlyMap<string, number> => {
  const sums = new Map<string, number>();
  for (const [name, number] of pairs) {
    sums.set(name, (sums.get(name) ?? 0) + number);
  }
  return sums;
};

const sumPromises = (verdicts: readonly Verdict[]): readonly BrokenPromise[] =>
  [
    ...sumByName(
      verdicts.flatMap(({ brokenPromises }) =>
        brokenPromises.map(({ promise, times }) => [promise, times] as const),
      ),
    ),
  ].map(([promise, times]) => ({ promise, times }));

/** How far all worlds are; the time is that of the one which is least far. */
const sumProgress = (progresses: readonly RunProgress[]): RunProgress => ({
  happened: sum(progresses.map(({ happened }) => happened)),
  events: sum(progresses.map(({ events }) => events)),
  waiting: sum(progresses.map(({ waiting }) => waiting)),
  atMs: Math.min(...progresses.map(({ atMs }) => atMs)),
});

/** Makes the stack real, once for each world, and lets everything happen that the seed plans. */
export const runFaults = async ({ onProgress, ...options }: FaultRunOptions): Promise<Verdict> => {
  const of = worldsFor(options.events, options.faults);
  const progresses = new Map<number, RunProgress>();
  const pool = new WorkerPool<WorldAssignment, Verdict, RunProgress>({
    entry: join(__dirname, 'world-worker.ts'),
    size: of,
    youngGenerationMb: YOUNG_GENERATION_MB,
  });
  try {
    const verdicts = await pool.run(
      Array.from({ length: of }, (_, number) => ({ ...options, world: { number, of } })),
      {
        onProgress: (progress, world) => {
          progresses.set(world, progress);
          if (progresses.size === of) {
            onProgress?.(sumProgress([...progresses.values()]));
          }
        },
      },
    );
    return {
      ok: verdicts.every(({ ok }) => ok),
      counts: sumCounts(verdicts),
      brokenPromises: sumPromises(verdicts),
      faults: sumByName(verdicts.flatMap(({ faults }) => [...faults])),
    };
  } finally {
    await pool.close();
  }
};
