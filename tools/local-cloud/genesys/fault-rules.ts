import type { Fault, FaultSource, OutsideCall } from '../faults';

/** The services of Genesys Cloud that a client talks to. */
export type GenesysService = 'login' | 'api' | 'media';

/** A fault, and the calls that it strikes. What is left out matches every call. */
export interface FaultRule {
  readonly service?: GenesysService | undefined;
  /** Method and route, for example `GET /api/v2/voicemail/messages/{messageId}`. */
  readonly operation?: string | undefined;
  /** The exact path. */
  readonly resource?: string | undefined;
  /** Matching calls that are let through first. @default 0 */
  readonly skip?: number | undefined;
  /** Calls that are struck before the rule is used up. @default - every further one */
  readonly times?: number | undefined;
  readonly fault: Fault;
}

/** A rule that is in force. */
export interface ActiveFaultRule {
  readonly id: string;
  readonly rule: FaultRule;
  /** Calls that it has struck so far. */
  readonly struck: number;
}

interface RuleState {
  readonly rule: FaultRule;
  matched: number;
  struck: number;
}

const matches = (rule: FaultRule, call: OutsideCall): boolean =>
  (rule.service === undefined || rule.service === call.service) &&
  (rule.operation === undefined || rule.operation === call.operation) &&
  (rule.resource === undefined || rule.resource === call.resource);

/** Faults by rule; where no rule strikes, another source decides. */
export class FaultRules implements FaultSource {
  readonly #fallback: FaultSource;
  readonly #rules = new Map<string, RuleState>();
  #lastId = 0;

  constructor(fallback: FaultSource) {
    this.#fallback = fallback;
  }

  /** Puts a rule in force, behind those that are. Returns its id. */
  add(rule: FaultRule): string {
    this.#lastId += 1;
    const id = `fault-${this.#lastId}`;
    this.#rules.set(id, { rule, matched: 0, struck: 0 });
    return id;
  }

  /** Ends a rule. Returns whether it was there. */
  remove(id: string): boolean {
    return this.#rules.delete(id);
  }

  clear(): void {
    this.#rules.clear();
  }

  list(): readonly ActiveFaultRule[] {
    return [...this.#rules].map(([id, { rule, struck }]) => ({ id, rule, struck }));
  }

  decide(call: OutsideCall): ReturnType<FaultSource['decide']> {
    // Every source sees every call, so that one source's counting does not depend on the other's rules.
    const elsewhere = this.#fallback.decide(call);
    let own: Fault | undefined;
    for (const [id, state] of this.#rules) {
      if (own !== undefined || !matches(state.rule, call)) {
        continue;
      }
      state.matched += 1;
      if (state.matched <= (state.rule.skip ?? 0)) {
        continue;
      }
      state.struck += 1;
      own = state.rule.fault;
      if (state.struck >= (state.rule.times ?? Number.POSITIVE_INFINITY)) {
        this.#rules.delete(id);
      }
    }
    return own ?? elsewhere;
  }

  ended(call: OutsideCall, status: number): void {
    this.#fallback.ended?.(call, status);
  }
}
