import * as v from 'valibot';

const outcomeLine = v.object({ message: v.literal('voicemail'), outcome: v.string() });

/** Counts the outcomes that the mover reports in its log, as an operator would with CloudWatch Logs Insights. */
export class OutcomeCounts {
  readonly #counts = new Map<string, number>();

  /** Takes one line of a log; lines that report no outcome are passed over. */
  take(line: string): void {
    let entry: unknown;
    try {
      entry = JSON.parse(line);
    } catch {
      return;
    }
    const parsed = v.safeParse(outcomeLine, entry);
    if (parsed.success) {
      this.#counts.set(parsed.output.outcome, this.of(parsed.output.outcome) + 1);
    }
  }

  of(outcome: string): number {
    return this.#counts.get(outcome) ?? 0;
  }
}
