/** Measured peers: our own code, the blueprint's way of doing the same, and the least that the machine allows. */
export type Peer = 'ours' | 'baseline' | 'limit';

/** Unit of a figure. */
export type Unit = 'ms' | 'MiB' | 'bytes' | 'calls' | 'files' | 'ratio' | 'per minute';

/**
 * A bound that a figure has to keep. A bound against a peer is a ratio of medians within one run, because absolute times of a
 * shared machine are noise; a bound without a peer is in the figure's own unit.
 */
export interface Goal {
  /** Divisor of `ours`. @default - none: the bound is absolute */
  readonly against?: 'baseline' | 'limit';
  /** The bound may be reached, not passed. */
  readonly atMost?: number;
  /** The bound has to be reached. */
  readonly atLeast?: number;
}

/** One row of the report. */
export interface Figure {
  /** Stable name for scripts, parts joined by `/`: `cold-start/mover/node-24`. */
  readonly name: string;
  /** Title for people. */
  readonly title: string;
  readonly unit: Unit;
  /** One number for each run of each peer; peers without a sensible figure are left out. */
  readonly samples: { readonly ours: readonly number[] } & Readonly<Partial<Record<Peer, readonly number[]>>>;
  /** @default - the figure is only shown */
  readonly goals?: readonly Goal[];
}

/** Options of a benchmark. */
export interface BenchmarkContext {
  readonly projectFolder: string;
  /** Interleaved runs of each peer; what does not vary is measured once. */
  readonly runs: number;
  /** Tells a person how far the benchmark is, in a few words. */
  readonly onProgress: (text: string) => void;
}

/** One question that `npm run bench` answers. */
export interface Benchmark {
  /** As `--only` takes it. */
  readonly name: string;
  /** The question, in a few words. */
  readonly title: string;
  /** Measures; cleans up after itself, also where it fails. */
  run(context: BenchmarkContext): Promise<readonly Figure[]>;
}
