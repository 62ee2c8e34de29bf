/** What a running piece of work says about itself. */
export interface Progress {
  /** Replaces what was said before. */
  update(text: string): void;
  /** The work is done. */
  done(text: string): void;
  /** The work has failed; the error that is thrown says why. */
  fail(): void;
}

/** The person, or the script, in front of a command. */
export interface Terminal {
  /** Whether somebody can be asked. */
  readonly isInteractive: boolean;
  /** Says something to a person, beside the result. */
  say(text: string): void;
  /** Begins a piece of work that takes a while. */
  begin(title: string): Progress;
  /** Asks for something that must not be seen on the screen. */
  askHidden(question: string): Promise<string>;
  /** Everything on standard input. */
  readInput(): Promise<string>;
  /** Opens a URL in the person's browser; false where that is not possible. */
  openBrowser(url: string): Promise<boolean>;
}

/** What a command came to: the same twice, for people and for scripts. */
export interface CommandResult {
  readonly text: string;
  /** One JSON object; `ok` says whether everything held. */
  readonly json: { readonly ok: boolean } & Readonly<Record<string, unknown>>;
  readonly exitCode: number;
}
