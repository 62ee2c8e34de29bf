/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  /** The title of its section, without the hashes. */
  readonly section: string;
  readonly lines: readonly string[];
  /** The line of the page, from 1, at which the block's first line stands. */
  readonly firstLine: number;
}

/** A page in Markdown, read for what a person types and fills in. */
export class Page {
  readonly #lines: readonly string[];

  constructor(text: string) {
    this.#lines = text.split('\n');
  }

  /** Every fenced block, in order. */
  get blocks(): readonly Block[] {
    const blocks: Block[] = [];
    let section = '';
    let start: { readonly language: string; readonly index: number } | undefined;
    for (const [index, line] of this.#lines.entries()) {
      const [, language] = /^```(\w*)$/.exec(line) ?? [];
      if (language === undefined) {
        section = start === undefined && line.startsWith('## ') ? line.slice(3) : section;
      } else if (start === undefined) {
        start = { language, index };
      } else {
        blocks.push({
          language: start.language,
          section,
          lines: this.#lines.slice(start.index + 1, index),
          firstLine: start.index + 2,
        });
        start = undefined;
      }
    }
    return blocks;
  }

  /** The second cell of the table row whose first cell is `name`. @throws where there is none: the page has changed. */
  cell(name: string): string {
    const row = this.rows.find(([first]) => first === name);
    if (row?.[1] === undefined) {
      throw new Error(`the page has no table row ${JSON.stringify(name)}`);
    }
    return row[1];
  }

  /** The cells of every table row. */
  get rows(): readonly (readonly string[])[] {
    return this.#lines
      .filter((line) => line.startsWith('| '))
      .map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      );
  }

  /** What a pattern's only group finds in the text. @throws where it finds nothing: the page has changed. */
  find(pattern: RegExp): string {
    const found = pattern.exec(this.#lines.join('\n'))?.[1];
    if (found === undefined) {
      throw new Error(`the page does not say ${pattern}`);
    }
    return found;
  }
}

/** The pieces of code in a cell. */
export const codesIn = (cell: string): readonly string[] =>
  [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
