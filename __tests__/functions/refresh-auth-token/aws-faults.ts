import type { Fault, FaultSource, OutsideCall } from '../../../tools/local-cloud/faults';

/** A fault of Secrets Manager, and the calls that it strikes. */
export interface AwsFaultRule {
  readonly operation: string;
  /** Matching calls that are let through first. @default 0 */
  readonly skip?: number;
  /** Calls that are struck. @default - every further one */
  readonly times?: number;
  readonly fault: Fault;
}

/** An answer with an error, before the call takes effect. */
export const refuse = (status: number, code: string): Fault => ({
  effect: 'none',
  answer: { kind: 'error', status, code },
});

/** Faults of the local AWS by rule. */
export class AwsFaults implements FaultSource {
  readonly #rules: { rule: AwsFaultRule; matched: number }[] = [];

  inject(rule: AwsFaultRule): void {
    this.#rules.push({ rule, matched: 0 });
  }

  clear(): void {
    this.#rules.length = 0;
  }

  decide({ operation }: OutsideCall): Fault | undefined {
    for (const state of this.#rules) {
      const { rule } = state;
      if (rule.operation !== operation) {
        continue;
      }
      state.matched += 1;
      const position = state.matched - (rule.skip ?? 0);
      if (position >= 1 && position <= (rule.times ?? Number.POSITIVE_INFINITY)) {
        return rule.fault;
      }
    }
    return undefined;
  }
}
