/** Characters of a table's cell that a person can still read on a screen. */
export const WIDEST_CELL = 300;

/** Parts of a long cell that is a list: what stands between line breaks, or between commas. A sentence stays whole. */
const partsOf = (cell: string): readonly string[] => {
  const separator = cell.includes('<br>') ? '<br>' : ', ';
  if (separator === ', ' && !cell.split(separator).every((part) => part.startsWith('`'))) {
    return [cell];
  }
  const parts: string[] = [];
  for (const part of cell.split(separator)) {
    const last = parts.at(-1);
    const joined = last === undefined ? part : `${last}${separator}${part}`;
    if (last === undefined || joined.length > WIDEST_CELL) {
      parts.push(part);
    } else {
      parts[parts.length - 1] = joined;
    }
  }
  return parts;
};

/** Gives a list that is too long for one cell several rows; the cells beside its later parts are empty. */
export const narrowRows = (row: readonly string[]): readonly (readonly string[])[] => {
  const cells = row.map((cell) => (cell.length > WIDEST_CELL ? partsOf(cell) : [cell]));
  const height = Math.max(...cells.map((parts) => parts.length));
  return Array.from({ length: height }, (_, index) => cells.map((parts) => parts[index] ?? ''));
};
