/** Something that happens at a moment. */
export interface Happening {
  /** Milliseconds since the epoch. */
  readonly atMs: number;
  readonly act: () => Promise<void> | void;
}

/** Planned acts in the order of their time. */
export class Timeline {
  readonly #happenings: readonly Happening[];
  #done = 0;

  constructor(happenings: readonly Happening[]) {
    this.#happenings = [...happenings].sort((one, other) => one.atMs - other.atMs);
  }

  /** When the next thing happens; `undefined` when nothing is left. */
  nextAt(): number | undefined {
    return this.#happenings[this.#done]?.atMs;
  }

  /** Lets everything happen that is due. */
  async runDue(nowMs: number): Promise<void> {
    for (
      let next = this.#happenings[this.#done];
      next !== undefined && next.atMs <= nowMs;
      next = this.#happenings[this.#done]
    ) {
      this.#done += 1;
      await next.act();
    }
  }
}
