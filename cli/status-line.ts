import ora, { type Ora } from 'ora';
import type { Progress } from './terminal';

/**
 * The one line at the bottom of a person's screen that is drawn anew while work goes on. Whatever else is written goes
 * above it, so that neither wipes the other away.
 */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #hasColours: boolean;
  /** Draws the piece of work that goes on. */
  #spinner: Ora | undefined;

  constructor(stream: NodeJS.WriteStream, hasColours: boolean) {
    this.#stream = stream;
    this.#hasColours = hasColours;
  }

  /** Begins a piece of work, and ends one that nobody has ended. */
  begin(title: string): Progress {
    this.end();
    const spinner = ora({
      text: title,
      stream: this.#stream,
      isEnabled: true,
      color: this.#hasColours ? 'cyan' : false,
      // Ctrl-C is for the command to answer.
      discardStdin: false,
    }).start();
    this.#spinner = spinner;
    const end = (act: () => void): void => {
      if (this.#spinner === spinner) {
        this.#spinner = undefined;
        act();
      }
    };
    return {
      update: (text) => {
        spinner.text = text;
      },
      done: (text) => end(() => spinner.succeed(text)),
      fail: () => end(() => spinner.fail()),
    };
  }

  /** Writes what stays, above the line. */
  above(write: () => void): void {
    this.#spinner?.clear();
    write();
    this.#spinner?.render();
  }

  /** Ends a piece of work that nobody has ended, as failed. */
  end(): void {
    this.#spinner?.fail();
    this.#spinner = undefined;
  }
}
