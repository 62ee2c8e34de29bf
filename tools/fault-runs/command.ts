import { type Command, Option } from 'commander';
import { wholeNumber } from '../../cli/whole-number';

/** Where a fault run writes. With `--json`, standard output is left to the report. */
export interface CommandOutput {
  /** Writes a line for people. */
  readonly print: (line: string) => void;
  /** Writes a line that stays to standard error, such as a failed case. */
  readonly say: (line: string) => void;
  /** Says on standard error how far the run is: a terminal shows the newest line, a log one every ten seconds. */
  readonly progress: (line: string) => void;
}

/** Options of every command. */
export interface CommandArguments {
  readonly json?: true;
}

/** Result of a fault run. */
export interface CommandResult {
  /** Decides the exit code. */
  readonly ok: boolean;
  /** Shape of `--json`. @default - the command has no `--json` */
  readonly report?: object;
}

const LINE_EVERY_MS = 10_000;
const CLEAR_LINE = '\r\x1b[K';

const openOutput = (isJson: boolean): CommandOutput => {
  const { stdout, stderr } = process;
  let progressAtMs = Number.NEGATIVE_INFINITY;
  const write = (stream: NodeJS.WriteStream, line: string): void => {
    if (stderr.isTTY) {
      // Progress may stand on the terminal's last line.
      stderr.write(CLEAR_LINE);
    }
    stream.write(`${line}\n`);
  };
  return {
    print: (line) => write(isJson ? stderr : stdout, line),
    say: (line) => write(stderr, line),
    progress: (line) => {
      if (stderr.isTTY) {
        stderr.write(`${CLEAR_LINE}${line}`);
      } else if (performance.now() - progressAtMs >= LINE_EVERY_MS) {
        progressAtMs = performance.now();
        stderr.write(`${line}\n`);
      }
    },
  };
};

/** `--json`, for the commands whose result a script reads. */
export const jsonOption = (): Option =>
  new Option(
    '--json',
    'print one JSON object on the last line of standard output; the rest goes to standard error',
  );

/** `--seed`: the same one gives the same run. */
export const seedOption = (description: string): Option =>
  new Option('--seed <number>', description).argParser(wholeNumber(0, 2 ** 32 - 1)).default(1);

/**
 * Runs one command of the fault runs: reads its arguments, prints its report and sets the exit code, 0 only where all held.
 * Whatever it throws is printed in one line, and the exit code is 1.
 */
export const runCommand = async <Arguments extends CommandArguments>(
  program: Command,
  act: (options: Arguments, output: CommandOutput) => Promise<CommandResult>,
): Promise<void> => {
  // The SDK says on every start that it will leave Node 20 in 2027; the lockfile holds the version that does not.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const options = program.parse().opts<Arguments>();
  const output = openOutput(options.json === true);
  const startedAtMs = performance.now();
  try {
    const { ok, report } = await act(options, output);
    output.print(`${Math.round((performance.now() - startedAtMs) / 1000)} s`);
    if (options.json === true && report !== undefined) {
      process.stdout.write(`${JSON.stringify(report)}\n`);
    }
    process.exitCode = ok ? 0 : 1;
  } catch (error) {
    output.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  }
};

/** Rows of a table as lines; the first column is aligned to the left, the others to the right. */
export const table = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('  '),
  );
};
