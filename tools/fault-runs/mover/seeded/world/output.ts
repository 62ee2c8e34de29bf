import * as v from 'valibot';
import type { Clock } from '../../../../local-cloud/clock';

const outcomeLine = v.object({
  message: v.literal('voicemail'),
  outcome: v.string(),
  conversationId: v.optional(v.string()),
  voicemailId: v.optional(v.string()),
});

const givenBackLine = v.object({
  message: v.string(),
  errorKind: v.string(),
});

const keptVisibilityLine = v.object({
  message: v.literal('the visibility could not be changed'),
  messageId: v.string(),
});

/** An outcome that the mover reported. */
export interface ReportedOutcome {
  readonly outcome: string;
  readonly conversationId: string | undefined;
  readonly voicemailId: string | undefined;
}

/** Everything that the functions said, and what a run has to know of it. */
export class Output {
  readonly #clock: Clock;
  readonly #texts: string[] = [];
  readonly #outcomes: ReportedOutcome[] = [];
  readonly #tokenTroublesAtMs: number[] = [];
  readonly #keptVisibility = new Set<string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Every text so far: log lines, and what else was taken. */
  get texts(): readonly string[] {
    return this.#texts;
  }

  /** Every outcome that the mover reported, in order. */
  get outcomes(): readonly ReportedOutcome[] {
    return this.#outcomes;
  }

  /** When the mover gave messages back because no token was usable. Milliseconds since the epoch. */
  get tokenTroublesAtMs(): readonly number[] {
    return this.#tokenTroublesAtMs;
  }

  /** Messages of which the mover said that it could not change their visibility. */
  get keptVisibility(): ReadonlySet<string> {
    return this.#keptVisibility;
  }

  /** Takes a text that is no log line. */
  takeText(text: string): void {
    this.#texts.push(text);
  }

  /** Takes a line of a log. */
  takeLine(line: string): void {
    this.#texts.push(line);
    if (!line.startsWith('{')) {
      return;
    }
    const entry = parseLine(line);
    const outcome = v.safeParse(outcomeLine, entry);
    if (outcome.success) {
      const { conversationId, voicemailId } = outcome.output;
      this.#outcomes.push({ outcome: outcome.output.outcome, conversationId, voicemailId });
      return;
    }
    const givenBack = v.safeParse(givenBackLine, entry);
    if (givenBack.success && givenBack.output.errorKind === 'TokenUnusable') {
      this.#tokenTroublesAtMs.push(this.#clock.now());
    }
    const kept = v.safeParse(keptVisibilityLine, entry);
    if (kept.success) {
      this.#keptVisibility.add(kept.output.messageId);
    }
  }
}

const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};
