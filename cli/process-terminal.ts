import type { ListrTaskWrapper } from 'listr2';
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

/** Progress on a person's screen. */
const liveProgress = (title: string): Progress => {
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
  void import('listr2').then(({ Listr, ProcessOutput, ListrLogger }) => {
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
      { exitOnError: false, rendererOptions: { logger, showErrorMessage: false } },
    ).run();
  });
  return {
    update: rename,
    done: (text) => {
      rename(text);
      end('done');
    },
    fail: () => end('failed'),
  };
};

/** The process's own terminal: words go to standard error, so that standard output holds the result alone. */
export const processTerminal = (): Terminal => {
  const isInteractive = process.stdin.isTTY === true && process.stderr.isTTY === true;
  return {
    isInteractive,
    say: toStandardError,
    begin: (title) => (process.stderr.isTTY === true ? liveProgress(title) : plainProgress(title)),
    askHidden: async (question) => {
      const { default: password } = await import('@inquirer/password');
      return password({ message: question, mask: false }, { output: process.stderr });
    },
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
