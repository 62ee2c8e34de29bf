import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, BenchmarkContext, Figure } from '../../benchmark';
import { interleave } from '../../interleave';
import { BENCH_DEPLOYMENT, BENCH_DEPLOYMENTS_FOLDER } from '../../local-stack';
import { waitForQuietCpu } from '../../quiet-cpu';
import { bareApp, type ImportStyle } from './bare-app';
import { runApp, type SynthCost } from './run-app';

/** Where one app stands, and how it is run. */
interface Apps {
  readonly ours: () => Promise<SynthCost>;
  /** Ours where no functions have been built yet. */
  readonly first: () => Promise<SynthCost>;
  readonly bare: () => Promise<SynthCost>;
  readonly barrel: () => Promise<SynthCost>;
}

/** Writes the bare app into a folder that resolves packages as the project does. */
const writeBareApp = (
  projectFolder: string,
  stackFolder: string,
  folder: string,
  style: ImportStyle,
): void => {
  mkdirSync(folder);
  symlinkSync(join(projectFolder, 'node_modules'), join(folder, 'node_modules'));
  cpSync(join(stackFolder, 'assets'), join(folder, 'assets'), { recursive: true });
  writeFileSync(
    join(folder, 'main.ts'),
    bareApp(readFileSync(join(stackFolder, 'cdk.tf.json'), 'utf8'), style),
  );
};

const prepare = async (projectFolder: string, folder: string): Promise<Apps> => {
  const output = join(folder, 'ours');
  const variables = { DEPLOYMENTS_DIR: BENCH_DEPLOYMENTS_FOLDER, CDKTF_OUTDIR: output };
  const ours = (): Promise<SynthCost> => runApp(projectFolder, variables);
  await ours();
  const stackFolder = join(output, 'stacks', BENCH_DEPLOYMENT);
  const bare = (style: ImportStyle) => {
    const appFolder = join(folder, style);
    writeBareApp(projectFolder, stackFolder, appFolder, style);
    return () => runApp(appFolder);
  };
  return {
    ours,
    first: () => {
      rmSync(join(projectFolder, 'dist/functions.sha256'), { force: true });
      return ours();
    },
    bare: bare('per-resource'),
    barrel: bare('barrel'),
  };
};

const wallMs = (costs: readonly SynthCost[]): readonly number[] => costs.map((cost) => cost.wallMs);

const cpuMs = (costs: readonly SynthCost[]): readonly number[] => costs.map((cost) => cost.cpuMs);

const peakMiB = (costs: readonly SynthCost[]): readonly number[] =>
  costs.map(({ peakMemoryBytes }) => peakMemoryBytes / 2 ** 20);

const figuresOf = ({
  ours,
  first,
  bare,
  barrel,
}: Readonly<Record<keyof Apps, readonly SynthCost[]>>): readonly Figure[] => [
  {
    name: 'synth/time',
    title: 'Synth of one deployment: time, against a bare app',
    unit: 'ms',
    samples: { ours: wallMs(ours), baseline: wallMs(bare) },
    goals: [{ against: 'baseline', atMost: 1.3 }],
  },
  {
    name: 'synth/cpu',
    title: 'Synth of one deployment: CPU, against a bare app',
    unit: 'ms',
    samples: { ours: cpuMs(ours), baseline: cpuMs(bare) },
  },
  {
    name: 'synth/time/barrel',
    title: 'Synth of one deployment: time, against a bare app with barrel imports',
    unit: 'ms',
    samples: { ours: wallMs(ours), baseline: wallMs(barrel) },
    goals: [{ against: 'baseline', atMost: 1 / 5 }],
  },
  {
    name: 'synth/time/functions-changed',
    title: 'Synth of one deployment: time where the functions have to be built, against a bare app',
    unit: 'ms',
    samples: { ours: wallMs(first), baseline: wallMs(bare) },
  },
  {
    name: 'synth/memory',
    title: 'Synth of one deployment: peak memory, against a bare app',
    unit: 'MiB',
    samples: { ours: peakMiB(ours), baseline: peakMiB(bare) },
  },
  {
    name: 'synth/memory/barrel',
    title: 'Synth of one deployment: peak memory, against a bare app with barrel imports',
    unit: 'MiB',
    samples: { ours: peakMiB(ours), baseline: peakMiB(barrel) },
  },
];

const measure = async (apps: Apps, { runs, onProgress }: BenchmarkContext): Promise<readonly Figure[]> =>
  figuresOf(
    await interleave(apps, {
      runs,
      beforeEach: async ({ name, run }) => {
        onProgress(`synth: run ${run + 1} of ${runs}, ${name}`);
        await waitForQuietCpu();
      },
    }),
  );

/** What the module's convenience costs: the same resources from our app, and from one that does nothing else. */
export const synth: Benchmark = {
  name: 'synth',
  title: 'Synth of one deployment against a bare cdktf app',
  run: async (context) => {
    const folder = mkdtempSync(join(tmpdir(), 'bench-synth-'));
    try {
      return await measure(await prepare(context.projectFolder, folder), context);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
