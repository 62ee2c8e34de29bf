import { createHash } from 'node:crypto';

/** Name of one decision of a run. */
export type DrawKey = readonly (string | number)[];

/**
 * Chance that does not depend on the order in which it is asked: the same seed and key always give the same number, whatever
 * else a run has drawn before. So what goes wrong with one voicemail stays the same when another one takes longer.
 */
export class Draw {
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** A number in [0, 1): the first 48 bits of the SHA-256 of seed and key. */
  number(...key: DrawKey): number {
    return (
      createHash('sha256')
        .update(`${this.#seed}/${key.join('/')}`)
        .digest()
        .readUIntBE(0, 6) /
      2 ** 48
    );
  }

  /** A whole number from `minimum` to `maximum`, both included. */
  whole(minimum: number, maximum: number, ...key: DrawKey): number {
    return minimum + Math.floor(this.number(...key) * (maximum - minimum + 1));
  }

  /** One of the entries. @throws RangeError where there is none. */
  oneOf<Entry>(entries: readonly Entry[], ...key: DrawKey): Entry {
    const entry = entries[Math.floor(this.number(...key) * entries.length)];
    if (entry === undefined) {
      throw new RangeError('there is nothing to draw from');
    }
    return entry;
  }

  /** The numbers from 0 to `count - 1` in an order by chance. */
  order(count: number, ...key: DrawKey): readonly number[] {
    return Array.from({ length: count }, (_, index) => ({ index, rank: this.number(...key, index) }))
      .sort((one, other) => one.rank - other.rank)
      .map(({ index }) => index);
  }
}
