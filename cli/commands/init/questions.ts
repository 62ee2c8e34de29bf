import { EXIT_CODE, OperatorError } from '../../errors';
import type { Choice, Terminal } from '../../terminal';

const usage = (message: string): OperatorError =>
  new OperatorError('InputUnusable', message, EXIT_CODE.usage);

/** One question of `init`, and the flag that answers it in a script. */
interface Question {
  readonly flag: string;
  readonly text: string;
  /** The flag's value. */
  readonly given: string | undefined;
  /** Taken by `--yes` and by Enter. */
  readonly byDefault?: string | undefined;
}

/**
 * Asks what the command line left open.
 *
 * A flag wins; with `--yes`, or where nobody can be asked, the default does.
 */
export class Questions {
  readonly #terminal: Terminal;
  /** Whether somebody is asked. */
  readonly asks: boolean;

  constructor(terminal: Terminal, takesDefaults: boolean) {
    this.#terminal = terminal;
    this.asks = terminal.isInteractive && !takesDefaults;
  }

  /** One line. @param check - what is wrong with an answer @throws OperatorError where nobody can be asked and there is no default */
  async line(question: Question, check?: (answer: string) => string | undefined): Promise<string> {
    const { given, text, byDefault } = question;
    return given ?? (this.asks ? await this.#terminal.ask(text, byDefault, check) : this.#default(question));
  }

  /** One of several; with only one there is nothing to ask. */
  async oneOf(question: Question, choices: readonly Choice[]): Promise<string> {
    const [only, ...others] = choices;
    if (question.given !== undefined) {
      return question.given;
    }
    if (only !== undefined && others.length === 0) {
      return only.value;
    }
    return this.asks
      ? this.#terminal.choose(question.text, choices, question.byDefault)
      : this.#default(question);
  }

  /** Several of several. */
  async severalOf(question: Omit<Question, 'given'>, choices: readonly Choice[]): Promise<readonly string[]> {
    return this.asks
      ? this.#terminal.chooseSeveral(question.text, choices)
      : [this.#default({ ...question, given: undefined })];
  }

  /** Whether to go on. */
  async agreed(text: string): Promise<boolean> {
    return !this.asks || this.#terminal.confirm(text);
  }

  #default({ flag, byDefault }: Question): string {
    if (byDefault === undefined) {
      throw usage(`there is nobody to ask; give ${flag}`);
    }
    return byDefault;
  }
}
