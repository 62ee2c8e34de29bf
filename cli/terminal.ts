import { stripVTControlCharacters } from 'node:util';
import { EXIT_CODE, type ExitCode } from './errors';

/** Progress of a running piece of work. */
export interface Progress {
  /** Replaces what was said before. */
  update(text: string): void;
  /** The work is done. */
  done(text: string): void;
  /** The work has failed; the error that is thrown says why. */
  fail(): void;
}

/** One of several things to choose from. */
export interface Choice {
  readonly name: string;
  readonly value: string;
}

/** The person, or the script, in front of a command. */
export interface Terminal {
  /** Whether somebody can be asked. */
  readonly isInteractive: boolean;
  /** Whether the result may be coloured. */
  readonly hasColours: boolean;
  /** Columns of the screen that shows the result; `undefined` where it is shown on none. */
  readonly columns: number | undefined;
  /** Says something to a person, beside the result. */
  say(text: string): void;
  /** Writes one line of the result now, for a script or for the records. @throws OperatorError where it cannot be written */
  record(line: string): Promise<void>;
  /**
   * Runs work that stops at a place of its own choice: the first Ctrl-C is only told to it, a second one ends the process.
   */
  untilInterrupted(work: (isInterrupted: () => boolean) => Promise<void>): Promise<void>;
  /** Begins a piece of work that takes a while. */
  begin(title: string): Progress;
  /** Asks for something that must not be seen on the screen. */
  askHidden(question: string): Promise<string>;
  /** Asks for one line. @param check - what is wrong with an answer, which is then asked for again */
  ask(question: string, byDefault?: string, check?: (answer: string) => string | undefined): Promise<string>;
  /** Asks for one of several, by their names. */
  choose(question: string, choices: readonly Choice[], byDefault?: string): Promise<string>;
  /** Asks for at least one of several, by their names. */
  chooseSeveral(question: string, choices: readonly Choice[]): Promise<readonly string[]>;
  /** Asks for yes or no. @param byDefault - what Enter means, yes unless given */
  confirm(question: string, byDefault?: boolean): Promise<boolean>;
  /** Everything on standard input. */
  readInput(): Promise<string>;
  /** Opens a URL in the person's browser; false where that is not possible. */
  openBrowser(url: string): Promise<boolean>;
}

/** Result of a command, twice: for people and for scripts. */
export interface CommandResult {
  readonly text: string;
  /** Why it is not whole, in one sentence for scripts, where the text is more than that. @default the text */
  readonly summary?: string;
  /** One JSON object; `ok` says whether everything held. */
  readonly json: { readonly ok: boolean } & Readonly<Record<string, unknown>>;
  readonly exitCode: ExitCode;
}

/** The word of `--json` for a command that ends with its result, and not with 0. */
const ERROR_WORDS: Readonly<Record<Exclude<ExitCode, 0>, string>> = {
  [EXIT_CODE.failed]: 'Failed',
  // Of `review-plan` alone: any other wrong usage is an OperatorError.
  [EXIT_CODE.usage]: 'Stopped',
  [EXIT_CODE.findings]: 'Findings',
  [EXIT_CODE.incomplete]: 'Incomplete',
  [EXIT_CODE.credentials]: 'Credentials',
  [EXIT_CODE.notFound]: 'NotFound',
  [EXIT_CODE.interrupted]: 'Interrupted',
};

/** What scripts read of a result, on one line. One that is not whole says why, as every failure does. */
export const jsonLine = ({ text, summary = text, json, exitCode }: CommandResult): string =>
  JSON.stringify(
    exitCode === EXIT_CODE.done
      ? json
      : {
          ...json,
          ok: false,
          error: ERROR_WORDS[exitCode],
          message: stripVTControlCharacters(summary),
          exitCode,
        },
  );
