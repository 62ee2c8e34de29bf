import type { Goal, Peer, Unit } from './benchmark';
import type { Summary } from './statistics';
import type { FigureVerdict, GoalVerdict } from './verdict';

/** One benchmark that could not be measured, and why. */
export interface FailedBenchmark {
  readonly name: string;
  readonly message: string;
}

/** Result of a run. */
export interface Outcome {
  readonly figures: readonly FigureVerdict[];
  readonly failed: readonly FailedBenchmark[];
}

/** Whether everything was measured and every goal holds. */
export const allHolds = ({ figures, failed }: Outcome): boolean =>
  failed.length === 0 && figures.every(({ holds }) => holds);

const PEERS: readonly Peer[] = ['ours', 'baseline', 'limit'];

/** Three significant digits at most, and whole numbers whole. */
const number = (value: number): string =>
  value.toLocaleString(
    'en-GB',
    Math.abs(value) >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
  );

const withSpread = (summary: Summary | undefined): string => {
  if (summary === undefined) {
    return '–';
  }
  const { median, q1, q3 } = summary;
  return q1 === median && q3 === median ? number(median) : `${number(median)} [${number(q1)}..${number(q3)}]`;
};

const bound = ({ atMost, atLeast }: Goal, against: string): string =>
  [
    ...(atMost === undefined ? [] : [`≤ ${number(atMost)}${against}`]),
    ...(atLeast === undefined ? [] : [`≥ ${number(atLeast)}${against}`]),
  ].join(', ');

/** `✓ 0.36x baseline (≤ 0.48x)`. */
const goalText = ({ goal, value, holds }: GoalVerdict): string => {
  const times = goal.against === undefined ? '' : 'x';
  const peer = goal.against === undefined ? '' : ` ${goal.against}`;
  return `${holds ? '✓' : '✗'} ${number(value)}${times}${peer} (${bound(goal, times)})`;
};

/** Ratios to the peers that no goal is about. */
const ratioTexts = ({ summaries, goals }: FigureVerdict): readonly string[] =>
  (['baseline', 'limit'] as const).flatMap((peer) => {
    const value = ratioTo(summaries, peer);
    const isShown = goals.some(({ goal }) => goal.against === peer);
    return value === undefined || isShown ? [] : [`${number(value)}x ${peer}`];
  });

const ratioTo = (
  { ours, ...others }: Readonly<Record<Peer, Summary | undefined>>,
  peer: 'baseline' | 'limit',
): number | undefined => {
  const other = others[peer];
  return ours === undefined || other === undefined || other.median === 0
    ? undefined
    : ours.median / other.median;
};

const HEADINGS = ['figure', 'unit', 'ours', 'baseline', 'limit', 'ratios and goals'];

const aligned = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
};

/** A table for people. */
export const table = (outcome: Outcome): string => {
  const rows = outcome.figures.map((verdict) => [
    verdict.figure.name,
    verdict.figure.unit,
    ...PEERS.map((peer) => withSpread(verdict.summaries[peer])),
    [...verdict.goals.map(goalText), ...ratioTexts(verdict)].join(', '),
  ]);
  const goals = outcome.figures.flatMap((figure) => figure.goals);
  const held = goals.filter(({ holds }) => holds).length;
  return [
    ...aligned([HEADINGS, ...rows]),
    ...outcome.failed.map(({ name, message }) => `✗ ${name} could not be measured: ${message}`),
    '',
    `${allHolds(outcome) ? 'All goals hold' : 'Not all goals hold'}: ${held} of ${goals.length}. Medians [first..third quartile].`,
  ].join('\n');
};

/** One figure, as scripts read it: medians, `null` where a peer has none. */
export interface JsonFigure {
  readonly name: string;
  readonly title: string;
  readonly ours: number | null;
  readonly baseline: number | null;
  readonly limit: number | null;
  readonly unit: Unit;
  /** First and third quartile and number of samples, by peer. */
  readonly spread: Readonly<Partial<Record<Peer, Omit<Summary, 'median'>>>>;
  /** `ours` over the peer. */
  readonly ratios: { readonly baseline: number | null; readonly limit: number | null };
  readonly goals: readonly (Goal & Omit<GoalVerdict, 'goal'>)[];
}

const spreadOf = (summaries: FigureVerdict['summaries']): JsonFigure['spread'] =>
  Object.fromEntries(
    PEERS.flatMap((peer) => {
      const summary = summaries[peer];
      return summary === undefined ? [] : [[peer, { count: summary.count, q1: summary.q1, q3: summary.q3 }]];
    }),
  );

/** Shape of `--json`. */
export const jsonReport = (
  outcome: Outcome,
): {
  readonly ok: boolean;
  readonly benchmarks: readonly JsonFigure[];
  readonly failed: readonly FailedBenchmark[];
} => ({
  ok: allHolds(outcome),
  benchmarks: outcome.figures.map(({ figure: { name, title, unit }, summaries, goals }) => ({
    name,
    ours: summaries.ours?.median ?? null,
    baseline: summaries.baseline?.median ?? null,
    limit: summaries.limit?.median ?? null,
    unit,
    title,
    spread: spreadOf(summaries),
    ratios: {
      baseline: ratioTo(summaries, 'baseline') ?? null,
      limit: ratioTo(summaries, 'limit') ?? null,
    },
    goals: goals.map(({ goal, ...verdict }) => ({ ...goal, ...verdict })),
  })),
  failed: outcome.failed,
});
