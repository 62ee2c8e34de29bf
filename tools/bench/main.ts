import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { wholeNumber } from '../../cli/whole-number';
import type { Benchmark, BenchmarkContext } from './benchmark';
import { coldStart } from './benchmarks/cold-start';
import { memory } from './benchmarks/memory';
import { sizes } from './benchmarks/sizes';
import { synth } from './benchmarks/synth/synth';
import { throughput } from './benchmarks/throughput';
import { warm } from './benchmarks/warm';
import { allHolds, type FailedBenchmark, jsonReport, type Outcome, table } from './report';
import { type FigureVerdict, judge } from './verdict';

interface Arguments {
  readonly only?: readonly string[];
  readonly runs: number;
  readonly json?: true;
}

/** Every benchmark, in the order in which they are run and shown. */
const BENCHMARKS: readonly Benchmark[] = [coldStart, warm, memory, throughput, sizes, synth];

/** With fewer a median means little; the goals ask for eleven. */
const DEFAULT_RUNS = 11;

const oneOfAll = (name: string, before: readonly string[] = []): readonly string[] => {
  const names = BENCHMARKS.map((benchmark) => benchmark.name);
  if (!names.includes(name)) {
    throw new InvalidArgumentError(`expected one of ${names.join(', ')}.`);
  }
  return [...before, name];
};

const helpLine = ({ name, title }: Benchmark): string => `  ${name.padEnd(12)}${title}`;

const program = (): Command =>
  new Command('npm run bench --')
    .description(
      "Measures the functions, their build and their deployment against the blueprint's way of doing the same and against " +
        'the least that this machine allows, in turn, and holds the ratios against the goals.',
    )
    .addOption(
      new Option('--only <name>', 'run this benchmark only; may be given several times').argParser(oneOfAll),
    )
    .addOption(
      new Option('--runs <number>', 'interleaved runs of each peer')
        .argParser(wholeNumber(1, 1000))
        .default(DEFAULT_RUNS),
    )
    .option(
      '--json',
      'print one JSON object on the last line of standard output; progress goes to standard error',
    )
    .addHelpText('after', `\nBenchmarks:\n${BENCHMARKS.map(helpLine).join('\n')}`);

const runAll = async (context: BenchmarkContext, only: readonly string[] | undefined): Promise<Outcome> => {
  const figures: FigureVerdict[] = [];
  const failed: FailedBenchmark[] = [];
  for (const benchmark of BENCHMARKS.filter(({ name }) => only?.includes(name) ?? true)) {
    try {
      figures.push(...(await benchmark.run(context)).map(judge));
    } catch (error) {
      // The other benchmarks may still be measured, which takes minutes: their figures are not thrown away.
      const message = error instanceof Error ? error.message : String(error);
      failed.push({ name: benchmark.name, message });
      context.onProgress(`${benchmark.name} failed: ${message}`);
    }
  }
  return { figures, failed };
};

const main = async (): Promise<void> => {
  const { only, runs, json } = program().parse().opts<Arguments>();
  const outcome = await runAll(
    {
      projectFolder: join(__dirname, '../..'),
      runs,
      onProgress: (text) => process.stderr.write(`${text}\n`),
    },
    only,
  );
  process.exitCode = allHolds(outcome) ? 0 : 1;
  process.stdout.write(json === true ? `${JSON.stringify(jsonReport(outcome))}\n` : `${table(outcome)}\n`);
};

// The SDK says on every start that it will leave Node 20 in 2027; the lockfile holds the version that does not.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
