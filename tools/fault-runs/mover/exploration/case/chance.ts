import { Draw, type DrawKey } from '../../../draw';

/** Chance of one case: always the same by seed and case, whatever else runs. */
export class Chance {
  readonly #draw: Draw;
  readonly #key: DrawKey;
  #drawn = 0;

  constructor(seed: number, ...key: DrawKey) {
    this.#draw = new Draw(seed);
    this.#key = key;
  }

  /** The next number in [0, 1). */
  next(): number {
    this.#drawn += 1;
    return this.#draw.number(...this.#key, this.#drawn);
  }

  /** Some of a whole: neither nothing nor all. */
  share(): number {
    return 0.05 + 0.9 * this.next();
  }

  /** One of the entries. @throws RangeError where there is none. */
  oneOf<Entry>(entries: readonly Entry[]): Entry {
    this.#drawn += 1;
    return this.#draw.oneOf(entries, ...this.#key, this.#drawn);
  }
}
