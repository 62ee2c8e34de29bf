import { writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommanderError } from 'commander';
import { EXIT_CODE, errorCodeOf, OperatorError } from './errors';
import { failureLine, failureOf } from './failure';
import { processTerminal } from './process-terminal';
import { createProgram } from './program';
import { jsonLine } from './terminal';

// The SDK says on every start that it will leave Node 20 in 2027; the lockfile holds the version that does not.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** Tells a failure: a person on standard error and, where asked for, a script on standard output. */
const report = (error: unknown, usageExit: number): number => {
  const failure = failureOf(error, usageExit);
  const { code, message, exitCode } = failure;
  // Commander has written its own message, with a hint at the help.
  if (!(error instanceof CommanderError)) {
    process.stderr.write(`${message}\n`);
  }
  if (code === 'Unexpected' && process.env['DEBUG'] === 'genesys-voicemail' && error instanceof Error) {
    const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
    process.stderr.write(`${frames.join('\n')}\n`);
  }
  if (process.argv.includes('--json')) {
    process.stdout.write(`${failureLine(failure)}\n`);
  }
  return exitCode;
};

/** Ends at once: the cursor is back, one word says why. */
const stop = (): never => {
  // Synchronously: the process ends here.
  writeSync(2, process.stderr.isTTY === true ? '\u001b[?25h\nstopped\n' : 'stopped\n');
  process.exit(EXIT_CODE.interrupted);
};

const main = async (): Promise<void> => {
  const terminal = processTerminal();
  let output: string | undefined;
  const program = createProgram({
    terminal,
    environment: process.env,
    finish: (result, json) => {
      output = json ? jsonLine(result) : result.text;
      process.exitCode = result.exitCode;
    },
  });
  let usageExit: number = EXIT_CODE.usage;
  for (const command of [program, ...program.commands]) {
    command.exitOverride((error) => {
      usageExit = command.name() === 'review-plan' ? EXIT_CODE.failed : EXIT_CODE.usage;
      throw error;
    });
  }
  // A reader that has seen enough, such as head, is no failure.
  process.stdout.on('error', (error) => {
    if (errorCodeOf(error) !== 'EPIPE') {
      process.stderr.write(`the result could not be written: ${errorCodeOf(error)}\n`);
      process.exitCode ||= EXIT_CODE.failed;
    }
  });
  process.once('SIGINT', stop);
  try {
    await program.parseAsync();
    terminal.settle();
    if (output !== undefined) {
      process.stdout.write(`${output}\n`);
    }
  } catch (error) {
    terminal.settle();
    // Ctrl-C reaches every process of a terminal: what fails because another one ended leaves the word to it.
    if (!(error instanceof CommanderError || error instanceof OperatorError)) {
      await sleep(100);
    }
    process.exitCode =
      error instanceof CommanderError && error.exitCode === 0 ? EXIT_CODE.done : report(error, usageExit);
  }
};

void main();
