import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Benchmark, BenchmarkContext, Figure } from '../../benchmark';
import { BENCH_DEPLOYMENT, BENCH_DEPLOYMENTS_FOLDER } from '../../local-stack/measured-stack';
import { interleave, waitForQuietCpu } from '../../taking-turns';
import { bareApp, type ImportStyle } from './bare-app';
import { runApp } from './run-app';

/** Where one app stands, and how it is run. */
interface Apps {
  readonly ours: () => Promise<number>;
  readonly bare: () => Promise<number>;
  readonly barrel: () => Promise<number>;
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
  const ours = (): Promise<number> => runApp(projectFolder, variables);
  await ours();
  const stackFolder = join(output, 'stacks', BENCH_DEPLOYMENT);
  const bare = (style: ImportStyle) => {
    const appFolder = join(folder, style);
    writeBareApp(projectFolder, stackFolder, appFolder, style);
    return () => runApp(appFolder);
  };
  return {
    ours,
    bare: bare('per-resource'),
    barrel: bare('barrel'),
  };
};

const figuresOf = ({
  ours,
  bare,
  barrel,
}: Readonly<Record<keyof Apps, readonly number[]>>): readonly Figure[] => [
  {
    name: 'synth/time',
    title: 'Synth of one deployment: time, against a bare app',
    unit: 'ms',
    samples: { ours: ours, baseline: bare },
    goals: [{ against: 'baseline', atMost: 1.3 }],
  },
  {
    name: 'synth/time/barrel',
    title: 'Synth of one deployment: time, against a bare app with barrel imports',
    unit: 'ms',
    samples: { ours: ours, baseline: barrel },
    goals: [{ against: 'baseline', atMost: 1 / 5 }],
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

/** Measures the cost of the module's convenience: the same resources from our app, and from one that does nothing else. */
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
