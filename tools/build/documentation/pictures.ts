import { escapeUTF8 } from 'entities';
import * as v from 'valibot';

/*
 * Pictures of the documentation, drawn from what they show: small, and as legible in a dark page as in a light one.
 */

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly title: string;
  /** Below the title, smaller. */
  readonly notes?: readonly string[];
}

const box = ({ x, y, width, height, title, notes = [] }: Box): string =>
  [
    `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="4" fill="#fff" stroke="#8795a1"/>`,
    `<text x="${x + 8}" y="${y + 18}" font-weight="600">${escapeUTF8(title)}</text>`,
    ...notes.map(
      (note, index) =>
        `<text x="${x + 8}" y="${y + 36 + 15 * index}" font-size="11" fill="#51606d">${escapeUTF8(note)}</text>`,
    ),
  ].join('\n');

const picture = (what: string, width: number, height: number, boxes: readonly Box[]): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" font-family="sans-serif" font-size="12" fill="#1d2b36">
<title>${escapeUTF8(what)}</title>
<rect width="${width}" height="${height}" fill="#f2f5f7"/>
${boxes.map(box).join('\n')}
</svg>
`;

const dashboardBody = v.object({
  widgets: v.array(
    v.object({
      x: v.number(),
      y: v.number(),
      width: v.number(),
      height: v.number(),
      type: v.string(),
      properties: v.object({
        title: v.optional(v.string(), ''),
        metrics: v.optional(v.array(v.array(v.unknown())), []),
      }),
    }),
  ),
});

const COLUMN = 40;
const ROW = 24;

const labelOf = (metric: readonly unknown[]): readonly string[] => {
  const options = metric.at(-1);
  return typeof options === 'object' && options !== null && 'label' in options ? [String(options.label)] : [];
};

/** A label as far as a box of so many columns has room for it. */
const shortened = (label: string, columns: number): string => {
  const most = Math.floor((columns * COLUMN) / 7);
  return label.length <= most ? label : `${label.slice(0, most - 1)}…`;
};

/** Draws the layout of the dashboard from its own body, with the names of its lines. */
export const dashboardPicture = (body: string): string => {
  const { widgets } = v.parse(dashboardBody, JSON.parse(body));
  const boxes = widgets.map(({ x, y, width, height, type, properties: { title, metrics } }): Box => {
    const room = Math.max(0, Math.floor((height * ROW - 36) / 15));
    return {
      x: x * COLUMN + 3,
      y: y * ROW + 3,
      width: width * COLUMN - 6,
      height: height * ROW - 6,
      title: title === '' ? type : title,
      notes: metrics
        .flatMap(labelOf)
        .slice(0, room)
        .map((label) => shortened(label, width)),
    };
  });
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  return picture('The layout of the CloudWatch dashboard', 24 * COLUMN, bottom + 3, boxes);
};

/** Draws a form of Genesys Cloud: what stands beside what, by the names that its articles use. */
export const formPicture = (path: string, fields: readonly (readonly [string, string])[]): string =>
  picture(`Genesys Cloud: ${path}`, 640, 40 + fields.length * 52, [
    { x: 8, y: 8, width: 624, height: 26, title: path },
    ...fields.map(
      ([name, value], index): Box => ({
        x: 8,
        y: 42 + index * 52,
        width: 624,
        height: 44,
        title: name,
        notes: [value],
      }),
    ),
  ]);

const LINE_PX = 17;
const CHARACTER_PX = 7.25;

/** Draws what a terminal showed, in the colours of most terminals. */
export const terminalPicture = (what: string, lines: readonly string[]): string => {
  const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * CHARACTER_PX) + 24;
  const height = lines.length * LINE_PX + 24;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" role="img" font-family="ui-monospace, Consolas, monospace" font-size="12" fill="#d9e1e8">
<title>${escapeUTF8(what)}</title>
<rect width="${width}" height="${height}" rx="6" fill="#17212b"/>
${lines
  .map(
    (line, index) =>
      `<text xml:space="preserve" x="12" y="${24 + index * LINE_PX}"${line.startsWith('✔') ? ' fill="#7bd88f"' : ''}>${escapeUTF8(line)}</text>`,
  )
  .join('\n')}
</svg>
`;
};
