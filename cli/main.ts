import { CommanderError } from 'commander';
import { EXIT_CODE, errorCodeOf, OperatorError } from './errors';
import { processTerminal } from './process-terminal';
import { createProgram } from './program';

// The SDK says on every start that it will leave Node 20 in 2027; the lockfile holds the version that does not.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** What failed, for people on standard error and, where asked for, for scripts on standard output. */
const report = (error: unknown, json: boolean): number => {
  const { code, message, exitCode } =
    error instanceof OperatorError
      ? error
      : {
          code: 'Unexpected',
          // A foreign message may quote a token or a URL.
          message: `an error that was not expected: ${errorCodeOf(error)}; run with DEBUG=genesys-voicemail to see where`,
          exitCode: EXIT_CODE.failed,
        };
  process.stderr.write(`${message}\n`);
  if (
    !(error instanceof OperatorError) &&
    process.env['DEBUG'] === 'genesys-voicemail' &&
    error instanceof Error
  ) {
    const frames = (error.stack ?? '').split('\n').filter((line) => line.startsWith('    at '));
    process.stderr.write(`${frames.join('\n')}\n`);
  }
  if (json) {
    process.stdout.write(`${JSON.stringify({ ok: false, error: code, message })}\n`);
  }
  return exitCode;
};

const main = async (): Promise<void> => {
  const terminal = processTerminal();
  let output: string | undefined;
  const program = createProgram({
    terminal,
    environment: process.env,
    finish: (result, json) => {
      output = json ? JSON.stringify(result.json) : result.text;
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
      process.exitCode = EXIT_CODE.failed;
    }
  });
  process.once('SIGINT', () => process.exit(EXIT_CODE.interrupted));
  try {
    await program.parseAsync();
    await terminal.settle();
    if (output !== undefined) {
      process.stdout.write(`${output}\n`);
    }
  } catch (error) {
    await terminal.settle();
    process.exitCode =
      error instanceof CommanderError
        ? error.exitCode === 0
          ? EXIT_CODE.done
          : usageExit
        : report(error, process.argv.includes('--json'));
  }
};

void main();
