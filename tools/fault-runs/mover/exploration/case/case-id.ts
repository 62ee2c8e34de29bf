import { CaseIdInvalidError } from '../../../exploration';
import { SCENARIO_NAMES, type ScenarioName } from '../scenarios';
import { FAULT_KINDS, type FaultKind } from './fault-kinds';

/** A fault and the call that it strikes: 1 is the first call of the whole history. */
export interface PlannedFault {
  readonly call: number;
  readonly kind: FaultKind;
  /** Strikes every further call of the same operation as well. */
  readonly isLasting: boolean;
}

/** One case of the exploration. */
export interface Case {
  readonly scenario: ScenarioName;
  /** Whether the message arrives twice. */
  readonly isTwice: boolean;
  /** In the order of their calls. */
  readonly faults: readonly PlannedFault[];
}

const EXPECTED =
  `a scenario (${SCENARIO_NAMES.join(', ')}), -twice where the message arrives twice, a colon, and faults such as ` +
  '3.killed-before+5.always-error-before (call and kind), or none';

const NO_FAULT = 'none';
const TWICE = '-twice';
const ALWAYS = 'always-';

/** The name of a case, which says all there is to it: `plain-twice:3.killed-before+5.always-error-before`. */
export const caseId = ({ scenario, isTwice, faults }: Case): string => {
  const parts = faults.map(({ call, kind, isLasting }) => `${call}.${isLasting ? ALWAYS : ''}${kind}`);
  return `${scenario}${isTwice ? TWICE : ''}:${parts.join('+') || NO_FAULT}`;
};

const parseFault = (text: string): PlannedFault | undefined => {
  const [, call, always, name] = /^([1-9]\d{0,3})\.(always-)?([a-z0-9-]+)$/.exec(text) ?? [];
  const kind = FAULT_KINDS.find((one) => one === name);
  return call === undefined || kind === undefined
    ? undefined
    : { call: Number(call), kind, isLasting: always !== undefined };
};

/** @throws CaseIdInvalidError */
export const parseCaseId = (text: string): Case => {
  const [head = '', tail = '', ...rest] = text.split(':');
  const isTwice = head.endsWith(TWICE);
  const scenario = SCENARIO_NAMES.find((name) => name === (isTwice ? head.slice(0, -TWICE.length) : head));
  const parts = tail === NO_FAULT ? [] : tail.split('+');
  const faults = parts.flatMap((part) => parseFault(part) ?? []);
  const isInOrder = faults.every(({ call }, index) => call > (faults[index - 1]?.call ?? 0));
  if (scenario === undefined || rest.length > 0 || faults.length !== parts.length || !isInOrder) {
    throw new CaseIdInvalidError(text, EXPECTED);
  }
  return { scenario, isTwice, faults };
};
