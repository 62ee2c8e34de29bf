import { stripVTControlCharacters } from 'node:util';
import type { ReviewedChange } from './changes';
import type { Counts, Review } from './review';

/** Content of the Markdown page. */
export interface PageContent {
  /** Name of what is planned, for example the stack: letters, digits, `.`, `_` and `-`. */
  readonly name: string;
  readonly review: Review;
  /** The plan as Terraform writes it for people, without sensitive values. */
  readonly text?: string | undefined;
  /**
   * Where the whole text is, when the page has no room for it; Markdown.
   *
   * @default 'the output of `terraform show`'
   */
  readonly wholeAt?: string | undefined;
}

/** Bytes that GitHub takes as the body of a comment or an issue. It counts characters, of which there are never more. */
export const COMMENT_LIMIT = 65_535;
/** Bytes that GitHub takes as the summary of one step: 1 MiB. */
export const JOB_SUMMARY_LIMIT = 1_024 * 1_024;

/** The longest name, address or path that is shown whole. */
const LONGEST_NAME = 200;
/** Bytes that are kept for what ends a page: the notes that something is missing, and a fence. */
const ROOM_FOR_END = 1_000;
/** The longest run of backticks that is left in the plan's text: the fence around it is one longer. */
const FENCE = '`'.repeat(8);

/** The first line of a page, by which a pipeline finds the comment of before. */
export const markerOf = (name: string): string => `<!-- plan-review: ${name} -->`;

/** A text without the halves of characters. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

/** A text on one line, without what a terminal or a page would obey. */
export const oneLine = (text: string): string =>
  wellFormed(text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' '));

/** A name as inline code, which mentions nobody and makes no HTML. */
const code = (name: string): string => {
  const line = oneLine(name);
  const shown = line.length > LONGEST_NAME ? `${wellFormed(line.slice(0, LONGEST_NAME))}…` : line;
  return `\`${shown.replaceAll('`', "'")}\``;
};

/** A sentence with values of the plan in it: as text, so that they make no Markdown. */
const plain = (text: string): string =>
  oneLine(text).replaceAll(/[\\`*_{}[\]<>#|@~$]/g, (mark) => `&#${mark.codePointAt(0)};`);

/** `1 to add, 2 to change`, or that there is nothing to do. */
export const inWords = (counts: Counts, outputs: readonly string[]): string => {
  const parts: readonly (readonly [number, string])[] = [
    [counts.add, 'to add'],
    [counts.change, 'to change'],
    [counts.replace, 'to replace'],
    [counts.destroy, 'to destroy'],
    [counts.forget, 'to forget'],
    [counts.import, 'to import'],
    [counts.move, 'to move'],
    [counts.read, 'to read'],
    [outputs.length, outputs.length === 1 ? 'output to change' : 'outputs to change'],
  ];
  const words = parts.filter(([number]) => number > 0).map(([number, word]) => `${number} ${word}`);
  return words.length === 0 ? 'no changes' : words.join(', ');
};

const changeLine = ({ address, action, ...change }: ReviewedChange): string => {
  const { movedFrom, imported, deposed, reason, forcedBy, attributes } = change;
  const what = [
    imported ? 'import' : '',
    movedFrom === undefined ? '' : 'move',
    action === 'none' ? '' : action,
  ];
  const details = [
    movedFrom === undefined ? '' : `was ${code(movedFrom)}`,
    deposed ? 'left behind by an interrupted replacement' : '',
    forcedBy.length === 0 ? (reason ?? '') : `forced by ${forcedBy.map(code).join(', ')}`,
    attributes.length === 0 ? '' : `changes ${attributes.map(code).join(', ')}`,
  ].filter((part) => part !== '');
  return `- ${what.filter((part) => part !== '').join(', ')} ${code(address)}${details.length === 0 ? '' : `: ${details.join('; ')}`}`;
};

/** Takes lines as long as they fit. @returns them, and whether that is all */
const takeFitting = (lines: readonly string[], room: number): readonly [kept: string, whole: boolean] => {
  let used = 0;
  const end = lines.findIndex((line) => {
    used += Buffer.byteLength(line) + 1;
    return used > room;
  });
  return [(end === -1 ? lines : lines.slice(0, end)).join('\n'), end === -1];
};

/** The lines of a page and then, in a fence, those of a text; what does not fit is left out, and the page says so. */
const page = (lines: readonly string[], text: string | undefined, wholeAt: string, limit: number): string => {
  const missing = `There is more than fits here: the whole is in ${wholeAt}.`;
  const [head, whole] = takeFitting(lines, limit - ROOM_FOR_END);
  const start = whole ? `${head}\n` : `${head}\n\n${missing}\n`;
  if (text === undefined) {
    return start;
  }
  const clean = wellFormed(stripVTControlCharacters(text)).trim().replaceAll(/`{8,}/g, FENCE.slice(1));
  const [shown, all] = takeFitting(clean.split('\n'), limit - ROOM_FOR_END - Buffer.byteLength(start));
  return `${start}\n<details><summary>The plan</summary>\n\n${FENCE}text\n${shown}\n${FENCE}\n${all ? '' : `\n${missing}\n`}\n</details>\n`;
};

const WHOLE_AT = 'the output of `terraform show`';

/**
 * A review as one page of Markdown: what stops first, then what is allowed, the notes, the changes, and the plan.
 *
 * @param limit - bytes
 */
export const writePage = ({ name, review, text, wholeAt = WHOLE_AT }: PageContent, limit: number): string => {
  const stops = review.stops.filter(({ allowed }) => !allowed);
  const lines = [
    markerOf(name),
    `### Plan of ${code(name)}: ${inWords(review.counts, review.outputs)}`,
    '',
    ...stops.map(({ address, message }) => `- **Stopped:** ${code(address)} ${plain(message)}`),
    ...review.stops
      .filter(({ allowed }) => allowed)
      .map(({ address, message }) => `- Allowed: ${code(address)} ${plain(message)}`),
    ...review.warnings.map(
      ({ address, message }) =>
        `- Note: ${address === undefined ? '' : `${code(address)} `}${plain(message)}`,
    ),
    ...(review.changes.length === 0 ? [] : ['', 'What changes:', '', ...review.changes.map(changeLine)]),
    ...(review.drift.length === 0
      ? []
      : ['', 'Changed outside Terraform:', '', ...review.drift.map(changeLine)]),
  ];
  return page(lines, text, wholeAt, limit);
};

/** The page in the place of a review when there is no plan, so that no page of an earlier plan stays in its place. */
export const writeFailurePage = (
  { name, text, wholeAt = WHOLE_AT }: Omit<PageContent, 'review'>,
  limit: number,
): string =>
  page(
    [markerOf(name), `### Plan of ${code(name)}: failed`, '', 'Terraform could not make a plan.'],
    text,
    wholeAt,
    limit,
  );
