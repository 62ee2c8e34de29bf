/** How long a page may be, and what counts. */
export interface PageLimit {
  readonly most: number;
  readonly measure: (text: string) => number;
}

/**
 * What GitHub takes as the body of a comment or an issue: one less than the 65,536 of its error message.
 *
 * Counted in UTF-16 units, of which there are never fewer than characters.
 */
export const COMMENT_LIMIT: PageLimit = { most: 65_535, measure: (text) => text.length };

/** What GitHub takes as the summary of one step: 1 MiB, in UTF-8. Counted in bytes. */
export const JOB_SUMMARY_LIMIT: PageLimit = {
  most: 1_024 * 1_024,
  measure: (text) => Buffer.byteLength(text),
};

/** The most bytes of UTF-8 that one UTF-16 unit can make, so the most that a unit can measure. */
const MOST_PER_UNIT = 3;

/**
 * The longest start of a text that fits, up to the end of a line if there is one.
 *
 * No character is cut in two.
 */
export const cutToFit = (text: string, room: number, { measure }: PageLimit): string => {
  if (measure(text) <= room) {
    return text;
  }
  let start = text.slice(0, Math.max(room, 0));
  for (let excess = measure(start) - room; excess > 0 && start !== ''; excess = measure(start) - room) {
    start = start.slice(0, -Math.ceil(excess / MOST_PER_UNIT));
  }
  const lineEnd = start.lastIndexOf('\n');
  return lineEnd > 0 ? start.slice(0, lineEnd) : withoutHalfCharacter(start);
};

/** A text that was cut, without the first half of a surrogate pair that the cut left at its end. */
export const withoutHalfCharacter = (text: string): string => text.replace(/[\uD800-\uDBFF]$/, '');

/** A page that never grows over its limit. */
export class Page {
  readonly #limit: PageLimit;
  readonly #parts: string[] = [];
  #used = 0;

  constructor(limit: PageLimit) {
    this.#limit = limit;
  }

  /** The room that is left, in the limit's own measure. */
  get room(): number {
    return this.#limit.most - this.#used;
  }

  /** Adds a text, or nothing when it does not fit. */
  add(text: string): boolean {
    const size = this.#limit.measure(text);
    if (size > this.room) {
      return false;
    }
    this.#parts.push(text);
    this.#used += size;
    return true;
  }

  /**
   * Adds lines between two texts, as many as fit into a share of what is left, and says how many do not.
   *
   * @param share - between 0 and 1
   * @param more - the line that stands for those left out
   */
  addLines(
    {
      before,
      lines,
      after,
    }: { readonly before: string; readonly lines: readonly string[]; readonly after: string },
    share: number,
    more: (left: number) => string,
  ): void {
    const { measure } = this.#limit;
    if (lines.length === 0) {
      return;
    }
    let room = this.room * share - measure(before) - measure(after) - measure(more(lines.length));
    const kept: string[] = [];
    for (const line of lines) {
      room -= measure(line);
      if (room < 0) {
        break;
      }
      kept.push(line);
    }
    const left = lines.length - kept.length;
    this.add(`${before}${kept.join('')}${left === 0 ? '' : more(left)}${after}`);
  }

  /** The start of a text that fits between what is added before and after it. */
  cut(text: string, around: string): string {
    return cutToFit(text, this.room - this.#limit.measure(around), this.#limit);
  }

  toString(): string {
    return this.#parts.join('');
  }
}
