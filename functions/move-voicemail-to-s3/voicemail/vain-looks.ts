/** Ids that are remembered: more than a container meets within the time between two looks. */
const MOST_IDS = 10_000;

/**
 * Remembers since when something has been looked for in vain, in looks that worked. One per container.
 *
 * A container that ends forgets; then another look is needed, which is the cheaper mistake.
 */
export class VainLooks {
  readonly #firstMs = new Map<string, number>();

  /**
   * Notes a look that worked and found nothing.
   *
   * @returns milliseconds since the first such look; 0 for this one
   */
  note(id: string, nowMs: number): number {
    const firstMs = this.#firstMs.get(id) ?? nowMs;
    this.#firstMs.set(id, firstMs);
    if (this.#firstMs.size > MOST_IDS) {
      const [oldest = ''] = this.#firstMs.keys();
      this.#firstMs.delete(oldest);
    }
    return nowMs - firstMs;
  }

  /** Forgets what was found, or given up. */
  forget(id: string): void {
    this.#firstMs.delete(id);
  }
}
