import { type Case, caseId } from './case/case-id';
import type { CallSite, FaultKind } from './case/fault-kinds';
import type { Call, History } from './case/history';
import { judge, type Verdict } from './judge';

/** A call that a further fault can strike. */
export interface Target extends CallSite {
  /** Whether it belongs to the rotation that shows that nothing is stuck, which starts as usual. */
  readonly isNext: boolean;
  /** 1 for the first call of the history. */
  readonly number: number;
}

/** A fault, and the call that it struck. */
export interface StruckCall extends CallSite {
  readonly kind: FaultKind;
}

/** Result of a case, as a worker reports it. */
export interface CaseResult extends Verdict {
  readonly id: string;
  readonly struck: readonly StruckCall[];
  /** The calls behind the last fault that a further fault can strike. */
  readonly targets: readonly Target[];
  /** Number of the last call of the first attempt that failed; `undefined` where none did. */
  readonly lastCallOfFailedAttempt: number | undefined;
}

/** Where the rotations of the tokens end, and the one that shows that nothing is stuck starts as usual; `undefined` if not. */
const startOfNext = ({ tokens, entries }: History): number | undefined => {
  const ends = [...entries.entries()].filter(
    ([, entry]) => entry.type === 'attempt-end' && entry.outcome === 'succeeded',
  );
  const areUsual = ends.every(([, entry]) => entry.type === 'attempt-end' && entry.isAsUsual);
  return areUsual ? ends[tokens - 1]?.[0] : undefined;
};

const isCall = (entry: History['entries'][number]): entry is Call => entry.type === 'call';

/** Judges a case, and tells what a further fault could strike. */
export const evaluate = (one: Case, history: History): CaseResult => {
  const calls = history.entries.filter(isCall);
  const struck = calls.flatMap(({ system, operation, fault }) =>
    fault === undefined ? [] : [{ system, operation, kind: fault }],
  );
  const verdict = judge(history);
  const next = startOfNext(history);
  const lastFault = one.faults.at(-1)?.call ?? 0;
  const failedAt = history.entries.findIndex(
    (entry) => entry.type === 'attempt-end' && entry.outcome === 'failed',
  );
  return {
    ...verdict,
    // A fault that struck nothing would make a case look better than it is.
    failures: struck.length === one.faults.length ? verdict.failures : [...verdict.failures, 'misbehaviour'],
    id: caseId(one),
    struck,
    targets: [...history.entries.entries()].flatMap(([index, entry]) =>
      isCall(entry) && entry.number > lastFault
        ? [
            {
              number: entry.number,
              system: entry.system,
              operation: entry.operation,
              isNext: next !== undefined && index > next,
            },
          ]
        : [],
    ),
    lastCallOfFailedAttempt:
      failedAt === -1 ? undefined : history.entries.slice(0, failedAt).findLast(isCall)?.number,
  };
};
