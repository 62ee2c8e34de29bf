import { stripVTControlCharacters } from 'node:util';
import type { Progress } from './terminal';

const FRAMES = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'];
const FRAME_MS = 80;
const DEFAULT_COLUMNS = 80;

/** To the beginning of the line, and empties it. */
const CLEAR = '\r\u001b[2K';

const MARKS = { done: { text: '✔', colour: 32 }, failed: { text: '✖', colour: 31 } } as const;

/**
 * The one line at the bottom of a person's screen that is drawn anew while work goes on. Whatever else is written goes
 * above it, so that neither wipes the other away.
 */
export class StatusLine {
  readonly #stream: NodeJS.WriteStream;
  readonly #hasColours: boolean;
  /** The piece of work that goes on. */
  #work: { text: string } | undefined;
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WriteStream, hasColours: boolean) {
    this.#stream = stream;
    this.#hasColours = hasColours;
  }

  /** Begins a piece of work, and ends one that nobody has ended. */
  begin(title: string): Progress {
    this.end();
    const work = { text: title };
    this.#work = work;
    this.#draw();
    this.#timer = setInterval(() => this.#draw(), FRAME_MS).unref();
    const whileItGoesOn = (act: () => void): void => {
      if (this.#work === work) {
        act();
      }
    };
    return {
      update: (text) =>
        whileItGoesOn(() => {
          work.text = text;
          this.#draw();
        }),
      done: (text) => whileItGoesOn(() => this.#end('done', text)),
      fail: () => whileItGoesOn(() => this.end()),
    };
  }

  /** Writes what stays, above the line. */
  above(write: () => void): void {
    if (this.#work !== undefined) {
      this.#stream.write(CLEAR);
    }
    write();
    this.#draw();
  }

  /** Ends a piece of work that nobody has ended, as failed. */
  end(): void {
    if (this.#work !== undefined) {
      this.#end('failed', this.#work.text);
    }
  }

  #end(how: keyof typeof MARKS, text: string): void {
    clearInterval(this.#timer);
    this.#work = undefined;
    this.#stream.write(`${CLEAR}${this.#coloured(MARKS[how].text, MARKS[how].colour)} ${text}\n`);
  }

  #coloured(text: string, colour: number): string {
    return this.#hasColours ? `\u001b[${colour}m${text}\u001b[0m` : text;
  }

  /** Draws no more than fits: a line that wraps could not be cleared. */
  #draw(): void {
    if (this.#work === undefined) {
      return;
    }
    const frame = FRAMES[this.#frame % FRAMES.length] ?? '';
    this.#frame += 1;
    const room = (this.#stream.columns || DEFAULT_COLUMNS) - 3;
    const text = stripVTControlCharacters(this.#work.text).slice(0, Math.max(0, room));
    this.#stream.write(`${CLEAR}${this.#coloured(frame, 36)} ${text}`);
  }
}
