import type { Figure, Goal, Peer } from './benchmark';
import { type Summary, summarize } from './statistics';

/** A goal, held against what was measured. */
export interface GoalVerdict {
  readonly goal: Goal;
  /** The bounds are held against a ratio of medians, or the median of `ours`. */
  readonly value: number;
  readonly holds: boolean;
}

/** A figure with its numbers worked out. */
export interface FigureVerdict {
  readonly figure: Figure;
  readonly summaries: Readonly<Record<Peer, Summary | undefined>>;
  readonly goals: readonly GoalVerdict[];
  /** Whether every goal holds. */
  readonly holds: boolean;
}

/** A goal is held against a peer that was not measured: nothing could be said of it. */
export class PeerNotMeasuredError extends Error {
  override readonly name = 'PeerNotMeasuredError';
  readonly figureName: string;
  readonly peer: Peer;

  constructor(figureName: string, peer: Peer) {
    super(`${figureName} has a goal against ${peer}, but no samples of ${peer}`);
    this.figureName = figureName;
    this.peer = peer;
  }
}

const summaryOf = (samples: readonly number[] | undefined): Summary | undefined =>
  samples === undefined || samples.length === 0 ? undefined : summarize(samples);

/** Nothing over nothing is no worse: two peers that make no call at all are equals. */
const ratio = (ours: number, other: number): number => (ours === 0 && other === 0 ? 1 : ours / other);

const keeps = (value: number, { atMost, atLeast }: Pick<Goal, 'atMost' | 'atLeast'>): boolean =>
  (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);

const judgeGoal = (
  { name }: Figure,
  goal: Goal,
  { ours, ...peers }: Readonly<Record<Peer, Summary | undefined>>,
): GoalVerdict => {
  const { against } = goal;
  const other = against === undefined ? undefined : peers[against];
  if (ours === undefined || (against !== undefined && other === undefined)) {
    throw new PeerNotMeasuredError(name, ours === undefined ? 'ours' : (against ?? 'ours'));
  }
  const value = other === undefined ? ours.median : ratio(ours.median, other.median);
  return { goal, value, holds: keeps(value, goal) };
};

/**
 * Holds a figure against its goals.
 *
 * @throws PeerNotMeasuredError where a goal is against a peer without samples.
 */
export const judge = (figure: Figure): FigureVerdict => {
  const { samples, goals = [] } = figure;
  const summaries = {
    ours: summaryOf(samples.ours),
    baseline: summaryOf(samples.baseline),
    limit: summaryOf(samples.limit),
  };
  const verdicts = goals.map((goal) => judgeGoal(figure, goal, summaries));
  return { figure, summaries, goals: verdicts, holds: verdicts.every(({ holds }) => holds) };
};
