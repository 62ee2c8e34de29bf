import { type Case, caseId } from './case/case-id';
import type { CaseHistory } from './case/case-run';
import type { CaseRunner } from './case/case-runner';
import type { CallSite, FaultKind } from './case/fault-kinds';
import { judge, type Verdict } from './judge';

/** A call that a further fault can strike. */
export interface Target extends CallSite {
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
  /** The calls behind the last fault. */
  readonly targets: readonly Target[];
  readonly journal: string;
  /** Acts that the exploration could not follow. */
  readonly misbehaviour: string | undefined;
}

const resultOf = (one: Case, history: CaseHistory): CaseResult => {
  const lastFault = one.faults.at(-1)?.call ?? 0;
  const verdict = judge(history, one.faults.length);
  const { calls, journal, misbehaviour } = history;
  return {
    ...verdict,
    id: caseId(one),
    struck: calls.flatMap(({ system, service, operation, fault }) =>
      fault === undefined ? [] : [{ system, service, operation, kind: fault.kind }],
    ),
    targets: calls
      .filter(({ number }) => number > lastFault)
      .map(({ number, system, service, operation }) => ({ number, system, service, operation })),
    journal: [...journal.lines, `in the end: ${verdict.end}`].join('\n'),
    misbehaviour,
  };
};

/** Runs a case and judges it. */
export const evaluate = (one: Case, runner: CaseRunner): Promise<CaseResult> =>
  runner.run(one, (history) => resultOf(one, history));
