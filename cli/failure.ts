import { CommanderError } from 'commander';
import { ClassifiedError } from '../functions/shared/errors';
import { fileProblem } from '../modules/deployment/file-problem';
import { EXIT_CODE, errorCodeOf, OperatorError, withoutFunctionWords } from './errors';

/** How a command failed. */
export interface Failure {
  /** The word for it in `--json`. */
  readonly code: string;
  readonly message: string;
  readonly exitCode: number;
}

/** What scripts read of a failure, on one line. */
export const failureLine = ({ code, message, exitCode }: Failure): string =>
  JSON.stringify({ ok: false, error: code, message, exitCode });

/** Puts whatever a command threw into words. @param usageExit - the exit code of a wrong command line */
export const failureOf = (error: unknown, usageExit: number): Failure => {
  if (error instanceof OperatorError) {
    return error;
  }
  if (error instanceof CommanderError) {
    return { code: 'UsageWrong', message: error.message.replace(/^error: /, ''), exitCode: usageExit };
  }
  if (error instanceof ClassifiedError) {
    // One of the functions' own errors, whose messages go to logs: no command has put it into words of its own.
    return {
      code: error.kind,
      message: withoutFunctionWords(error.message),
      exitCode: EXIT_CODE.failed,
    };
  }
  const problem = fileProblem(error);
  if (problem !== undefined) {
    return { code: 'FileUnusable', message: problem, exitCode: EXIT_CODE.failed };
  }
  return {
    code: 'Unexpected',
    // A foreign message may quote a token or a URL.
    message: `an error that was not expected: ${errorCodeOf(error)}; run with DEBUG=genesys-voicemail to see where`,
    exitCode: EXIT_CODE.failed,
  };
};
