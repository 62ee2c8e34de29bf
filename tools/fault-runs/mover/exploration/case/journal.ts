import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { Version } from '../../../../local-cloud/aws/s3';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

const outcomeLine = v.object({
  message: v.literal('voicemail'),
  outcome: v.string(),
  failureClass: v.optional(v.string()),
});
const givenBackLine = v.object({ errorKind: v.string(), seconds: v.number() });
const metricsLine = v.object({
  _aws: v.object({
    CloudWatchMetrics: v.array(v.object({ Metrics: v.array(v.object({ Name: v.string() })) })),
  }),
});

const parseLine = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/**
 * History of a case, line by line. Two runs of one case give the same bytes: ids go by names, times count from the
 * beginning, and nothing of the machine is in it.
 */
export class Journal {
  readonly #startMs: number;
  readonly #lines: string[] = [];
  readonly #printed: string[] = [];
  readonly #outcomes: string[] = [];
  readonly #now: () => number;
  readonly #names: ReadonlyMap<string, string>;
  #metrics = new Set<string>();

  /**
   * @param now - milliseconds since the Unix epoch
   * @param names - what ids are called
   */
  constructor(now: () => number, names: ReadonlyMap<string, string>) {
    this.#now = now;
    this.#startMs = now();
    this.#names = names;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** Everything that the function printed. */
  get printed(): readonly string[] {
    return this.#printed;
  }

  /** Every outcome that the function reported, in order. */
  get outcomes(): readonly string[] {
    return this.#outcomes;
  }

  /** Metrics that the newest invocation published. */
  get metrics(): ReadonlySet<string> {
    return this.#metrics;
  }

  note(what: string): void {
    this.#lines.push(`${String(this.#now() - this.#startMs).padStart(10)}  ${this.#named(what)}`);
  }

  /** Begins an invocation. */
  begin(messages: number): void {
    this.#metrics = new Set();
    this.note(`invocation with ${messages} ${messages === 1 ? 'message' : 'messages'}`);
  }

  /** Takes what the function prints: of log lines only what is the same in every run is noted. */
  print(text: string): void {
    this.#printed.push(text);
    for (const line of text.split('\n')) {
      const entry = line.startsWith('{') ? parseLine(line) : undefined;
      const outcome = v.safeParse(outcomeLine, entry);
      const givenBack = v.safeParse(givenBackLine, entry);
      const metrics = v.safeParse(metricsLine, entry);
      if (outcome.success) {
        const { outcome: name, failureClass } = outcome.output;
        this.#outcomes.push(name);
        this.note(`  outcome ${name}${failureClass === undefined ? '' : ` ${failureClass}`}`);
      } else if (givenBack.success) {
        this.note(`  given back for ${givenBack.output.seconds} s: ${givenBack.output.errorKind}`);
      } else if (metrics.success) {
        const names = metrics.output._aws.CloudWatchMetrics.flatMap(({ Metrics }) => Metrics);
        for (const { Name } of names) {
          this.#metrics.add(Name);
        }
      }
    }
  }

  /** Notes what the archive holds. */
  noteArchive(versions: readonly Version[]): void {
    const lines = versions.map((version) =>
      version.isDeleteMarker
        ? `archive: ${version.key} deleted`
        : `archive: ${version.key} ${isDated(version.key) ? '' : hashOf(version.body)}`,
    );
    // In the order of their names: keys hold ids, which differ from run to run.
    for (const line of lines.map((text) => this.#named(text)).sort()) {
      this.note(line);
    }
  }

  #named(text: string): string {
    let named = text;
    for (const [id, name] of this.#names) {
      named = id === '' ? named : named.replaceAll(id, name);
    }
    return named.replace(UUID, 'id');
  }
}

/** Sidecars hold ids. */
const isDated = (key: string): boolean => !key.endsWith('.webm');

const hashOf = (body: Buffer): string => createHash('sha256').update(body).digest('hex');
