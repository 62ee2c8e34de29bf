import { CaseIdInvalidError } from '../../exploration';
import { FAULT_KINDS, type FaultKind } from './fault-kinds';

/**
 * What happens when an attempt has failed for the first time.
 *
 * - `retry`: nobody does anything; Secrets Manager repeats the attempt with the same version.
 * - `release`: an operator takes AWSPENDING away from the version, so that the next rotation gets a new one.
 * - `authorize`: a person logs in again, as the operator command does: AWSCURRENT and LATEST_GRANT on the new pair, and
 *   AWSPENDING taken away.
 * - `reseed`: a person logs in again and writes AWSCURRENT by hand; the other labels stay where they are.
 */
export const RESPONSES = ['retry', 'release', 'authorize', 'reseed'] as const;

/** One of {@link RESPONSES}. */
export type Response = (typeof RESPONSES)[number];

/** How many tokens a case may have. */
export const TOKEN_COUNTS = [1, 2] as const;

/** One of {@link TOKEN_COUNTS}. */
export type TokenCount = (typeof TOKEN_COUNTS)[number];

/** A fault and the call that it strikes: 1 is the first call of the whole history. */
export interface PlannedFault {
  readonly call: number;
  readonly kind: FaultKind;
}

/** One case of the exploration. */
export interface Case {
  /** How many tokens the deployment has: each is a secret with a login of its own. */
  readonly tokens: TokenCount;
  readonly response: Response;
  /** In the order of their calls. */
  readonly faults: readonly PlannedFault[];
}

const EXPECTED =
  `a response (${RESPONSES.join(', ')}), a colon, and faults such as 9.killed-before+14.throttled (call and kind), or none; ` +
  '2: before all of it gives two tokens';

const NO_FAULT = 'none';

/**
 * The name of a case, which says all there is to it: `retry:9.killed-before+14.throttled`, and with two tokens
 * `2:retry:9.killed-before`.
 */
export const caseId = ({ tokens, response, faults }: Case): string =>
  `${tokens === 1 ? '' : `${tokens}:`}${response}:${faults.length === 0 ? NO_FAULT : faults.map(({ call, kind }) => `${call}.${kind}`).join('+')}`;

/** @throws CaseIdInvalidError */
export const parseCaseId = (text: string): Case => {
  const [, count, rest = ''] = /^(?:([2-9]):)?(.*)$/s.exec(text) ?? [];
  const tokens = TOKEN_COUNTS.find((one) => one === Number(count ?? 1));
  const [head, tail] = rest.split(':');
  const response = RESPONSES.find((one) => one === head);
  const faults = (tail === NO_FAULT ? [] : (tail ?? '').split('+')).map((part) => {
    const [, call, name] = /^(\d{1,4})\.([a-z-]+)$/.exec(part) ?? [];
    const kind = FAULT_KINDS.find((one) => one === name);
    if (call === undefined || kind === undefined) {
      throw new CaseIdInvalidError(text, EXPECTED);
    }
    return { call: Number(call), kind };
  });
  if (
    tokens === undefined ||
    response === undefined ||
    faults.some(({ call }, index) => call <= (faults[index - 1]?.call ?? 0))
  ) {
    throw new CaseIdInvalidError(text, EXPECTED);
  }
  return { tokens, response, faults };
};
