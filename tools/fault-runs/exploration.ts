import { InvalidArgumentError } from 'commander';
import type { FaultSource, OutsideCall } from '../local-cloud/faults';
import { type CommandOutput, table } from './command';
import { WorkerPool } from './worker-pool';

/** Result of a case, as far as both explorations know it. */
export interface JudgedCase {
  /** Says all that there is to the case, so that it can be replayed. */
  readonly id: string;
  /** Names of the checks that failed. */
  readonly failures: readonly string[];
}

/** Runs cases, in any order; the results come in the order of the cases. */
export type RunCases<Case, Result> = (what: string, cases: readonly Case[]) => Promise<readonly Result[]>;

/** Options of the threads that run cases. */
export interface CaseWorkers<Case> {
  /** Absolute path of the file that serves the ids of cases. */
  readonly entry: string;
  /** Handed to every thread before its first case. */
  readonly data: unknown;
  readonly caseId: (one: Case) => string;
  readonly output: Pick<CommandOutput, 'say' | 'progress'>;
  /** As for a worker pool. */
  readonly youngGenerationMb?: number;
}

/** Starts threads that run cases, for as long as `use` takes. Tells of each case that fails a check. */
export const withCaseWorkers = async <Case, Result extends JudgedCase>(
  { caseId, output, ...options }: CaseWorkers<Case>,
  use: (run: RunCases<Case, Result>) => Promise<readonly Result[]>,
): Promise<readonly Result[]> => {
  const pool = new WorkerPool<string, Result>(options);
  try {
    return await use((what, cases) => {
      let done = 0;
      output.say(`${cases.length} cases: ${what}`);
      return pool.run(cases.map(caseId), {
        onResult: ({ id, failures }) => {
          done += 1;
          if (failures.length > 0) {
            output.say(`failed: ${id} (${failures.join(', ')})`);
          }
          output.progress(`  ${done} of ${cases.length}`);
        },
      });
    });
  } finally {
    await pool.close();
  }
};

/** What an exploration has noticed of a mutant; nothing where every check held. */
export const noticed = (results: readonly JudgedCase[]): readonly string[] => {
  const failed = results.filter(({ failures }) => failures.length > 0);
  const checks = [...new Set(failed.flatMap(({ failures }) => failures))].sort();
  return failed.length === 0 ? [] : [`${failed.length} of ${results.length} cases fail`, ...checks];
};

/** How often each kind of fault struck each place, such as an operation, in lines. */
export const faultTable = (
  kinds: readonly string[],
  struck: readonly { readonly kind: string; readonly place: string }[],
): readonly string[] => {
  const places = [...new Set(struck.map(({ place }) => place))].sort();
  const count = (kind: string, place: string): number =>
    struck.filter((fault) => fault.kind === kind && fault.place === place).length;
  return places.length === 0
    ? []
    : table([
        ['faults', ...places],
        ...kinds.map((kind) => [kind, ...places.map((place) => String(count(kind, place) || '-'))]),
      ]);
};

/** Failing cases that are named for each check. */
const MOST_EXAMPLES = 10;

/** Each check that failed, and how to replay some of its cases, in lines. */
export const failureLines = <Check extends string>(
  results: readonly { readonly id: string; readonly failures: readonly Check[] }[],
  checks: Readonly<Record<Check, string>>,
  replay: string,
): readonly string[] =>
  [...new Set(results.flatMap(({ failures }) => failures))].flatMap((check) => {
    const failed = results.filter(({ failures }) => failures.includes(check));
    return [
      `${check} (${failed.length}): ${checks[check]}`,
      ...failed.slice(0, MOST_EXAMPLES).map(({ id }) => `  replay: ${replay} --case ${id}`),
    ];
  });

/** Text that names no case. */
export class CaseIdInvalidError extends Error {
  override readonly name = 'CaseIdInvalidError';

  /** @param expected - what a case looks like */
  constructor(text: string, expected: string) {
    super(`${JSON.stringify(text.slice(0, 200))} names no case; expected ${expected}`);
  }
}

/** Reads the argument of `--case`. */
export const caseArgument =
  <Case>(parse: (text: string) => Case) =>
  (text: string): Case => {
    try {
      return parse(text);
    } catch (error) {
      throw error instanceof CaseIdInvalidError ? new InvalidArgumentError(error.message) : error;
    }
  };

/** Hands each call to the case that is running. */
export class CurrentFaults implements FaultSource {
  current: FaultSource | undefined;

  decide(call: OutsideCall): ReturnType<FaultSource['decide']> {
    return this.current?.decide(call);
  }

  ended(call: OutsideCall, status: number): void {
    this.current?.ended?.(call, status);
  }
}
