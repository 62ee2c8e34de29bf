import type { ListrTaskWrapper } from 'listr2';
import { EXIT_CODE, OperatorError } from './errors';
import type { Progress, Terminal } from './terminal';

const toStandardError = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** Progress in plain lines, for logs; what changes often is left out. */
const plainProgress = (title: string): Progress => {
  toStandardError(`${title}...`);
  return { update: () => undefined, done: toStandardError, fail: () => toStandardError(`${title}: failed`) };
};

/** Ends a task as failed without adding to what the error itself is going to say. */
class TaskFailed extends Error {
  override readonly name = 'TaskFailed';
}

/** Progress that is drawn anew until it has ended. */
interface LiveProgress extends Progress {
  /** Ends it where nobody has, and waits for its last picture, which would wipe away what is written before it. */
  settle(): Promise<void>;
}

/** Progress on a person's screen. */
const liveProgress = (title: string): LiveProgress => {
  let end: (outcome: 'done' | 'failed') => void = () => undefined;
  const ended = new Promise<'done' | 'failed'>((resolve) => {
    end = resolve;
  });
  let current = title;
  let task: Pick<ListrTaskWrapper<unknown, never, never>, 'title'> | undefined;
  const rename = (text: string): void => {
    current = text;
    if (task !== undefined) {
      task.title = text;
    }
  };
  const drawn = import('listr2').then(({ Listr, ProcessOutput, ListrLogger }) => {
    const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
    return new Listr(
      [
        {
          title: current,
          task: async (_context, wrapper) => {
            task = wrapper;
            wrapper.title = current;
            if ((await ended) === 'failed') {
              throw new TaskFailed(current);
            }
          },
        },
      ],
      {
        exitOnError: false,
        // Ctrl-C is for the command to answer.
        registerSignalListeners: false,
        rendererOptions: { logger, showErrorMessage: false },
      },
    ).run();
  });
  return {
    update: rename,
    done: (text) => {
      rename(text);
      end('done');
    },
    fail: () => end('failed'),
    settle: async () => {
      end('failed');
      await drawn;
    },
  };
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
  /** Waits until what is drawn on the screen stays as it is. To be called before a result is written. */
  settle(): Promise<void>;
}

/** The process's own terminal: words go to standard error, so that standard output holds the result alone. */
export const processTerminal = (): ProcessTerminal => {
  const isInteractive = process.stdin.isTTY === true && process.stderr.isTTY === true;
  const live: LiveProgress[] = [];
  const settle = async (): Promise<void> => {
    await Promise.all(live.splice(0).map((progress) => progress.settle()));
  };
  /** Asks once nothing is drawn any more: the last picture of a progress would stand in the middle of the question. */
  const ask = async <Answer>(question: (prompts: Prompts) => Promise<Answer>): Promise<Answer> => {
    await settle();
    return prompt(question);
  };
  return {
    isInteractive,
    // https://no-color.org
    hasColours: process.stdout.isTTY === true && (process.env['NO_COLOR'] ?? '') === '',
    say: toStandardError,
    record: (line) =>
      new Promise((resolve) => {
        process.stdout.write(`${line}\n`, () => resolve());
      }),
    untilInterrupted: async (work) => {
      let interrupted = false;
      const others = process.listeners('SIGINT');
      const mark = (): void => {
        interrupted = true;
        toStandardError('stopping after this one; Ctrl-C again stops at once');
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
    begin: (title) => {
      if (process.stderr.isTTY !== true) {
        return plainProgress(title);
      }
      const progress = liveProgress(title);
      live.push(progress);
      return progress;
    },
    settle,
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
