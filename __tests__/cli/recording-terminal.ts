import type { Choice, Progress, Terminal } from '../../cli/terminal';

/** A terminal without a person: it answers from a script, and keeps everything that it is shown. */
export class RecordingTerminal implements Terminal {
  readonly isInteractive: boolean;
  readonly hasColours = false;
  columns: number | undefined;
  readonly #shown: string[] = [];
  readonly #input: string;
  readonly #answers: string[];
  readonly #browse: (url: string) => Promise<void>;
  #browsed: Promise<void> = Promise.resolve();

  constructor(
    script: {
      readonly input?: string;
      readonly answers?: readonly string[];
      /** What the person does in the browser; it goes on beside the command. */
      readonly browse?: (url: string) => Promise<void>;
    } = {},
  ) {
    this.isInteractive = script.answers !== undefined;
    this.#input = script.input ?? '';
    this.#answers = [...(script.answers ?? [])];
    this.#browse = script.browse ?? (async () => undefined);
  }

  /** Everything that was shown, in one text. */
  get shown(): string {
    return this.#shown.join('\n');
  }

  /** Resolves when the person in the browser has done everything. */
  get browsed(): Promise<void> {
    return this.#browsed;
  }

  say(text: string): void {
    this.#shown.push(text);
  }

  /** The lines of the result that were written at once. */
  readonly records: string[] = [];
  /** Set, as by Ctrl-C. */
  interrupted = false;
  /** What happens when a line is recorded. */
  onRecord: (line: string) => void = () => undefined;

  async record(line: string): Promise<void> {
    this.records.push(line);
    this.onRecord(line);
  }

  async untilInterrupted(work: (isInterrupted: () => boolean) => Promise<void>): Promise<void> {
    await work(() => this.interrupted);
  }

  begin(title: string): Progress {
    this.say(title);
    return {
      update: (text) => this.say(text),
      done: (text) => this.say(text),
      fail: () => this.say('failed'),
    };
  }

  async askHidden(question: string): Promise<string> {
    this.say(question);
    return this.#answers.shift() ?? '';
  }

  #next(question: string, byDefault = ''): string {
    this.say(question);
    return this.#answers.shift() ?? byDefault;
  }

  async ask(question: string, byDefault?: string): Promise<string> {
    return this.#next(question, byDefault);
  }

  async choose(question: string, choices: readonly Choice[], byDefault?: string): Promise<string> {
    const name = this.#next(question, byDefault);
    return choices.find((choice) => choice.name.includes(name))?.value ?? name;
  }

  async chooseSeveral(question: string, choices: readonly Choice[]): Promise<readonly string[]> {
    const names = this.#next(question).split(',');
    return choices.filter(({ name }) => names.includes(name)).map(({ value }) => value);
  }

  async confirm(question: string): Promise<boolean> {
    return this.#next(question, 'yes') === 'yes';
  }

  async readInput(): Promise<string> {
    return this.#input;
  }

  async openBrowser(url: string): Promise<boolean> {
    this.#browsed = this.#browse(url);
    return true;
  }
}
