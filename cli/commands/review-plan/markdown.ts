import { stripVTControlCharacters } from 'node:util';
import type { ReviewedChange } from './changes';
import { Page, type PageLimit, withoutHalfCharacter } from './page';
import type { Counts, Review } from './review';
import type { Stop } from './stop-rule';
import type { Warning } from './warnings';

/** What a page of Markdown is made from. */
export interface PageContent {
  /** What the plan is of, for example the stack: letters, digits, `.`, `_` and `-`. */
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

/** The longest name, address or path that is shown whole. */
const LONGEST_NAME = 200;
/** How many attributes of one resource are shown. */
const MOST_ATTRIBUTES = 15;
/** The longest run of backticks that is left in the plan's text: the fence around it has to be longer. */
const LONGEST_BACKTICKS = 20;

const WHOLE_AT = 'the output of `terraform show`';

/** The first line of a page, by which a pipeline finds the comment of before. */
export const markerOf = (name: string): string => `<!-- plan-review: ${name} -->`;

/** A name as inline code that stays in its table cell, mentions nobody and makes no HTML. */
const code = (name: string): string => {
  const oneLine = name.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, ' ');
  const shown = oneLine.length > LONGEST_NAME ? `${oneLine.slice(0, LONGEST_NAME)}…` : oneLine;
  const safe = withoutHalfCharacter(shown).replaceAll('`', "'").replaceAll('|', '\\|');
  return `\`${safe}\``;
};

const list = (names: readonly string[]): string => {
  const shown = names.slice(0, MOST_ATTRIBUTES).map(code).join(', ');
  const left = names.length - MOST_ATTRIBUTES;
  return left > 0 ? `${shown} and ${left} more` : shown;
};

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

const ACTION_WORDS: Readonly<Record<ReviewedChange['action'], string>> = {
  none: '',
  add: 'add',
  change: 'change',
  replace: '**replace**',
  destroy: '**destroy**',
  forget: 'forget',
  read: 'read',
};

const actionOf = ({ action, imported, movedFrom }: ReviewedChange): string =>
  [imported ? 'import' : '', movedFrom === undefined ? '' : 'move', ACTION_WORDS[action]]
    .filter((word) => word !== '')
    .join(', ');

const detailsOf = ({ movedFrom, deposed, reason, forcedBy, attributes }: ReviewedChange): string =>
  [
    movedFrom === undefined ? '' : `was ${code(movedFrom)}`,
    deposed ? 'left behind by an interrupted replacement' : '',
    forcedBy.length === 0 ? (reason ?? '') : `forced by ${list(forcedBy)}`,
    attributes.length === 0 ? '' : `changes ${list(attributes)}`,
  ]
    .filter((part) => part !== '')
    .join('; ');

const rowOf = (change: ReviewedChange): string =>
  `| ${actionOf(change)} | ${code(change.address)} | ${detailsOf(change)} |\n`;

const stopLine = ({ address, what, action, allowed }: Stop): string =>
  allowed
    ? `- Allowed: this plan would ${action} the ${what} ${code(address)}.\n`
    : `- **Stopped:** this plan would ${action} the ${what} ${code(address)}.\n`;

const warningLine = ({ address, message }: Warning): string =>
  `- Note: ${address === undefined ? '' : `${code(address)}: `}${message}.\n`;

const moreLines = (left: number): string => `- and ${left} more\n`;

const addPlanText = (page: Page, text: string, wholeAt: string): void => {
  const clean = stripVTControlCharacters(text)
    .trim()
    .replaceAll(new RegExp(`\`{${LONGEST_BACKTICKS},}`, 'g'), '`'.repeat(LONGEST_BACKTICKS));
  let fence = '```';
  for (const [run] of clean.matchAll(/`{3,}/g)) {
    fence = run.length < fence.length ? fence : `${run}\``;
  }
  const before = `\n<details><summary>The plan</summary>\n\n${fence}text\n`;
  const after = `\n${fence}\n`;
  const end = '\n</details>\n';
  if (page.add(`${before}${clean}${after}${end}`)) {
    return;
  }
  const note = `\nThe plan is too long for this page: this is its start. The whole is in ${wholeAt}.\n`;
  const kept = page.cut(clean, before + after + note + end);
  page.add(`${before}${kept}${after}${note}${end}`);
};

/** A review as one page of Markdown within a limit: the summary first, then as much of the plan as fits. */
export const writePage = (
  { name, review, text, wholeAt = WHOLE_AT }: PageContent,
  limit: PageLimit,
): string => {
  const page = new Page(limit);
  page.add(`${markerOf(name)}\n### Plan of ${code(name)}: ${inWords(review.counts, review.outputs)}\n`);
  // What stops comes first, so that no number of allowed ones can push it off the page.
  const stops = [...review.stops].sort((one, other) => Number(one.allowed) - Number(other.allowed));
  page.addLines({ before: '\n', lines: stops.map(stopLine), after: '' }, 0.25, moreLines);
  page.addLines({ before: '\n', lines: review.warnings.map(warningLine), after: '' }, 0.25, moreLines);
  page.addLines(
    {
      before: '\n| Action | Resource | What changes |\n| --- | --- | --- |\n',
      lines: review.changes.map(rowOf),
      after: '',
    },
    0.5,
    (left) => `| | and ${left} more | |\n`,
  );
  page.addLines(
    {
      before: `\n<details><summary>Changed outside Terraform: ${review.drift.length}</summary>\n\n`,
      lines: review.drift.map((change) => `- ${code(change.address)}: ${detailsOf(change)}\n`),
      after: '\n</details>\n',
    },
    0.25,
    moreLines,
  );
  if (text !== undefined) {
    addPlanText(page, text, wholeAt);
  }
  return page.toString();
};

/** The page in the place of a review when there is no plan, so that no page of an earlier plan stays in its place. */
export const writeFailurePage = (
  { name, text, wholeAt = WHOLE_AT }: Omit<PageContent, 'review'>,
  limit: PageLimit,
): string => {
  const page = new Page(limit);
  page.add(`${markerOf(name)}\n### Plan of ${code(name)}: failed\n\nTerraform could not make a plan.\n`);
  addPlanText(page, text ?? '', wholeAt);
  return page.toString();
};
