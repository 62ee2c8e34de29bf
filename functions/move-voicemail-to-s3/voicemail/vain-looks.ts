/** Ids that are remembered: more than a container meets within the time between two looks. */
const MOST_IDS = 10_000;

/** Looks in a row that came to the same. */
export interface Looks {
  /** Milliseconds since the first of them; 0 for the first. */
  readonly sinceMs: number;
  readonly count: number;
}

/**
 * Remembers since when something has been looked for in vain, and what came of it. One per container.
 *
 * A container that ends forgets; then another look is needed, which is the cheaper mistake.
 */
export class VainLooks {
  readonly #looks = new Map<string, { readonly what: string; readonly firstMs: number; count: number }>();

  /**
   * Notes a look.
   *
   * @param what what it came to: another result than the last one begins anew
   */
  note(id: string, nowMs: number, what = ''): Looks {
    const earlier = this.#looks.get(id);
    const looks = earlier?.what === what ? earlier : { what, firstMs: nowMs, count: 0 };
    looks.count += 1;
    this.#looks.set(id, looks);
    if (this.#looks.size > MOST_IDS) {
      const [oldest = ''] = this.#looks.keys();
      this.#looks.delete(oldest);
    }
    return { sinceMs: nowMs - looks.firstMs, count: looks.count };
  }

  /** Forgets what was found, or given up. */
  forget(id: string): void {
    this.#looks.delete(id);
  }
}
