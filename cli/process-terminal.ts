import { EXIT_CODE, errorCodeOf, OperatorError } from './errors';
import { StatusLine } from './status-line';
import type { Progress, Terminal } from './terminal';

const toStandardError = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Progress in plain lines, for logs; what changes often is left out. */
const plainProgress = (title: string): Progress => {
  toStandardError(`${title}...`);
  return { update: () => undefined, done: toStandardError, fail: () => toStandardError(`${title}: failed`) };
};

type Prompts = typeof import('@inquirer/prompts');

/** Questions go to standard error, so that standard output holds the result alone. */
const CONTEXT = { output: process.stderr };

/** Asks a person. @throws OperatorError `Interrupted` for Ctrl-C, which at a prompt never becomes a signal. */
const prompt = async <Answer>(ask: (prompts: Prompts) => Promise<Answer>): Promise<Answer> => {
  try {
    return await ask(await import('@inquirer/prompts'));
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') {
      throw new OperatorError('Interrupted', 'stopped', EXIT_CODE.interrupted);
    }
    throw error;
  }
};

/** The terminal of a process. */
export interface ProcessTerminal extends Terminal {
  /** Ends a progress that nobody has ended. To be called before a result is written. */
  settle(): void;
}

/** Whether a stream is a screen on which a line can be drawn anew. */
const isScreen = ({ isTTY }: NodeJS.WriteStream): boolean => isTTY === true && process.env['TERM'] !== 'dumb';

// https://no-color.org
const mayColour = ({ isTTY }: NodeJS.WriteStream): boolean =>
  isTTY === true && (process.env['NO_COLOR'] ?? '') === '';

/** The process's own terminal: words go to standard error, so that standard output holds the result alone. */
export const processTerminal = (): ProcessTerminal => {
  const isInteractive = process.stdin.isTTY === true && process.stderr.isTTY === true;
  const status = new StatusLine(process.stderr, mayColour(process.stderr));
  const say = (text: string): void => status.above(() => toStandardError(text));
  /** Asks once nothing is drawn any more: a progress would be drawn into the middle of the question. */
  const ask = <Answer>(question: (prompts: Prompts) => Promise<Answer>): Promise<Answer> => {
    status.end();
    return prompt(question);
  };
  return {
    isInteractive,
    hasColours: mayColour(process.stdout),
    // A screen that does not know its size says 0.
    columns: process.stdout.isTTY === true ? process.stdout.columns || undefined : undefined,
    say,
    record: (line) =>
      new Promise((resolve, reject) => {
        status.above(() =>
          process.stdout.write(`${line}\n`, (error) => {
            if (error) {
              reject(
                new OperatorError(
                  'RecordUnwritable',
                  `a line for your records could not be written (${errorCodeOf(error)}), so nothing more is done; make room for it, then run the same command again`,
                ),
              );
            } else {
              resolve();
            }
          }),
        );
      }),
    untilInterrupted: async (work) => {
      let interrupted = false;
      const others = process.listeners('SIGINT');
      const mark = (): void => {
        interrupted = true;
        say('stopping after this one; Ctrl-C again stops at once');
        process.off('SIGINT', mark);
        restore();
      };
      const restore = (): void => {
        for (const other of others.splice(0)) {
          process.on('SIGINT', other);
        }
      };
      process.removeAllListeners('SIGINT');
      process.on('SIGINT', mark);
      try {
        await work(() => interrupted);
      } finally {
        process.off('SIGINT', mark);
        restore();
      }
    },
    begin: (title) => (isScreen(process.stderr) ? status.begin(title) : plainProgress(title)),
    settle: () => status.end(),
    askHidden: (question) => ask(({ password }) => password({ message: question, mask: false }, CONTEXT)),
    ask: (question, byDefault, check) =>
      ask(({ input }) =>
        input(
          {
            message: question,
            required: true,
            ...(byDefault === undefined ? {} : { default: byDefault }),
            validate: (answer) => check?.(answer.trim()) ?? true,
          },
          CONTEXT,
        ),
      ).then((answer) => answer.trim()),
    choose: (question, choices, byDefault) =>
      ask(({ select }) =>
        select(
          {
            message: question,
            choices: [...choices],
            pageSize: 12,
            ...(byDefault === undefined ? {} : { default: byDefault }),
          },
          CONTEXT,
        ),
      ),
    chooseSeveral: (question, choices) =>
      ask(({ checkbox }) =>
        checkbox({ message: question, choices: [...choices], pageSize: 15, required: true }, CONTEXT),
      ),
    confirm: (question, byDefault = true) =>
      ask(({ confirm }) => confirm({ message: question, default: byDefault }, CONTEXT)),
    readInput: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin) {
        chunks.push(Buffer.from(chunk));
      }
      return Buffer.concat(chunks).toString('utf8');
    },
    openBrowser: async (url) => {
      try {
        const { default: open } = await import('open');
        const child = await open(url);
        child.once('error', () => undefined);
        return true;
      } catch {
        return false;
      }
    },
  };
};
