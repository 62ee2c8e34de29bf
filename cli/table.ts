/** Columns between two cells. */
const GAP = 2;
/** Columns that the last cell needs at least to be read beside the others. */
const NARROWEST = 20;
/** Part of a screen that a column without a head takes at most; beside a longer cell the last one begins on the next line. */
const WIDEST = 0.3;

const columnOf = (text: string, width: number): string => text.padEnd(width + GAP);

/** Breaks a text between its words; a longer word keeps its line. */
const wrapped = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.pop();
    lines.push(
      ...(last === undefined
        ? [word]
        : last.length + 1 + word.length > width
          ? [last, word]
          : [`${last} ${word}`]),
    );
  }
  return lines;
};

/** Rows one below the other, each cell on a line of its own behind the word that heads its column. */
const stacked = ([heads = [], ...rows]: readonly (readonly string[])[]): string => {
  const width = Math.max(...heads.map((head) => head.length));
  return rows
    .map((row) => row.map((cell, column) => `${columnOf(heads[column] ?? '', width)}${cell}`).join('\n'))
    .join('\n\n');
};

/** How a table is laid out. */
export interface TableOptions {
  /** Columns of the screen. @default lines are as long as they are */
  readonly columns?: number | undefined;
  /** Whether the first row heads the columns. @default true */
  readonly hasHeads?: boolean;
}

/**
 * Lays rows out in columns, two spaces apart; the last column is not padded, and broken between words where the screen is
 * too narrow. Where it is too narrow for that too, the rows stand one below the other.
 */
export const table = (
  rows: readonly (readonly string[])[],
  { columns, hasHeads = true }: TableOptions = {},
): string => {
  const widest = hasHeads || columns === undefined ? Number.POSITIVE_INFINITY : Math.floor(columns * WIDEST);
  const widths = (rows[0] ?? []).slice(0, -1).map((_, column) => {
    const longestCell = Math.max(...rows.map((row) => (row[column] ?? '').length));
    return Math.min(widest, longestCell);
  });
  const indent = widths.reduce((sum, width) => sum + width + GAP, 0);
  const ends = rows.map((row) => row.at(-1) ?? '');
  const longest = Math.max(0, ...ends.map((end) => end.length));
  const longestWord = Math.max(0, ...ends.flatMap((end) => end.split(' ').map((word) => word.length)));
  const room = columns === undefined || indent + longest <= columns ? longest : columns - indent;
  if (hasHeads && room < Math.min(longest, Math.max(longestWord, NARROWEST))) {
    return stacked(rows);
  }
  return rows
    .map((row) => {
      const beginning = widths.map((width, column) => columnOf(row[column] ?? '', width)).join('');
      const onNextLine = `\n${' '.repeat(indent)}`;
      const end = wrapped(row.at(-1) ?? '', Math.max(room, NARROWEST)).join(onNextLine);
      const whole =
        beginning.length > indent ? `${beginning.trimEnd()}${onNextLine}${end}` : `${beginning}${end}`;
      return whole.trimEnd();
    })
    .join('\n');
};
