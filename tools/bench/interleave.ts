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
